/** Answers about pictures: held-out rows for those of the dataset, the shipped predictor for all others. */

import { toWire } from '../../protocol/endpoint.js';
import { WinnowError } from '../../base/errors.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { Neighbour } from '../../core/predict/prediction.js';
import { argmax } from '../../core/metrics/accuracy.js';
import { rawUnitRows } from '../../core/training/featureBlock.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { modelRows } from '../../core/training/model.js';
import type { OnProgress } from '../../ports/engine.js';
import type { PredictAnswer, PredictJob } from '../../protocol/engine.js';
import { embedOne } from '../embed/embedFiles.js';
import { blocksOf } from './featureBlocks.js';
import { openRun, type OpenRun } from './openRun.js';
import { readPredictor, type Predictor } from './predictorFile.js';
import { labelsOf } from './rankRun.js';
import { readRecord } from './runRecord.js';

const neighbours = 5;

/** An answer a file, in order; a broken file is an answer too. Throws `no-run`, `cancelled`. */
export const predictRun = async (
  job: PredictJob,
  { algebra }: { readonly algebra: LinearAlgebra },
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<readonly PredictAnswer[]> => {
  // Without its cached embeddings a run still answers about new pictures; only neighbours and held-out rows need them.
  const open = await openRun(algebra, job).catch((error: unknown) => {
    if (WinnowError.is(error, 'no-run')) return null;
    throw error;
  });
  const { record } = open ?? (await readRecord(job.runDir));
  const predictor = await readPredictor(job.runDir);
  const heldOut = open ? await heldOutRows(open, job) : null;
  const near = open ? neighboursIn(open, job) : () => [];
  const answers: PredictAnswer[] = [];
  for (const [at, file] of job.files.entries()) {
    WinnowError.throwIfAborted(signal, 'predict');
    const own = heldOut?.(file.id) ?? null;
    if (own && open) {
      const unit = unitRowOf(open, file.id);
      answers.push(answer(file.path, own.vocab, own.row, 'held-out', unit ? near(unit, file.id) : []));
    } else {
      answers.push(await newAnswer(file, record.backbone, predictor, near));
    }
    onProgress?.({ stage: 'predict', done: at + 1, total: job.files.length });
  }
  return answers;
};

const newAnswer = async (
  file: PredictJob['files'][number],
  backbone: Parameters<typeof embedOne>[1],
  predictor: Predictor,
  near: (unit: Float32Array, id: ItemId) => Neighbour[],
): Promise<PredictAnswer> => {
  try {
    const embedded = await embedOne({ file: file.file }, backbone, 'crop');
    if (!embedded.ok)
      return { ok: false, path: file.path, error: { code: 'bad-image', message: embedded.bad.message } };
    const blocks = blocksOf('crop', embedded.layout, embedded.row);
    const row = predictor.predict((id) => blocks.find((block) => block.id === id)?.rows ?? new Float32Array(0));
    return answer(file.path, predictor.vocab, row, 'new', near(rawUnitRows(blocks[0]!), file.id));
  } catch (error) {
    if (!WinnowError.is(error)) throw error;
    const { code, message } = toWire(error);
    return { ok: false, path: file.path, error: { code, message } };
  }
};

const answer = (
  path: string,
  vocab: readonly string[],
  row: Float64Array,
  basis: 'held-out' | 'new',
  nearest: readonly Neighbour[],
): PredictAnswer => ({
  ok: true,
  path,
  prediction: vocab[argmax(row, 0, vocab.length)] ?? '',
  probabilities: Object.fromEntries(vocab.map((label, index) => [label, row[index]!])),
  basis,
  nearest,
});

interface HeldOut {
  readonly vocab: readonly string[];
  readonly row: Float64Array;
}

/** Held-out rows on the labels as of now, for items that the run has judged and the dataset still holds. */
const heldOutRows = async (open: OpenRun, job: PredictJob): Promise<(id: ItemId) => HeldOut | null> => {
  const labelOf = new Map(job.items.map((item) => [item.id, item.label]));
  if (!job.files.some((file) => open.rowOf.has(file.id) && labelOf.has(file.id))) return () => null;
  const vocab = [...open.record.vocab];
  const indexOf = new Map(vocab.map((label, index) => [label, index]));
  for (const label of labelOf.values()) {
    if (label === null || indexOf.has(label)) continue;
    indexOf.set(label, vocab.length);
    vocab.push(label);
  }
  const labels = labelsOf(open, (id) => indexOf.get(labelOf.get(id) ?? '') ?? null);
  const { probabilities } = await modelRows(open.predictor, labels, vocab);
  return (id) => {
    const row = open.rowOf.get(id);
    if (row === undefined || !labelOf.has(id)) return null;
    return { vocab, row: probabilities.slice(row * vocab.length, (row + 1) * vocab.length) };
  };
};

const unitRowOf = (open: OpenRun, id: ItemId): Float32Array | null => {
  const row = open.rowOf.get(id);
  const block = open.blocks.find((candidate) => candidate.id === 'a');
  if (row === undefined || !block) return null;
  const width = block.parts[0]!;
  return rawUnitRows({ rows: block.rows.slice(row * width, (row + 1) * width), parts: block.parts });
};

/** The nearest labelled photos of the dataset, without the picture itself and its group. */
const neighboursIn = (open: OpenRun, job: PredictJob): ((unit: Float32Array, id: ItemId) => Neighbour[]) => {
  const block = open.blocks.find((candidate) => candidate.id === 'a');
  if (!block) return () => [];
  const units = rawUnitRows(block);
  const width = block.parts[0]!;
  const known = job.items.flatMap((item) => {
    const row = open.rowOf.get(item.id);
    return row === undefined || item.label === null ? [] : [{ ...item, label: item.label, row }];
  });
  return (unit, id) => {
    const group = open.items[open.rowOf.get(id) ?? -1]?.group;
    return known
      .filter((item) => item.id !== id && item.group !== group)
      .map((item) => {
        let dot = 0;
        for (let d = 0, at = item.row * width; d < width; d++, at++) dot += unit[d]! * units[at]!;
        return { item, distance: Math.sqrt(Math.max(0, 2 - 2 * dot)) };
      })
      .sort((a, b) => a.distance - b.distance || (a.item.id < b.item.id ? -1 : 1))
      .slice(0, neighbours)
      .map(({ item: { id: near, path, label }, distance }) => ({ id: near, path, label, distance }));
  };
};
