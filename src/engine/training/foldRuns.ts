/** Cross-validation: a network a fold, each trained without it, and what each answers about the photos that it has not seen. */

import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { logitProbabilities } from '../../core/metrics/logitScores.js';
import { chooseByOthers, type FoldAnswers } from '../../core/training/foldChoice.js';
import { removeOwnFolder, writeOwnFile } from '../../node/ownFiles.js';
import type { FineTuneItem, FineTuneJob, OutOfFoldRows } from '../../protocol/training.js';
import { dropCheckpoints } from './checkpoint.js';
import { keptBy, trainOnce, type TrainingListener } from './trainOnce.js';

/** Written when a fold is done with; lists its epochs. */
const doneFile = 'answers.json';
const rowsFile = 'out-of-fold.json';

/** The folder of a fold, in that of its run. No network is ever written there, and it goes when all folds are through. */
export const foldDir = (runDir: string, fold: number): string => path.join(runDir, `fold-${String(fold)}`);

/**
 * Trains the folds that are not done yet, from their checkpoints where there are any, and writes `out-of-fold.json`.
 * @param listenerOf of each fold, from 1.
 * @returns false when it was stopped before all were through: then there are no rows. Throws what `trainOnce` throws.
 */
export const foldRuns = async (
  job: FineTuneJob,
  listenerOf: (fold: number) => TrainingListener,
  signal?: AbortSignal,
): Promise<boolean> => {
  const { runDir, settings, vocab } = job;
  const folds = Array.from({ length: settings.folds }, (_, at) => at + 1);
  const isWritten = await access(path.join(runDir, rowsFile)).then(
    () => true,
    () => false,
  );
  if (isWritten) {
    await dropFolds(job);
    return true;
  }
  for (const fold of folds) {
    if ((await epochsDone(foldDir(runDir, fold))) !== null) continue;
    if (!(await trainFold(job, fold, listenerOf(fold), signal))) {
      await dropFolds(job);
      return false;
    }
  }
  const answers: FoldAnswers[] = [];
  for (const fold of folds) answers.push(await readAnswers(job, fold));
  const chosen = chooseByOthers(answers, vocab.length, keptBy(settings));
  const rows = folds.flatMap((fold, at) => {
    const { logits, temperature } = chosen[at]!;
    const probabilities = logitProbabilities(logits, vocab.length, temperature);
    return heldOutBy(job, fold).map(({ id, label }, row) => ({ id, label, fold, probabilities: probabilities[row]! }));
  });
  const found: OutOfFoldRows = { rows, chosen: chosen.map(({ epoch, temperature }) => ({ epoch, temperature })) };
  await writeOwnFile(path.join(runDir, rowsFile), JSON.stringify(found));
  await dropFolds(job);
  return true;
};

const heldOutBy = ({ items }: FineTuneJob, fold: number): FineTuneItem[] => items.filter((item) => item.fold === fold);

/** False when it was stopped. */
const trainFold = async (
  job: FineTuneJob,
  fold: number,
  listener: TrainingListener,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  const runDir = foldDir(job.runDir, fold);
  const items = job.items.map((item) => ({
    ...item,
    split: item.fold === fold ? ('valid' as const) : ('train' as const),
  }));
  // When to end would be told by the photos that it is measured on.
  const settings = { ...job.settings, patience: 0 };
  const keep = (epoch: number, logits: Float32Array): Promise<void> => {
    // Weights that are no numbers know nothing: every class is as likely.
    const told = logits.every(Number.isFinite) ? logits : new Float32Array(logits.length);
    return writeOwnFile(path.join(runDir, `epoch-${String(epoch)}.f32`), new Uint8Array(told.buffer));
  };
  const { ended } = await trainOnce({ ...job, runDir, items, settings }, listener, signal, keep);
  if (ended.endedEarly === 'asked') return false;
  const epochs = ended.epochs.map(({ epoch }) => epoch);
  // Its loss was no number before its first epoch was over.
  if (epochs.length === 0) await keep(0, new Float32Array(heldOutBy(job, fold).length * job.vocab.length));
  await writeOwnFile(path.join(runDir, doneFile), JSON.stringify({ epochs: epochs.length === 0 ? [0] : epochs }));
  await dropCheckpoints(runDir);
  return true;
};

const epochsDone = async (dir: string): Promise<readonly number[] | null> => {
  const text = await readFile(path.join(dir, doneFile), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as { readonly epochs: readonly number[] }).epochs;
};

const readAnswers = async (job: FineTuneJob, fold: number): Promise<FoldAnswers> => {
  const dir = foldDir(job.runDir, fold);
  const epochs: FoldAnswers['epochs'][number][] = [];
  for (const epoch of (await epochsDone(dir)) ?? []) {
    const bytes = Uint8Array.from(await readFile(path.join(dir, `epoch-${String(epoch)}.f32`)));
    epochs.push({ epoch, logits: new Float32Array(bytes.buffer) });
  }
  return { labels: heldOutBy(job, fold).map(({ label }) => label), epochs };
};

const dropFolds = async ({ runDir, settings }: FineTuneJob): Promise<void> => {
  for (let fold = 1; fold <= settings.folds; fold++) await removeOwnFolder(foldDir(runDir, fold), runDir);
};
