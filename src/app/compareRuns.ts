/** Two runs, trainings or fine-tunings, on the same photos that neither has learned from. */

import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import { pairedBootstrap } from '../core/metrics/pairedBootstrap.js';
import { requireFineTune, validationRowsOf } from './fineTunes.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { runRows } from './runRows.js';
import { itemsById } from './snapshotItems.js';

export interface Flip {
  readonly path: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** The JSON of `compare`. */
export interface Comparison {
  readonly photos: number;
  readonly before: { readonly run: string; readonly accuracy: number };
  readonly after: { readonly run: string; readonly accuracy: number };
  /** after − before, with the central 95 % of a bootstrap over groups. */
  readonly difference: { readonly mean: number; readonly low: number; readonly high: number };
  readonly different: readonly { readonly setting: string; readonly before: string; readonly after: string }[];
  /** Wrong before, right after. */
  readonly mended: readonly Flip[];
  readonly broken: readonly Flip[];
}

interface Answers {
  readonly settings: Readonly<Record<string, string>>;
  readonly predicted: ReadonlyMap<ItemId, string>;
}

/** Against the labels as they are now. Throws `usage` (no such run), `too-few` (no photo in common). */
export const compareRuns = async (dataset: OpenDataset, before: string, after: string): Promise<Comparison> => {
  const snapshot = await dataset.snapshot();
  const [first, second] = [await answersOf(dataset, snapshot, before), await answersOf(dataset, snapshot, after)];
  const byId = itemsById(snapshot);
  const groups = new Map<ItemId, ItemId>();
  for (const config of snapshot.runs.slice(0, 1)) {
    for (const row of await runRows(dataset, config)) groups.set(row.id, row.group);
  }
  const shared = [...first.predicted.keys()].flatMap((id) => {
    const label = snapshot.state.items.get(id)?.label;
    const [was, is] = [first.predicted.get(id), second.predicted.get(id)];
    if (label === null || label === undefined || was === undefined || is === undefined) return [];
    return [{ id, path: byId.get(id)?.at ?? id, label, before: was, after: is }];
  });
  if (shared.length === 0) {
    throw new WinnowError(
      'too-few',
      'The two runs have no photo in common that neither learned from. Train both on this dataset.',
    );
  }
  const share = (of: 'before' | 'after'): number =>
    shared.filter((each) => each[of] === each.label).length / shared.length;
  const interval = pairedBootstrap(
    shared.map((each) => ({
      group: groups.get(each.id) ?? each.id,
      isRightBefore: each.before === each.label,
      isRightAfter: each.after === each.label,
    })),
  );
  const settings = [...new Set([...Object.keys(first.settings), ...Object.keys(second.settings)])];
  const plain = ({ path, label, before: was, after: is }: (typeof shared)[number]): Flip => ({
    path,
    label,
    before: was,
    after: is,
  });
  return {
    photos: shared.length,
    before: { run: before, accuracy: share('before') },
    after: { run: after, accuracy: share('after') },
    difference: { mean: share('after') - share('before'), ...interval },
    different: settings
      .map((setting) => ({ setting, before: first.settings[setting] ?? '–', after: second.settings[setting] ?? '–' }))
      .filter((each) => each.before !== each.after),
    mended: shared.filter((each) => each.before !== each.label && each.after === each.label).map(plain),
    broken: shared.filter((each) => each.before === each.label && each.after !== each.label).map(plain),
  };
};

/** A training's held-out rows; of a fine-tuning only the validation photos, for it has seen the others. */
const answersOf = async (dataset: OpenDataset, { runs }: DatasetSnapshot, name: string): Promise<Answers> => {
  const config = runs.find(({ run }) => run === name);
  if (config) {
    const rows = await runRows(dataset, config);
    const job = { run: name, runDir: dataset.store.runs.dirOf(name) };
    const { probabilities } = await dataset.engine.heldOutRows(job);
    const width = config.vocab.length;
    return {
      settings: {
        kind: 'train',
        backbone: config.backbone.id,
        seed: String(config.seed),
        photos: String(config.items),
      },
      predicted: new Map(
        rows.map(({ id }, row) => [id, topOf(probabilities.slice(row * width, (row + 1) * width), config.vocab)]),
      ),
    };
  }
  const tuned = await requireFineTune(dataset, name);
  const { augment, ...settings } = tuned.settings;
  return {
    settings: {
      kind: 'fine-tune',
      backbone: tuned.backbone.id,
      photos: String(tuned.photos.train),
      ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)])),
      ...Object.fromEntries(Object.entries(augment).map(([key, value]) => [`augment.${key}`, String(value)])),
    },
    predicted: new Map(
      (await validationRowsOf(dataset, name)).map(({ id, probabilities }) => [id, topOf(probabilities, tuned.vocab)]),
    ),
  };
};

const topOf = (row: readonly number[], vocab: readonly string[]): string => vocab[row.indexOf(Math.max(...row))] ?? '';
