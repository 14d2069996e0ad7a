import { WinnowError } from '../../base/errors.js';
import { auditAnswers } from '../../core/review/audit.js';
import { cleaningOf, type CleaningReport } from '../../core/health/cleaning.js';
import { auditState, mendedCount, predictionsOf, rankingBefore } from '../audit.js';
import { currentRanking } from '../currentRanking.js';
import type { OpenDataset } from '../openDataset.js';

/** What changed since the labels came. Without a run, or where two models cannot be asked, no answer is compared. */
export const cleaningReport = async (dataset: OpenDataset, signal?: AbortSignal): Promise<CleaningReport> => {
  const { progress, results } = await auditState(dataset, signal);
  const snapshot = await dataset.snapshot(signal);
  const mended = mendedCount(snapshot);
  const answers = auditAnswers(snapshot.entries);
  const [before, now] = mended === 0 ? [null, null] : await bothModels(dataset, signal);
  return cleaningOf(
    snapshot.scan.items.map(({ id, paths, at, folderLabel }) => {
      const state = snapshot.state.items.get(id);
      return {
        id,
        path: paths[0] ?? at,
        status: state?.status ?? 'in',
        labelBefore: folderLabel,
        labelNow: state?.label ?? null,
        predictionBefore: before?.get(id) ?? null,
        predictionNow: now?.get(id) ?? null,
        audited: answers.get(id)?.label ?? null,
      };
    }),
    { asked: progress?.asked ?? 0, answered: progress?.answered ?? 0, results },
    mended,
  );
};

type Predictions = ReturnType<typeof predictionsOf>;

const bothModels = async (
  dataset: OpenDataset,
  signal: AbortSignal | undefined,
): Promise<[Predictions | null, Predictions | null]> => {
  try {
    const now = await currentRanking(dataset, signal);
    if (!now) return [null, null];
    const before = await rankingBefore(dataset, await dataset.snapshot(signal), now.config, signal);
    return [predictionsOf(before), predictionsOf(now.ranking)];
  } catch (error) {
    // The labels before may hold one class only; what changed in the data is told all the same.
    if (!WinnowError.is(error) || error.code === 'cancelled') throw error;
    return [null, null];
  }
};
