import { WinnowError } from '../../base/errors.js';
import { rawUnitRows } from '../../core/training/featureBlock.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { notThere, type SimilarJob, type SimilarResult } from '../../protocol/evidence.js';
import { embedOne } from '../embed/embedFiles.js';
import { blocksOf } from './featureBlocks.js';
import { distancesTo, smallest, unitRowOf, unitsOf } from './nearness.js';
import { openRun, type OpenRun } from './openRun.js';

export interface SimilarTools {
  readonly algebra: LinearAlgebra;
  /** Another way to features, for tests. */
  readonly embed?: typeof embedOne;
}

/** The photos of a run that lie nearest to a picture, itself left out. Throws `no-run`, `bad-image`, `bad-shape`. */
export const similarRun = async (
  job: SimilarJob,
  { algebra, embed = embedOne }: SimilarTools,
  signal?: AbortSignal,
): Promise<SimilarResult> => {
  const open = await openRun(algebra, job);
  if (job.labels.length !== open.items.length) {
    throw new WinnowError('bad-shape', `${job.labels.length} labels for ${open.items.length} photos of the run`);
  }
  const units = unitsOf(open);
  if (!units) throw new WinnowError('no-run', 'This run has no features to compare by. Train again.');
  const unit = unitRowOf(open, job.of.id) ?? (await unitOfFile(job.of.file, open, embed, signal));
  const own = open.rowOf.get(job.of.id);
  const group = own === undefined || !job.leavesGroupOut ? null : open.groups[own]!;
  const distances = distancesTo(units, unit);
  const isOffered = (row: number): boolean =>
    row !== own && job.labels[row] !== notThere && (group === null || open.groups[row] !== group);
  return {
    lists: job.wants.map(({ label, top }) =>
      smallest(distances, top, (row) => isOffered(row) && (label === null || job.labels[row] === label)).map((row) => ({
        id: open.items[row]!.id,
        distance: distances[row]!,
      })),
    ),
  };
};

const unitOfFile = async (
  file: string,
  open: OpenRun,
  embed: typeof embedOne,
  signal: AbortSignal | undefined,
): Promise<Float32Array> => {
  const embedded = await embed({ file }, open.record.backbone, 'crop', signal);
  if (!embedded.ok) throw new WinnowError('bad-image', embedded.bad.message);
  return rawUnitRows(blocksOf('crop', embedded.layout, embedded.row)[0]!);
};
