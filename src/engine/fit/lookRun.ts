/** Where a prediction looked: covering places for the whole predictor, or the exact share of each place in a linear head's score. */

import { WinnowError } from '../../base/errors.js';
import type { ItemId } from '../../core/dataset/item.js';
import { coversOf, heatOf, lookedAt } from '../../core/predict/occlusion.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import type { BackboneRef } from '../../protocol/engine.js';
import type { Look, LookJob, Place } from '../../protocol/evidence.js';
import { coveredRows, preparePicture, type CoveredRows, type PreparedPicture } from '../embed/coveredRows.js';
import { activationOf } from './activation.js';
import { blocksOf } from './featureBlocks.js';
import { heldOutPredictor } from './heldOutPredictor.js';
import { openRun, type OpenRun } from './openRun.js';
import { predictorOf, readPredictorParts, type PredictorParts } from './predictorFile.js';

/** Throws `no-run`, `bad-image`, `bad-model` (no exact activation here), `unknown-label`, `too-few`, `cancelled`. */
export const lookRun = async (
  job: LookJob,
  { algebra }: { readonly algebra: LinearAlgebra },
  signal?: AbortSignal,
): Promise<Look> => {
  const open = await openRun(algebra, job);
  const isHeldOut = open.rowOf.has(job.of.id);
  const parts = isHeldOut ? await heldOut(algebra, open, job) : await readPredictorParts(job.runDir);
  WinnowError.throwIfAborted(signal, 'look');
  const column = parts.vocab.indexOf(job.label);
  if (column < 0) throw new WinnowError('unknown-label', `The model has no class ${job.label}.`);
  const { picture, rowsOf } = await pictureOf(job.of.id, job.of.file, open.record.backbone, signal);
  const probabilitiesOf = probabilities(parts, column);
  const whole = await rowsOf(0, signal);
  const probability = probabilitiesOf(whole)[0]!;
  const activation = activationOf(parts, picture.places, whole, job.label);
  const square = lookedAt(picture.width, picture.height);
  const region: Place = {
    x: square.x / picture.width,
    y: square.y / picture.height,
    width: square.side / picture.width,
    height: square.side / picture.height,
  };
  /** From shares of the square to shares of the picture. */
  const placed = (x: number, y: number, width: number, height: number): Place => ({
    x: region.x + x * region.width,
    y: region.y + y * region.height,
    width: width * region.width,
    height: height * region.height,
  });
  const told = { method: job.method, label: job.label, region, probability, isHeldOut };
  const whyNoActivation = 'why' in activation ? activation.why : null;
  if (job.method === 'activation') {
    if ('why' in activation) throw new WinnowError('bad-model', activation.why);
    const { rows, columns, values } = activation;
    const most = values.reduce((best, value, at) => (value > values[best]! ? at : best), 0);
    const strongest = placed((most % columns) / columns, Math.floor(most / columns) / rows, 1 / columns, 1 / rows);
    return { ...told, rows, columns, values: rounded(values), strongest, without: null, whyNoActivation };
  }
  const { cells } = job;
  const { side } = picture;
  const heat = heatOf(
    cells,
    coversOf({ x: 0, y: 0, side }, cells),
    probability,
    probabilitiesOf(await rowsOf(cells, signal)),
  );
  const { cover, probability: without } = heat.strongest;
  const strongest = placed(cover.x / side, cover.y / side, cover.width / side, cover.height / side);
  return { ...told, rows: cells, columns: cells, values: rounded(heat.values), strongest, without, whyNoActivation };
};

const rounded = (values: Float32Array): number[] => Array.from(values, (value) => Math.round(value * 1e4) / 1e4);

const heldOut = (algebra: LinearAlgebra, open: OpenRun, job: LookJob): Promise<PredictorParts> => {
  if (job.labels.length !== open.items.length) {
    throw new WinnowError('bad-shape', `${job.labels.length} labels for ${open.items.length} photos of the run`);
  }
  return heldOutPredictor(algebra, open, job.runDir, job.of.id, Int32Array.from(job.labels), job.vocab);
};

/** Of the label, one a row. */
const probabilities = (parts: PredictorParts, column: number): ((covered: CoveredRows) => number[]) => {
  const predictor = predictorOf(parts);
  return ({ layout, rows }) => {
    const width = layout.reduce((sum, part) => sum + part, 0);
    return Array.from({ length: rows.length / width }, (_, i) => {
      const blocks = blocksOf('crop', layout, rows.subarray(i * width, (i + 1) * width));
      return predictor.predict((id) => blocks.find((block) => block.id === id)?.rows ?? new Float32Array(0))[column]!;
    });
  };
};

interface KnownPicture {
  readonly picture: PreparedPicture;
  /** By the grid's side; 0 = nothing covered. */
  readonly rowsOf: (cells: number, signal: AbortSignal | undefined) => Promise<CoveredRows>;
}

/** A few pictures with what was computed of them: another label, or the same picture again, costs nothing. */
const known = new Map<string, Promise<KnownPicture>>();
const mostKnown = 8;

const pictureOf = (
  id: ItemId,
  file: string,
  backbone: BackboneRef,
  signal: AbortSignal | undefined,
): Promise<KnownPicture> => {
  const key = JSON.stringify([id, backbone.sha256, backbone.recipe]);
  const before = known.get(key);
  if (before) return before;
  const made = (async (): Promise<KnownPicture> => {
    const picture = await preparePicture({ file }, backbone, signal);
    const rows = new Map<number, CoveredRows>();
    return {
      picture,
      rowsOf: async (cells, asked) => {
        const found = rows.get(cells) ?? (await coveredRows(picture, cells, asked));
        rows.set(cells, found);
        return found;
      },
    };
  })();
  for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - mostKnown + 1))) known.delete(oldest);
  known.set(key, made);
  made.catch(() => known.delete(key));
  return made;
};
