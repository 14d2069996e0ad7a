/** The photos of a run in a plane, alike ones near each other. Kept in the cache by what it was made of. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { WinnowError } from '../../base/errors.js';
import { projectRows, type ProjectOptions } from '../../core/projection/projectRows.js';
import { consecutive, gatherRows, rawUnitRows } from '../../core/training/featureBlock.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import type { OnProgress } from '../../ports/engine.js';
import type { ProjectJob, ProjectResult } from '../../protocol/engine.js';
import { writeOwnFile } from '../../node/ownFiles.js';
import { recipeId } from '../onnx/pixelRecipe.js';
import { loadBlocks } from './featureBlocks.js';
import { readRecord } from './runRecord.js';

/** Another way to a plane is another file. */
const version = 1;
const steps = 100;

/** Writes float32[n, 2] in the order of the run's items; NaN where a photo has no usable features. Throws `no-run`, `cancelled`. */
export const projectRun = async (
  job: ProjectJob,
  { algebra, limit }: { readonly algebra: LinearAlgebra } & Pick<ProjectOptions, 'limit'>,
  onProgress: OnProgress = () => undefined,
  signal?: AbortSignal,
): Promise<ProjectResult> => {
  const { record, items } = await readRecord(job.runDir);
  const ids = items.map(({ id }) => id);
  const { sha256, recipe } = record.backbone;
  const key = createHash('sha256')
    .update(JSON.stringify([version, sha256, recipeId(recipe), job.seed, limit ?? null, ids]))
    .digest('hex');
  const file = path.join(job.cacheDir, 'maps', `${key}.f32`);
  const rows = items.length;
  if (await isThere(file, rows * 8)) return { file, rows };
  const { blocks, missing } = await loadBlocks(job.cacheDir, record.backbone, ['crop'], ids);
  const block = blocks.find(({ id }) => id === 'a');
  if (!block || missing.length === rows) {
    throw new WinnowError('no-run', 'The cache no longer holds what this run looked at. Train again to map it.');
  }
  const width = block.parts[0]!;
  const units = rawUnitRows({ rows: block.rows.read(consecutive(0, rows)), parts: block.parts });
  const isMissing = new Set(missing);
  const usable = [...ids.keys()].filter((row) => !isMissing.has(row) && isFinite(units, row, width));
  let told = -1;
  const placed = await projectRows(algebra, usable.length === rows ? units : gatherRows(units, width, usable), width, {
    seed: job.seed,
    ...(limit === undefined ? {} : { limit }),
    onShare: async (share) => {
      const done = Math.floor(share * steps);
      if (done !== told) onProgress({ stage: 'map', done: (told = done), total: steps });
      // A cancel is a message: it is heard between two turns only.
      await turn();
      WinnowError.throwIfAborted(signal, 'project');
    },
  });
  const places = new Float32Array(rows * 2).fill(NaN);
  usable.forEach((row, at) => places.set(placed.subarray(at * 2, at * 2 + 2), row * 2));
  await writeOwnFile(file, new Uint8Array(places.buffer), false);
  return { file, rows };
};

const isThere = async (file: string, bytes: number): Promise<boolean> => {
  try {
    return (await stat(file)).size === bytes;
  } catch {
    return false;
  }
};

const isFinite = (rows: Float32Array, row: number, width: number): boolean => {
  for (let at = row * width; at < (row + 1) * width; at++) if (!Number.isFinite(rows[at]!)) return false;
  return true;
};
