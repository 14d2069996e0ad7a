import type { ConfusionState } from '../protocol/confusion.js';
import { accuracy } from '../core/metrics/accuracy.js';
import { confusionMatrix, mostConfused, perClass } from '../core/metrics/confusion.js';
import { agreementSentence } from '../core/review/auditWords.js';
import { mendedCount } from './audit.js';
import { currentRanking, type CurrentRanking } from './currentRanking.js';
import type { OpenDataset } from './openDataset.js';
import { needRanking } from './topLosses.js';

export interface ConfusionReport {
  readonly run: string;
  /** Share of items predicted as labelled; null for none. */
  readonly accuracy: number | null;
  readonly vocab: readonly string[];
  /** [actual][predicted], counts of items. */
  readonly matrix: readonly (readonly number[])[];
  readonly mostConfused: ConfusionState['mostConfused'];
  readonly perClass: ConfusionState['perClass'];
}

/** The predictor's held-out answers against the labels as of now. Throws `no-run`. */
export const confusionReport = async (dataset: OpenDataset, signal?: AbortSignal): Promise<ConfusionReport> =>
  reportOf(await needRanking(dataset, signal));

const reportOf = ({ config, ranking }: CurrentRanking): ConfusionReport => {
  const { vocab, items } = ranking;
  const labels = items.map((row) => row.label);
  const predictions = items.map((row) => row.prediction);
  const matrix = confusionMatrix(labels, predictions, vocab.length);
  const name = (index: number): string => vocab[index] ?? '';
  return {
    run: config.run,
    accuracy: accuracy(labels, predictions),
    vocab,
    matrix,
    mostConfused: mostConfused(matrix).map(({ actual, predicted, count }) => ({
      actual: name(actual),
      predicted: name(predicted),
      count,
    })),
    perClass: perClass(matrix).map((row, index) => ({ label: name(index), ...row })),
  };
};

/** What the confusion webview shows; every state of the dataset has one. */
export const confusionState = async (dataset: OpenDataset, signal?: AbortSignal): Promise<ConfusionState> => {
  const empty = {
    datasetName: dataset.name,
    run: null,
    vocab: [],
    matrix: [],
    mostConfused: [],
    perClass: [],
    accuracy: null,
    message: null,
  };
  const ranked = await currentRanking(dataset, signal);
  if (!ranked) return { ...empty, state: 'no-run' };
  const mended = mendedCount(await dataset.snapshot(signal));
  return { ...empty, ...reportOf(ranked), state: 'ready', message: mended === 0 ? null : agreementSentence(mended) };
};
