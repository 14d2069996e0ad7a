/** What a handed-over page knows of the photos it was made from: some embeddings, hashes, and, when the person says so, small pictures. */

import { inFlight } from '../../base/inFlight.js';
import { seenBytes, type PageFacts } from '../../core/export/appPage.js';
import { fitNear } from '../../core/predict/nearPhotos.js';
import { toBase64 } from '../../core/predict/int8Rows.js';
import { consecutive, rawUnitRows } from '../../core/training/featureBlock.js';
import type { FitItem } from '../../protocol/engine.js';
import type { ExportJob } from '../../protocol/exporting.js';
import { loadBlocks } from '../fit/featureBlocks.js';
import { groupNumbers } from '../fit/openRun.js';
import type { RunRecord } from '../fit/runRecord.js';
import { loadSharp } from '../images/loadSharp.js';
import { makeThumbnail } from '../images/thumbnail.js';

/** Pixels a side: what a row of five on a phone shows sharply. */
const pictureSide = 96;
/** A page holds this many hashes at most: 0.6 MB. */
const mostSeen = 100_000;

/** @param vocab the model's classes.  Nothing near where the cache no longer holds what the run looked at. */
export const pageFacts = async (
  job: ExportJob,
  record: RunRecord,
  items: readonly FitItem[],
  vocab: readonly string[],
  signal?: AbortSignal,
): Promise<PageFacts> => {
  const photos = new Map(job.photos.map((photo) => [photo.id, photo]));
  const classOf = new Map(vocab.map((label, at) => [label, at]));
  const seen = hashesOf(items.slice(0, mostSeen).map(({ id }) => id));
  const nothing: PageFacts = { near: null, pictures: null, seen };
  const { blocks, missing } = await loadBlocks(
    job.cacheDir,
    record.backbone,
    ['crop'],
    items.map(({ id }) => id),
  );
  const block = blocks.find(({ id }) => id === 'a');
  if (!block) return nothing;
  const labels = Int32Array.from(items, ({ id }) => classOf.get(photos.get(id)?.label ?? '') ?? -1);
  const lost = new Set(missing);
  const rows = Int32Array.from(items.keys()).filter((row) => labels[row]! >= 0 && !lost.has(row));
  const fitted = fitNear({
    units: rawUnitRows({ rows: block.rows.read(consecutive(0, block.rows.count)), parts: block.parts }),
    width: block.parts[0]!,
    rows,
    labels,
    groups: groupNumbers(items),
    classes: vocab.length,
    seed: record.seed,
  });
  if (!fitted) return nothing;
  if (!job.examples) return { ...nothing, near: fitted.near };
  const chosen = fitted.chosen.map((row) => photos.get(items[row]!.id)!);
  const pictures = await inFlight(chosen, (photo) => smallPicture(photo, job.cacheDir), { signal });
  return { ...nothing, near: fitted.near, pictures };
};

/** base64 of a WebP, its centre; '' where the file is gone or does not decode. */
const smallPicture = async (photo: ExportJob['photos'][number], cacheDir: string): Promise<string> => {
  const thumbnail = await makeThumbnail(photo, 256, cacheDir);
  if (thumbnail === null) return '';
  const sharp = await loadSharp();
  const webp = await sharp(thumbnail)
    .resize(pictureSide, pictureSide, { fit: 'cover' })
    .webp({ quality: 60, effort: 4 })
    .toBuffer();
  return webp.toString('base64');
};

/** The first bytes of each sha-256, base64, in ascending order, which says nothing of the dataset's. */
const hashesOf = (ids: readonly string[]): string => {
  const starts = ids.map((id) => id.slice(0, 2 * seenBytes)).sort();
  return toBase64(Uint8Array.from(Buffer.from(starts.join(''), 'hex')));
};
