/** Winnow: Choose Backbone…: the catalogue, what is here of it, and what a download costs; then the next training uses it. */

import path from 'node:path';
import * as vscode from 'vscode';
import { fetchBackbone } from '../app/fetchBackbone.js';
import type { OpenDataset } from '../app/openDataset.js';
import { WinnowError } from '../base/errors.js';
import type { Engine } from '../ports/engine.js';
import type { CatalogueRow, Recipe } from '../protocol/engine.js';
import { back, pickOne, type Pick as Offer } from './gather/steps.js';
import { openOwnWeb } from './gather/ownWeb.js';
import type { Notices } from './notices.js';
import { signalOf } from './progress.js';
import { gatherNetwork, setBackbone, trainOptions } from './settings.js';
import { requireTrust } from './trustedEngine.js';

/** '' = the best that is here; 'embedded', an id of the catalogue, or an absolute file. */
export type BackboneName = string;

export interface BackboneTools {
  readonly engine: Pick<Engine, 'catalogue' | 'resolveBackbone'>;
  readonly notices: Notices;
  /** Where it is remembered that the pretrained ones were offered. */
  readonly memory: vscode.Memento;
  readonly openDatasets: () => readonly OpenDataset[];
  readonly train: (dataset: OpenDataset) => void;
}

const askFile = 'file:';
/** Of the catalogue the one that is offered to whoever trained on the embedded one: small, and good for its size. */
const offered = 'mobilenetv2-7';
const offeredKey = 'winnow.offeredPretrained';

export class BackboneChoice {
  readonly #tools: BackboneTools;

  constructor(tools: BackboneTools) {
    this.#tools = tools;
  }

  /**
   * Asks, fetches what is not here, and sets `winnow.backbone`.
   * @param given what to choose without asking.  @returns what was set; null = dismissed.
   * Throws as `fetchBackbone` and `resolveBackbone` do; the setting is then as it was.
   */
  async choose(given?: BackboneName): Promise<BackboneName | null> {
    requireTrust();
    const { engine, notices, openDatasets, train } = this.#tools;
    const rows = await engine.catalogue();
    const chosen = given ?? (await ask(rows, trainOptions().backbone ?? ''));
    const name = chosen === askFile ? await askForFile() : chosen;
    if (name === null) return null;
    const row = rows.find(({ id }) => id === name);
    if (row && !row.isCached) await this.#fetch(row);
    const normalise = path.isAbsolute(name) ? await this.#scalingOf(name) : undefined;
    if (normalise === null) return null;
    await setBackbone(name, normalise ?? null);
    const said = vscode.l10n.t('The next training looks at photos with {0}.', wordsOf(name));
    const trained = openDatasets();
    const [only] = trained;
    if (!only) notices.tell(said);
    else {
      notices.offer(said, vscode.l10n.t('Train Again'), () => {
        if (trained.length === 1) train(only);
        else void vscode.commands.executeCommand('winnow.train');
      });
    }
    return name;
  }

  /** After a training: says once on this machine that it saw through the embedded network, and what a pretrained one costs. */
  async offerPretrained(usedId: string): Promise<boolean> {
    const { engine, notices, memory } = this.#tools;
    if (usedId !== 'embedded' || trainOptions().backbone !== null || memory.get<boolean>(offeredKey) === true)
      return false;
    const row = (await engine.catalogue()).find(({ id }) => id === offered);
    if (!row) return false;
    await memory.update(offeredKey, true);
    notices.offer(
      vscode.l10n.t(
        'This ran on the small network that Winnow brings along: it knows shapes and colours, not things. A pretrained one is much better on real photos: {0}, {1}, {2}.',
        row.id,
        megabytes(row.bytes),
        row.licence,
      ),
      vscode.l10n.t('Choose Backbone…'),
      () => void vscode.commands.executeCommand('winnow.chooseBackbone'),
    );
    return true;
  }

  async #fetch(row: CatalogueRow): Promise<void> {
    const { engine } = this.#tools;
    const web = await openOwnWeb();
    const { placeOwnFile } = await import('../node/ownFiles.js');
    try {
      await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Fetching {0}', row.id),
          cancellable: true,
        },
        (progress, token) => {
          let shown = 0;
          const onBytes = (done: number, total: number): void => {
            const percent = Math.floor((100 * done) / total);
            if (percent <= shown) return;
            const message = vscode.l10n.t('{0} of {1}', megabytes(done), megabytes(total));
            progress.report({ message, increment: percent - shown });
            shown = percent;
          };
          const baseUrl = gatherNetwork().baseUrls['backbones'] ?? null;
          return fetchBackbone({ engine, web, place: placeOwnFile }, row.id, baseUrl, onBytes, signalOf(token));
        },
      );
    } finally {
      await web.dispose();
    }
  }

  /** How the pixels of a file of one's own are scaled: undefined = it says so itself; null = dismissed. */
  async #scalingOf(file: string): Promise<Recipe['normalise'] | null | undefined> {
    const request = { backbone: file, size: trainOptions().size };
    try {
      await this.#tools.engine.resolveBackbone({ ...request, normalise: null });
      return undefined;
    } catch (error) {
      if (!WinnowError.is(error, 'needs-recipe')) throw error;
    }
    const scalings: readonly Offer<Recipe['normalise']>[] = [
      {
        label: 'imagenet',
        description: '(x / 255 − mean) / std',
        detail: vscode.l10n.t('PyTorch, torchvision, timm, the ONNX model zoo: when in doubt, this one'),
        value: 'imagenet',
      },
      { label: 'signed', description: 'x / 127.5 − 1', detail: 'TensorFlow, Keras', value: 'signed' },
      {
        label: 'unit',
        description: 'x / 255',
        detail: vscode.l10n.t('Networks that scale for themselves'),
        value: 'unit',
      },
    ];
    const chosen = await pickOne({
      ...place(),
      placeholder: vscode.l10n.t('How does {0} want its pixels?', path.basename(file)),
      items: scalings,
    });
    if (chosen === null || chosen === back) return null;
    await this.#tools.engine.resolveBackbone({ ...request, normalise: chosen });
    return chosen;
  }
}

/** What the question offers, the current choice first told apart by a check mark. */
export const backboneItems = (rows: readonly CatalogueRow[], current: BackboneName): readonly Offer<BackboneName>[] => {
  const mark = (value: BackboneName, icon: string): string => (value === current ? '$(check)' : icon);
  const own: readonly Offer<BackboneName>[] = [
    {
      label: `${mark('', '$(star)')} ${vscode.l10n.t('The best that is here')}`,
      description: vscode.l10n.t('changes when a better one comes'),
      value: '',
    },
    {
      label: `${mark('embedded', '$(home)')} embedded`,
      description: vscode.l10n.t('brought along'),
      detail: vscode.l10n.t(
        'Small, works offline, made from nothing but Winnow’s own code; knows shapes and colours, not things',
      ),
      value: 'embedded',
    },
  ];
  const known = rows
    .filter(({ isCached, url }) => isCached || url !== null)
    .map(({ id, about, bytes, licence, isCached }): Offer<BackboneName> => ({
      label: `${mark(id, isCached ? '$(pass)' : '$(cloud-download)')} ${id}`,
      description: isCached
        ? vscode.l10n.t('here · {0}', licence)
        : vscode.l10n.t('download {0} · {1}', megabytes(bytes), licence),
      detail: about,
      value: id,
    }));
  const isFile = path.isAbsolute(current);
  const file: Offer<BackboneName> = {
    label: `${isFile ? '$(check)' : '$(file)'} ${vscode.l10n.t('A local ONNX file…')}`,
    ...(isFile ? { description: current } : {}),
    detail: vscode.l10n.t('Any image classifier as ONNX; it stays where it is'),
    value: askFile,
  };
  return [...own, ...known, file];
};

const ask = async (rows: readonly CatalogueRow[], current: BackboneName): Promise<BackboneName | null> => {
  const items = backboneItems(rows, current);
  const active = items.find(({ value }) => value === current);
  const chosen = await pickOne({
    ...place(),
    placeholder: vscode.l10n.t('With which network should Winnow look at photos?'),
    items,
    ...(active ? { active } : {}),
  });
  return chosen === back ? null : chosen;
};

const askForFile = async (): Promise<string | null> => {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: place().title,
      openLabel: vscode.l10n.t('Use'),
      filters: { ONNX: ['onnx'] },
    })) ?? [];
  return file?.fsPath ?? null;
};

const place = () => ({ title: vscode.l10n.t('Choose Backbone'), step: null, of: 0, canGoBack: false });

const wordsOf = (name: BackboneName): string => {
  if (name === '') return vscode.l10n.t('the best network that is on this machine');
  return path.isAbsolute(name) ? path.basename(name) : name;
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
