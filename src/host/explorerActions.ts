/** What the Explorer's menu does with an image of a dataset: relabel it, or say why it is suspicious. */

import path from 'node:path';
import * as vscode from 'vscode';
import { WinnowError } from '../base/errors.js';
import { decide } from '../app/decide.js';
import type { DatasetSnapshot, OpenDataset } from '../app/openDataset.js';
import type { Item, ItemId } from '../core/dataset/item.js';
import type { Datasets } from './datasets.js';
import type { Notices } from './notices.js';
import type { Panels } from './panels/panels.js';
import { requireTrust } from './trustedEngine.js';
import { factsOf } from './views/datasetFacts.js';

export interface Explored {
  readonly dataset: OpenDataset;
  readonly snapshot: DatasetSnapshot;
  /** Each once, in the order of the files. */
  readonly items: readonly Item[];
}

/** The images of these files and the dataset that they lie in. Throws `not-found`, `unknown-item`, `usage` (several datasets). */
export const exploredBy = async (datasets: Datasets, uris: readonly vscode.Uri[]): Promise<Explored> => {
  const [first] = uris;
  const dataset = first ? await datasets.nearest(first.fsPath) : null;
  if (!first || !dataset) {
    throw new WinnowError(
      'not-found',
      vscode.l10n.t('This file lies in no dataset that is open. Open its folder first.'),
    );
  }
  const snapshot = await dataset.snapshot();
  const byPath = new Map(snapshot.scan.items.flatMap((item) => item.paths.map((one) => [one.normalize('NFC'), item])));
  const items = new Map<ItemId, Item>();
  for (const { fsPath } of uris) {
    const relative = path.relative(dataset.store.dir, fsPath).split(path.sep).join('/');
    if (relative.startsWith('../')) {
      throw new WinnowError(
        'usage',
        vscode.l10n.t('These files lie in several datasets; choose those of one. Nothing was changed.'),
      );
    }
    const item = byPath.get(relative.normalize('NFC'));
    if (!item) {
      throw new WinnowError(
        'unknown-item',
        vscode.l10n.t('{0} is no image that {1} knows (any more). Nothing was changed.', relative, dataset.name),
      );
    }
    items.set(item.id, item);
  }
  return { dataset, snapshot, items: [...items.values()] };
};

/** Answers the class, also one that is not there yet; undefined = dismissed. */
export type PickClass = (explored: Explored) => Promise<string | undefined>;

export const relabelFiles = async (
  { datasets, notices }: { readonly datasets: Datasets; readonly notices: Notices },
  uris: readonly vscode.Uri[],
  pick: PickClass = pickClass,
): Promise<void> => {
  requireTrust();
  const explored = await exploredBy(datasets, uris);
  const to = await pick(explored);
  if (to === undefined) return;
  const { dataset, items } = explored;
  await decide(
    dataset,
    items.map(({ id }) => id),
    { kind: 'relabel', to, allowNewClass: true },
    'user',
  );
  const copies = items.reduce((sum, { paths }) => sum + paths.length, 0);
  const photos = items.length === 1 ? vscode.l10n.t('1 photo') : vscode.l10n.t('{0} photos', items.length);
  notices.tell(
    copies === items.length
      ? vscode.l10n.t('{0} relabelled to {1}. The file moves when you apply; “Winnow: Undo” takes it back.', photos, to)
      : vscode.l10n.t(
          '{0} relabelled to {1}, all {2} copies. Files move when you apply; “Winnow: Undo” takes it back.',
          photos,
          to,
          copies,
        ),
  );
};

/** Opens the review at the image, with its reasons. */
export const whySuspicious = async (
  { datasets, panels }: { readonly datasets: Datasets; readonly panels: Panels },
  uri: vscode.Uri,
): Promise<void> => {
  const { dataset, items } = await exploredBy(datasets, [uri]);
  const [item] = items;
  if (item) await panels.why(dataset, item.id);
};

const pickClass: PickClass = async ({ dataset, snapshot, items }) => {
  const suggested = new Set(
    (await factsOf(dataset)).findings
      .filter((finding) => finding.items.some(({ id }) => items.some((item) => item.id === id)))
      .flatMap(({ suggestion }) => suggestion ?? []),
  );
  const now = new Set(items.map(({ id }) => snapshot.state.items.get(id)?.label));
  const { vocab } = snapshot.state;
  const rows: (vscode.QuickPickItem & { readonly name?: string })[] = [...vocab]
    .sort((a, b) => Number(suggested.has(b)) - Number(suggested.has(a)))
    .map((name) => ({
      label: name,
      name,
      description: [suggested.has(name) ? vscode.l10n.t('suggested') : '', now.has(name) ? vscode.l10n.t('now') : '']
        .filter((part) => part !== '')
        .join(', '),
    }));
  rows.push({ label: vscode.l10n.t('$(add) New class…') });
  const title =
    items.length === 1
      ? vscode.l10n.t('Relabel {0}', items[0]?.paths[0] ?? '')
      : vscode.l10n.t('Relabel {0} photos', items.length);
  const picked = await vscode.window.showQuickPick(rows, { title, matchOnDescription: true });
  if (!picked || picked.name !== undefined) return picked?.name;
  return vscode.window.showInputBox({ title, prompt: vscode.l10n.t('The name of the new class') });
};
