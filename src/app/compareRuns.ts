/** Two runs, trainings or fine-tunings, on the same photos that neither has learned from. */

import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import { groupedShare } from '../core/metrics/groupedBootstrap.js';
import { pairedBootstrap } from '../core/metrics/pairedBootstrap.js';
import { earlierSettings, outOfFoldRowsOf, requireFineTune, validationRowsOf } from './fineTunes.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { runRows } from './runRows.js';
import { itemsById } from './snapshotItems.js';

export interface Flip {
  readonly path: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Whose answers: of a training each photo's 'held-out' row; of a fine-tuning those of its folds' networks ('out-of-fold'), or
 * without folds the network's own about its 'validation' photos.
 */
export type AnswersBy = 'held-out' | 'out-of-fold' | 'validation';

export interface ComparedRun {
  readonly run: string;
  readonly by: AnswersBy;
  readonly accuracy: number;
  /** 95 %. */
  readonly low: number;
  readonly high: number;
}

/** The JSON of `compare`. */
export interface Comparison {
  readonly photos: number;
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** after − before, with the central 95 % of a bootstrap over groups. */
  readonly difference: { readonly mean: number; readonly low: number; readonly high: number };
  readonly different: readonly { readonly setting: string; readonly before: string; readonly after: string }[];
  /** Wrong before, right after. */
  readonly mended: readonly Flip[];
  readonly broken: readonly Flip[];
}

interface Answers {
  readonly by: AnswersBy;
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
  const groupOf = (id: ItemId): ItemId => groups.get(id) ?? id;
  const scored = (run: string, { by }: Answers, of: 'before' | 'after'): ComparedRun => {
    const { value, low, high } = groupedShare(
      shared.map((each) => ({ group: groupOf(each.id), isHit: each[of] === each.label })),
    )!;
    return { run, by, accuracy: value, low, high };
  };
  const interval = pairedBootstrap(
    shared.map((each) => ({
      group: groupOf(each.id),
      isRightBefore: each.before === each.label,
      isRightAfter: each.after === each.label,
    })),
  );
  const [one, other] = [scored(before, first, 'before'), scored(after, second, 'after')];
  const settings = [...new Set([...Object.keys(first.settings), ...Object.keys(second.settings)])];
  const plain = ({ path, label, before: was, after: is }: (typeof shared)[number]): Flip => ({
    path,
    label,
    before: was,
    after: is,
  });
  return {
    photos: shared.length,
    before: one,
    after: other,
    difference: { mean: other.accuracy - one.accuracy, ...interval },
    different: settings
      .map((setting) => ({ setting, before: first.settings[setting] ?? '–', after: second.settings[setting] ?? '–' }))
      .filter((each) => each.before !== each.after),
    mended: shared.filter((each) => each.before !== each.label && each.after === each.label).map(plain),
    broken: shared.filter((each) => each.before === each.label && each.after !== each.label).map(plain),
  };
};

/** A training's held-out rows; of a fine-tuning what its folds say, else only its validation photos, for it has seen the others. */
const answersOf = async (dataset: OpenDataset, { runs }: DatasetSnapshot, name: string): Promise<Answers> => {
  const config = runs.find(({ run }) => run === name);
  if (config) {
    const rows = await runRows(dataset, config);
    const job = { run: name, runDir: dataset.store.runs.dirOf(name) };
    const { probabilities } = await dataset.engine.heldOutRows(job);
    const width = config.vocab.length;
    return {
      by: 'held-out',
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
  const { augment, ...settings } = { ...earlierSettings, ...tuned.settings };
  const folded = await outOfFoldRowsOf(dataset, name);
  const rows = folded.length > 0 ? folded : await validationRowsOf(dataset, name);
  return {
    by: folded.length > 0 ? 'out-of-fold' : 'validation',
    settings: {
      kind: 'fine-tune',
      backbone: tuned.backbone.id,
      photos: String(tuned.photos.train),
      ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)])),
      ...Object.fromEntries(Object.entries(augment).map(([key, value]) => [`augment.${key}`, String(value)])),
    },
    predicted: new Map(rows.map(({ id, probabilities }) => [id, topOf(probabilities, tuned.vocab)])),
  };
};

const topOf = (row: readonly number[], vocab: readonly string[]): string => vocab[row.indexOf(Math.max(...row))] ?? '';
