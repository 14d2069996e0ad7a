// The bank: procedural pictures as the trunk sees them, made once and kept, so that many trainings can read them.
// node bank.mjs DIR FAMILY,… CLASSES PICTURES VIEWS: writes DIR/FAMILY.bank, uint8[classes, pictures, views, 256, 11, 11] = 100 · map.
import { once } from 'node:events';
import { closeSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import ort from 'onnxruntime-node';
import { openCanvas } from '../pictures/canvas.mjs';
import { families } from '../pictures/families.mjs';
import { view } from '../pictures/views.mjs';
import { seeded } from '../../seeded.mjs';

export const pictureSide = 128;
export const mapLength = 256 * 11 * 11;
export const mapScale = 100;
const extent = 112;
const familySeeds = { leaves: 1, fractals: 2, textures: 3, things: 4, strokes: 5 };

/** All views of all pictures of one class, from seeds that depend on nothing else. */
const paintClass = (family, at, pictures, views) => {
  const seed = familySeeds[family] * 1e6 + at * 1e3;
  const parameters = families[family].draw(seeded(seed));
  const out = new Float32Array(pictures * views * 3 * extent * extent);
  for (let picture = 0; picture < pictures; picture++) {
    const random = seeded(seed + 1 + picture);
    const canvas = openCanvas(pictureSide);
    families[family].paint(random, parameters, canvas);
    const bytes = canvas.bytes();
    for (let v = 0; v < views; v++) {
      out.set(view(random, bytes, pictureSide, extent), (picture * views + v) * 3 * extent * extent);
    }
  }
  return out;
};

if (!isMainThread) {
  const { front, family, pictures, views, classes, share, shares, file } = workerData;
  const session = await ort.InferenceSession.create(front, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const descriptor = openSync(file, 'r+');
  for (let at = share; at < classes; at += shares) {
    const data = paintClass(family, at, pictures, views);
    const image = new ort.Tensor('float32', data, [pictures * views, 3, extent, extent]);
    const { maps } = await session.run({ image });
    const bytes = Uint8Array.from(maps.data, (v) => Math.min(255, Math.round(mapScale * v)));
    writeSync(descriptor, bytes, 0, bytes.length, at * bytes.length);
    parentPort.postMessage(at);
  }
  closeSync(descriptor);
} else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dir, names, ...counts] = process.argv.slice(2);
  const [classes, pictures, views] = counts.map(Number);
  const { makeFront } = await import('../network.mjs');
  const front = makeFront(seeded(42));
  mkdirSync(dir, { recursive: true });
  for (const family of names.split(',')) {
    const file = path.join(dir, `${family}.bank`);
    const partial = `${file}.part`;
    const descriptor = openSync(partial, 'w');
    ftruncateSync(descriptor, classes * pictures * views * mapLength);
    closeSync(descriptor);
    const shares = Number(process.env.BANK_SHARES ?? 1);
    const shared = { front, family, pictures, views, classes, shares, file: partial };
    await Promise.all(
      Array.from({ length: shares }, async (_, share) => {
        const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { ...shared, share } });
        // An error of the worker's rejects this.
        await once(worker, 'exit');
      }),
    );
    renameSync(partial, file);
    console.log(`${family}: ${classes} classes × ${pictures} pictures × ${views} views`);
  }
}
