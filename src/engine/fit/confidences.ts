import { argmax } from '../../core/metrics/accuracy.js';
import { crossFitted } from '../../core/training/crossFit.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { modelLogs } from '../../core/training/model.js';
import type { Confidences, RankJob } from '../../protocol/engine.js';
import { openRun } from './openRun.js';
import { labelsOf } from './rankRun.js';

/** How sure the predictor is of each labelled photo; heads, weights and ε have not seen the photo's group. Throws `no-run`, `too-few`. */
export const confidencesOfRun = async (
  job: RankJob,
  { algebra }: { readonly algebra: LinearAlgebra },
): Promise<Confidences> => {
  const open = await openRun(algebra, job);
  const now = new Map(job.labels.map(({ id, label }) => [id, label]));
  const labels = labelsOf(open, (id) => now.get(id) ?? null);
  const { predictor, groups, record } = open;
  const logs = await modelLogs(predictor, labels, job.vocab);
  const rows = crossFitted(
    logs,
    {
      rows: predictor.trained.filter((row) => logs.labels[row]! >= 0),
      groups,
      pool: predictor.pool,
      seed: record.seed,
    },
    job.vocab.length,
  );
  const width = job.vocab.length;
  const judged = Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
  const best = judged.map((row) => argmax(rows, row * width, width));
  return {
    ids: judged.map((row) => open.items[row]!.id),
    confidences: judged.map((row, at) => rows[row * width + best[at]!]!),
    isRight: judged.map((row, at) => best[at] === labels[row]),
  };
};
