/** How sure of the truth a fine-tuned network is beside the predictor, on photos that neither has seen, and whether it answers. */

import type { ItemId } from '../core/dataset/item.js';
import { argmax } from '../core/metrics/accuracy.js';
import { groupedShare } from '../core/metrics/groupedBootstrap.js';
import { rowScores } from '../core/metrics/rowScores.js';
import { blended } from '../core/predict/blended.js';
import type { AnswerScores, OutOfFoldScores, RunConfig } from '../ports/dataset.js';
import type { ValidationRows } from '../protocol/training.js';
import { outOfFoldRowsOf, validationRowsOf } from './fineTunes.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { runRows } from './runRows.js';
import type { ArrangedTraining } from './trainingJob.js';

/** The predictor alone, and both together, on the same photos. */
export interface Compared {
  readonly predictor: AnswerScores;
  readonly together: AnswerScores;
}

interface Judged {
  readonly label: number;
  readonly row: ArrayLike<number>;
}

/** Whether a network speaks about new photos: only where both together are surer of the truth than the predictor. */
export const answersFrom = (
  validLoss: number | null,
  { predictor, together }: { readonly predictor: AnswerScores | null; readonly together: AnswerScores | null },
): boolean => (predictor && together ? together.loss <= predictor.loss : validLoss !== null);

/** On the validation photos, where the newest run says what a predictor that had not seen them answers; null without such a run. */
export const compareOnValidation = async (
  dataset: OpenDataset,
  { runs }: DatasetSnapshot,
  run: string,
  vocab: readonly string[],
): Promise<Compared | null> => {
  const [config] = runs;
  if (!config) return null;
  const found = (await dataset.store.runs.readJson(config.run, 'validation.json')) as ValidationRows | null;
  const predicted = new Map<ItemId, Judged>(
    found?.rows.map(({ id, label, probabilities }) => [id, { label, row: probabilities }]),
  );
  return compared(await validationRowsOf(dataset, run), vocab, predicted, config.vocab);
};

/** Of all photos out of fold, beside the held-out rows of the newest run; null without folds. */
export const scoreOutOfFold = async (
  dataset: OpenDataset,
  { runs }: DatasetSnapshot,
  run: string,
  { vocab, settings, items }: Pick<ArrangedTraining, 'vocab' | 'settings' | 'items'>,
): Promise<OutOfFoldScores | null> => {
  const rows = await outOfFoldRowsOf(dataset, run);
  if (rows.length === 0) return null;
  const groups = new Map(items.map(({ id, group }) => [id, group]));
  const { value, low, high } = groupedShare(
    rows.map(({ id, label, probabilities }) => ({
      group: groups.get(id) ?? id,
      isHit: argmax(probabilities, 0, probabilities.length) === label,
    })),
  )!;
  const { loss } = scoresOf(rows.map(({ label, probabilities }) => ({ label, row: probabilities })));
  const scores = { folds: settings.folds, items: rows.length, accuracy: value, low, high, loss };
  const beside = await compareHeldOut(dataset, runs[0], rows, vocab);
  return { ...scores, predictor: beside?.predictor ?? null, together: beside?.together ?? null };
};

const compareHeldOut = async (
  dataset: OpenDataset,
  config: RunConfig | undefined,
  rows: ValidationRows['rows'],
  vocab: readonly string[],
): Promise<Compared | null> => {
  if (!config) return null;
  const { probabilities } = await dataset.engine.heldOutRows({
    run: config.run,
    runDir: dataset.store.runs.dirOf(config.run),
  });
  const width = config.vocab.length;
  const predicted = new Map<ItemId, Judged>();
  for (const [at, { id, label }] of (await runRows(dataset, config)).entries()) {
    if (label !== null) predicted.set(id, { label, row: probabilities.slice(at * width, (at + 1) * width) });
  }
  return compared(rows, vocab, predicted, config.vocab);
};

const compared = (
  rows: ValidationRows['rows'],
  vocab: readonly string[],
  predicted: ReadonlyMap<ItemId, Judged>,
  runVocab: readonly string[],
): Compared | null => {
  if (runVocab.length !== vocab.length) return null;
  const alone: Judged[] = [];
  const both: Judged[] = [];
  for (const { id, label, probabilities: own } of rows) {
    const known = predicted.get(id);
    // A photo whose label or class names changed since that run says nothing about the two.
    if (!known || runVocab[known.label] !== vocab[label]) continue;
    const turned = runVocab.map((each) => own[vocab.indexOf(each)] ?? 0);
    alone.push(known);
    both.push({ label: known.label, row: blended(known.row, turned) });
  }
  return alone.length === 0 ? null : { predictor: scoresOf(alone), together: scoresOf(both) };
};

const scoresOf = (rows: readonly Judged[]): AnswerScores =>
  rowScores(
    rows.map(({ row }) => row),
    rows.map(({ label }) => label),
  );
