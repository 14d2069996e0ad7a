/** What to collect and what to label next, from a run's fit; nothing is chosen anew. */

import { WinnowError } from '../../base/errors.js';
import { argmax } from '../../core/metrics/accuracy.js';
import { curveClasses, fitsOf, learningCurves } from '../../core/health/learningCurve.js';
import { rawUnitRows, widthOf } from '../../core/training/featureBlock.js';
import { SmootherScorer } from '../../core/training/head.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { modelRows } from '../../core/training/model.js';
import { pickTypical } from '../../core/training/typicality.js';
import type { OnProgress } from '../../ports/engine.js';
import type { CollectJob, CollectResult } from '../../protocol/engine.js';
import { groupNumbers, openRun } from './openRun.js';
import { fitOn } from './leaveOut.js';

/** Hundreds of fits: of more photos a seeded sample is asked. */
const mostPhotos = 1000;
/** Asked about when there are more: those known worst. */
const mostClasses = 12;

/** Throws `no-run`, `too-few`, `cancelled`. */
export const collectRun = async (
  job: CollectJob,
  { algebra }: { readonly algebra: LinearAlgebra },
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<CollectResult> => {
  const open = await openRun(algebra, job);
  const { at, model, smoothers } = await fitOn(algebra, open, job, mostPhotos, signal);
  const labels = at.map((position) => (position < 0 ? -1 : (job.labels[position]!.label ?? -1)));
  const rowOf = new Map(open.items.map(({ id }, row) => [id, row]));
  const all = groupNumbers(open.items);
  const groups = at.map((position, row) => (position < 0 ? -1 - row : all[rowOf.get(job.labels[position]!.id)!]!));
  const width = job.vocab.length;
  const scorers = smoothers.map((smoother) => new SmootherScorer(algebra, smoother, groups));
  const predict = async (now: Int32Array): Promise<Int32Array> => {
    const heads = model.heads.map(({ settings }, head) => ({ settings, scorer: scorers[head]! }));
    const { probabilities } = await modelRows({ ...model, heads }, now, job.vocab);
    return at.map((_, row) => argmax(probabilities, row * width, width));
  };
  const first = await predict(labels);
  const recall = (c: number): number => {
    const own = Array.from(labels.keys()).filter((row) => labels[row] === c);
    return own.filter((row) => first[row] === c).length / own.length;
  };
  const classes = curveClasses(labels, groups, width)
    .sort((a, b) => recall(a) - recall(b))
    .slice(0, mostClasses);
  const total = fitsOf(classes.length);
  let done = 0;
  const curves = await learningCurves({
    vocab: job.vocab,
    labels,
    groups,
    classes,
    seed: open.record.seed,
    predict,
    onDraw: () => {
      WinnowError.throwIfAborted(signal, 'collect');
      onProgress?.({ stage: 'fit', done: done++, total });
    },
  });
  return { photos: labels.filter((label) => label >= 0).length, curves, next: await nextToLabel(algebra, job, open) };
};

const nextToLabel = async (
  algebra: LinearAlgebra,
  job: CollectJob,
  open: Awaited<ReturnType<typeof openRun>>,
): Promise<CollectResult['next']> => {
  if (!job.labels.some(({ label }) => label === null)) return [];
  const block = open.blocks.find(({ id }) => id === 'a');
  if (!block) return [];
  const rows = job.labels.map(({ id }) => open.rowOf.get(id)!);
  const picked = await pickTypical(algebra, {
    units: rawUnitRows({ rows: block.rows.read(rows), parts: block.parts }),
    width: widthOf(block),
    isLabelled: job.labels.map(({ label }) => label !== null),
    groups: Int32Array.from(rows, (row) => open.groups[row]!),
    count: job.wanted,
    seed: open.record.seed,
  });
  return picked.map((position) => job.labels[position]!.id);
};
