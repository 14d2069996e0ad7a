// 720 different photos of about 120 kB, in three classes, made once from ../shared. (A search gives 240 at most.)
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { root } from '../../prepare.mjs';
import { photosOf, shared } from '../product.mjs';

const wantedBytes = 120_000;
const count = 720;
const labels = ['one', 'two', 'three'];

const nearest = async (file) => {
  let best;
  for (const quality of [60, 70, 78, 84, 88, 91, 94, 96]) {
    const jpeg = await sharp(file).resize(1024, 768, { fit: 'cover' }).jpeg({ quality }).toBuffer();
    if (best && Math.abs(jpeg.length - wantedBytes) > Math.abs(best.length - wantedBytes)) break;
    best = jpeg;
  }
  return best;
};

/** The folder of class folders. */
export const benchPhotos = async () => {
  const folder = path.join(root, 'node_modules', '.cache', 'bench', 'photos-120k');
  if (existsSync(folder)) return folder;
  const partial = `${folder}.part`;
  for (const label of labels) mkdirSync(path.join(partial, label), { recursive: true });
  const sources = ['bears', 'trashnet']
    .flatMap((set) => photosOf(set).map((photo) => path.join(shared, 'data', set, photo.path)))
    .slice(0, count);
  for (const [at, source] of sources.entries()) {
    const name = `${String(at).padStart(4, '0')}.jpg`;
    writeFileSync(path.join(partial, labels[at % labels.length], name), await nearest(source));
  }
  renameSync(partial, folder);
  return folder;
};

/** Absolute, in the order of the classes. */
export const filesIn = (folder) =>
  readdirSync(folder).flatMap((label) =>
    readdirSync(path.join(folder, label))
      .sort()
      .map((name) => ({ label, name, file: path.join(folder, label, name) })),
  );
