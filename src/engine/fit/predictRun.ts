/** Answers about pictures: held-out rows for those of the dataset, the shipped predictor for all others. */

import { toWire } from '../../protocol/endpoint.js';
import { WinnowError } from '../../base/errors.js';
import { inFlight } from '../../base/inFlight.js';
import type { ItemId } from '../../core/dataset/item.js';
import { certaintyOf } from '../../core/predict/certainty.js';
import { inDomain, type DomainJudge, type InDomain } from '../../core/predict/domain.js';
import { argmax } from '../../core/metrics/accuracy.js';
import { rawUnitRows } from '../../core/training/featureBlock.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { modelRows } from '../../core/training/model.js';
import type { OnProgress } from '../../ports/engine.js';
import type { PredictAnswer, PredictJob } from '../../protocol/engine.js';
import { networkAnswers, type NetworkAnswers } from './networkAnswers.js';
import { embedOne } from '../embed/embedFiles.js';
import { blocksOf } from './featureBlocks.js';
import { openRun, type OpenRun } from './openRun.js';
import type { Predictor } from './predictorFile.js';
import { labelsOf } from './rankRun.js';
import { readRecord, readRows, type RunFiles } from './runRecord.js';
import { nearnessIn, nothingNear, unitRowOf, type Nearness, type NearnessOf } from './nearness.js';
import { shippedRun } from './shippedRun.js';

export interface PredictTools {
  readonly algebra: LinearAlgebra;
  /** Another way to features, for tests. */
  readonly embed?: typeof embedOne;
}

/** An answer a file, in order; a broken file is an answer too. Throws `no-run`, `cancelled`. */
export const predictRun = async (
  job: PredictJob,
  { algebra, embed = embedOne }: PredictTools,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<readonly PredictAnswer[]> => {
  // Without its cached embeddings a run still answers; only neighbours and held-out rows on new labels need them.
  const open = await openRun(algebra, job).catch((error: unknown) => {
    if (WinnowError.is(error, 'no-run')) return null;
    throw error;
  });
  const run = open ?? (await readRecord(job.runDir));
  const { predictor, known, judge } = await shippedRun(job.runDir);
  const heldOut = await heldOutRows(open, run, job);
  const rowOf = new Map(run.items.map((item, row) => [item.id, row]));
  const near = open ? nearnessIn(open, job) : () => nothingNear;
  let done = 0;
  const network = job.network && (await networkAnswers(job.network, job.files, rowOf, signal));
  const ways = { embed, backbone: run.record.backbone, predictor, judge, near, network };
  const heldOutAnswer = ({ id, path }: PredictJob['files'][number], { vocab, row }: HeldOut): PredictAnswer => {
    const unit = open && unitRowOf(open, id);
    const percentile = known?.percentiles[rowOf.get(id) ?? -1];
    const domain = percentile === undefined ? null : inDomain(percentile);
    return answer(path, vocab, row, 'held-out', domain, unit ? near(unit, id) : nothingNear);
  };
  return inFlight(
    job.files,
    async (file) => {
      const alone = heldOut(file.id);
      const own = alone && network ? { ...alone, row: network(file.id, alone.vocab, alone.row) } : alone;
      const given = own ? heldOutAnswer(file, own) : await newAnswer(file, ways, signal);
      onProgress?.({ stage: 'predict', done: ++done, total: job.files.length });
      return given;
    },
    { signal },
  );
};

interface NewPhotos {
  readonly embed: typeof embedOne;
  readonly backbone: Parameters<typeof embedOne>[1];
  readonly predictor: Predictor;
  readonly judge: DomainJudge | null;
  readonly near: NearnessOf;
  readonly network: NetworkAnswers | null;
}

const newAnswer = async (
  file: PredictJob['files'][number],
  { embed, backbone, predictor, judge, near, network }: NewPhotos,
  signal: AbortSignal | undefined,
): Promise<PredictAnswer> => {
  try {
    const embedded = await embed({ file: file.file }, backbone, 'crop', signal);
    if (!embedded.ok)
      return { ok: false, path: file.path, error: { code: 'bad-image', message: embedded.bad.message } };
    const blocks = blocksOf('crop', embedded.layout, embedded.row);
    const rowOf = (id: string): Float32Array => blocks.find((block) => block.id === id)?.rows ?? new Float32Array(0);
    const alone = predictor.predict(rowOf);
    const row = network ? network(file.id, predictor.vocab, alone) : alone;
    const unit = rawUnitRows(blocks[0]!);
    const familiarity = judge && predictor.familiarity(rowOf);
    const strange = judge && familiarity !== null ? judge(unit, familiarity) : null;
    return answer(file.path, predictor.vocab, row, 'new', strange, near(unit, file.id));
  } catch (error) {
    if (!WinnowError.is(error) || error.code === 'cancelled') throw error;
    const { code, message } = toWire(error);
    return { ok: false, path: file.path, error: { code, message } };
  }
};

const answer = (
  path: string,
  vocab: readonly string[],
  row: Float64Array,
  basis: 'held-out' | 'new',
  strange: InDomain | null,
  { nearest, differenceFrom }: Nearness,
): PredictAnswer => {
  const prediction = vocab[argmax(row, 0, vocab.length)] ?? '';
  return {
    ok: true,
    path,
    prediction,
    probabilities: Object.fromEntries(vocab.map((label, index) => [label, row[index]!])),
    basis,
    certainty: certaintyOf(row, strange?.isOutOfDomain ?? false),
    inDomain: strange,
    difference: differenceFrom(prediction),
    nearest,
  };
};

interface HeldOut {
  readonly vocab: readonly string[];
  readonly row: Float64Array;
}

/**
 * Held-out rows for every photo that the run was fitted on, trashed ones too: none is ever answered in-sample (JUDGE § 3).
 * On the labels as of now; as trained where those cannot be fitted (features gone, one class left).
 */
const heldOutRows = async (
  open: OpenRun | null,
  { record, items }: RunFiles,
  job: PredictJob,
): Promise<(id: ItemId) => HeldOut | null> => {
  const rowOf = new Map(items.map((item, row) => [item.id, row]));
  if (!job.files.some((file) => rowOf.has(file.id))) return () => null;
  const { vocab, rows } = (open && (await rowsNow(open, job))) ?? {
    vocab: record.vocab,
    rows: Float64Array.from(await readRows(job.runDir, 'predictor.f32')),
  };
  return (id) => {
    const row = rowOf.get(id);
    return row === undefined ? null : { vocab, row: rows.slice(row * vocab.length, (row + 1) * vocab.length) };
  };
};

/** Null when the labels as of now leave one class. */
const rowsNow = async (
  open: OpenRun,
  job: PredictJob,
): Promise<{ vocab: readonly string[]; rows: Float64Array } | null> => {
  const vocab = [...open.record.vocab];
  const indexOf = new Map(vocab.map((label, index) => [label, index]));
  const labelOf = new Map(job.items.map((item) => [item.id, item.label]));
  for (const label of labelOf.values()) {
    if (label === null || indexOf.has(label)) continue;
    indexOf.set(label, vocab.length);
    vocab.push(label);
  }
  const labels = labelsOf(open, (id) => indexOf.get(labelOf.get(id) ?? '') ?? null);
  try {
    return { vocab, rows: (await modelRows(open.predictor, labels, vocab)).probabilities };
  } catch (error) {
    if (WinnowError.is(error, 'too-few')) return null;
    throw error;
  }
};
