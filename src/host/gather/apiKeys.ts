/** Keys of providers, in the editor's secret storage and nowhere else. */

import * as vscode from 'vscode';
import type { Provider } from '../../core/gather/provider.js';
import { providers } from '../../core/gather/providers/registry.js';
import { askText, back, pickOne } from './steps.js';

export class ApiKeys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** Keys that are set, by provider id. */
  async all(): Promise<Readonly<Record<string, string>>> {
    const found = await Promise.all(
      providers.map(async (provider) => [provider.id, await this.#read(provider)] as const),
    );
    return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined));
  }

  /** Asks for a provider's key; an empty one removes it. False = dismissed. */
  async ask(provider: Provider): Promise<boolean> {
    if (!provider.key) return true;
    const { url } = provider.key;
    const open: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('link-external'),
      tooltip: vscode.l10n.t('Get a key from {0}', provider.title),
    };
    const key = await askText({
      title: vscode.l10n.t('Key for {0}', provider.title),
      step: null,
      of: 0,
      canGoBack: false,
      prompt: vscode.l10n.t('It is kept in the editor’s secret storage. Leave it empty to remove the one that is set.'),
      value: '',
      placeholder: url,
      isSecret: true,
      problem: (text) => (/\s/.test(text) ? vscode.l10n.t('A key has no blanks.') : null),
      button: {
        button: open,
        press: async () => {
          await vscode.env.openExternal(vscode.Uri.parse(url));
          return null;
        },
      },
    });
    if (key === null || key === back) return false;
    if (key === '') await this.secrets.delete(nameOf(provider));
    else await this.secrets.store(nameOf(provider), key);
    return true;
  }

  /** The command: which provider, then its key. */
  async choose(): Promise<void> {
    const set = await this.all();
    const provider = await pickOne({
      title: vscode.l10n.t('Set API Key'),
      step: null,
      of: 0,
      canGoBack: false,
      placeholder: vscode.l10n.t('Whose key?'),
      items: providers
        .filter(({ key }) => key !== null)
        .map((each) => ({
          label: each.title,
          description: each.id in set ? vscode.l10n.t('a key is set') : '',
          detail: each.about,
          value: each,
        })),
    });
    if (provider !== null && provider !== back) await this.ask(provider);
  }

  async #read(provider: Provider): Promise<string | undefined> {
    return provider.key ? this.secrets.get(nameOf(provider)) : undefined;
  }
}

/** SerpApi's two searches share a key. */
const nameOf = ({ key, id }: Provider): string => `winnow.key.${key?.env ?? id}`;
