import { rankItems } from '../../core/findings/rankItems.js';
import type { Ranking } from '../../core/findings/ranking.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { modelRows } from '../../core/training/model.js';
import type { RankJob } from '../../protocol/engine.js';
import { openRun, type OpenRun } from './openRun.js';

/** The ranking of a run's items on the labels as of now: no pixels, nothing chosen anew (JUDGE § 1). Throws `no-run`, `too-few`. */
export const rankRun = async (job: RankJob, { algebra }: { readonly algebra: LinearAlgebra }): Promise<Ranking> => {
  const open = await openRun(algebra, job);
  const now = new Map(job.labels.map(({ id, label }) => [id, label]));
  const labels = labelsOf(open, (id) => now.get(id) ?? null);
  const predictor = await modelRows(open.predictor, labels, job.vocab);
  const judge = await modelRows(open.judge, labels, job.vocab);
  return rankItems({
    run: job.run,
    vocab: job.vocab,
    items: open.items.map((item) => ({
      id: item.id,
      group: item.group,
      label: now.get(item.id) ?? null,
      isOut: !now.has(item.id),
    })),
    predictor: predictor.probabilities,
    judge: judge.probabilities,
    epsilon: open.judge.pool.epsilon,
    classes: judge.classes,
  });
};

/** Label of each row, −1 = none: not trained on, whatever it was at the train. */
export const labelsOf = (open: OpenRun, labelOf: (id: OpenRun['items'][number]['id']) => number | null): Int32Array =>
  Int32Array.from(open.items, (item) => labelOf(item.id) ?? -1);
