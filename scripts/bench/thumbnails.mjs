// Thumbnails a second and core, set by set.
import path from 'node:path';
import { photosOf, sets, shared } from './product.mjs';
import { runBundled } from './speed.mjs';

export const thumbnailsBench = async () => {
  const rows = [];
  for (const set of sets) {
    const files = photosOf(set).map((photo) => path.join(shared, 'data', set, photo.path));
    rows.push({ set, ...(await runBundled('thumbnails', files)) });
    console.error(JSON.stringify(rows.at(-1)));
  }
  return rows;
};
