import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { languageModelTools } from '../src/app/assistant/editorTools.js';
import { commandIds, panelTypes, viewIds } from '../src/host/commandIds.js';

const root = path.join(import.meta.dirname, '..');
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly capabilities: {
    readonly virtualWorkspaces: { readonly supported: unknown };
    readonly untrustedWorkspaces: { readonly supported: unknown; readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category?: string;
      readonly title: string;
      readonly icon?: string;
      readonly enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly scope: string }>> }[];
    readonly jsonValidation: readonly { readonly url: string }[];
    readonly keybindings?: unknown;
    readonly languageModelTools: unknown;
  };
}
const manifest = read('package.json') as Manifest;
const { contributes } = manifest;
const settings = Object.assign({}, ...contributes.configuration.map(({ properties }) => properties)) as Record<
  string,
  { readonly scope: string }
>;

describe('the manifest', () => {
  it('contributes exactly the commands of the table', () => {
    expect(contributes.commands.map(({ command }) => command).sort()).toEqual([...commandIds].sort());
    // In a context menu VS Code shows the title alone, so the Explorer's two bring their category in it.
    const texts = read('package.nls.json') as Readonly<Record<string, string>>;
    const shown = contributes.commands.map(({ category, title }) =>
      category === undefined ? (texts[title.slice(1, -1)] ?? '') : `${category}: `,
    );
    expect(shown.filter((text) => !text.startsWith('Winnow: '))).toEqual([]);
  });

  it('names only its own commands in menus and walkthrough', () => {
    const known: readonly string[] = commandIds;
    const named = [
      ...Object.values(contributes.menus).flatMap((rows) => rows.map(({ command }) => command)),
      ...contributes.walkthroughs
        .flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents))
        .filter((event) => event.startsWith('onCommand:'))
        .map((event) => event.slice('onCommand:'.length)),
    ];
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((command) => !known.includes(command))).toEqual([]);
  });

  it('contributes exactly the views that the host fills', () => {
    const views = Object.values(contributes.views).flat();
    expect(views.map(({ id }) => id)).toEqual([...viewIds]);
    expect(new Set(contributes.viewsWelcome.map(({ view }) => view))).toEqual(new Set(viewIds));
  });

  it('wakes for its panels and for nothing else that VS Code would not wake it for', () => {
    expect(manifest.activationEvents).toEqual(panelTypes.map((type) => `onWebviewPanel:${type}`));
  });

  it('runs where the files are, limits itself in Restricted Mode, and gates what starts a process', () => {
    expect(manifest.extensionKind).toEqual(['workspace']);
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe(false);
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toContain('winnow.nodePath');
    expect(settings['winnow.nodePath']?.scope).toBe('machine');
    const gated = contributes.commands.filter(({ enablement }) => enablement?.includes('isWorkspaceTrusted'));
    expect(gated.map(({ command }) => command)).toEqual(
      expect.arrayContaining(['winnow.train', 'winnow.predict', 'winnow.applyDecisions', 'winnow.purgeTrash']),
    );
  });

  it('has at most ten settings, and no global keybindings', () => {
    expect(Object.keys(settings).length).toBeGreaterThan(0);
    expect(Object.keys(settings).length).toBeLessThanOrEqual(10);
    expect(contributes.keybindings).toBeUndefined();
  });

  it('contributes exactly the tools of the assistant’s table, as the table describes them', () => {
    expect(contributes.languageModelTools).toEqual(JSON.parse(JSON.stringify(languageModelTools())));
  });

  it('points only at files that exist', () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views)
        .flat()
        .map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
      ...contributes.jsonValidation.map(({ url }) => url),
    ];
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('has a text for every %key%, and no text without a key', () => {
    const used = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    const texts = Object.keys(read('package.nls.json') as object);
    expect(new Set(used)).toEqual(new Set(texts));
  });
});
