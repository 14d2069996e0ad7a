// Reference: sharp alone decodes the same files whole, as many at once as there are cores; the pixels go nowhere.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import sharp from 'sharp';

const files = readFileSync(process.argv[2], 'utf8').trim().split('\n');
sharp.cache(false);
sharp.concurrency(1);
await sharp(await readFile(files[0]))
  .raw()
  .toBuffer();
const started = performance.now();
let pixels = 0;
let next = 0;
await Promise.all(
  Array.from({ length: os.availableParallelism() }, async () => {
    while (next < files.length) {
      const { info } = await sharp(await readFile(files[next++]))
        .raw()
        .toBuffer({ resolveWithObject: true });
      pixels += info.width * info.height;
    }
  }),
);
console.log(JSON.stringify({ images: files.length, pixels, ms: performance.now() - started }));
