/** Threads that start while others decode: what one of them sets for the process must not fail a good picture of another. */

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { ImageThreads } from '../../src/engine/embed/imageThreads.js';
import { decodeImage } from '../../src/engine/images/decodeImage.js';
import { bundleEngine } from './engineBundle.js';
import { newFolder, writePictures } from './fixtures.js';

it('good pictures decode while threads start', { timeout: 120_000 }, async () => {
  // What lies between these two settings is over in no time: held open, a thread that makes them is caught each time.
  const engine = await bundleEngine('imageThreads', {
    file: 'images/loadSharp.ts',
    after: "sharp.block({ operation: ['VipsForeignLoad'] });",
    insert: 'for (const end = Date.now() + 200; Date.now() < end;);',
  });
  const entry = pathToFileURL(path.join(path.dirname(engine), 'imageThread.mjs'));
  const picture = { width: 96, height: 72, channels: 3, background: '#345' } as const;
  const bytes = await sharp({ create: picture }).png().toBuffer();
  const failures: string[] = [];
  let decoded = 0;
  for (let round = 0; round < 2; round++) {
    const threads = new ImageThreads(entry, 3);
    let isStarting = true;
    const started = Promise.all(
      Array.from({ length: 3 }, () => threads.run({ kind: 'inspect', id: null, source: { bytes } })),
    ).finally(() => (isStarting = false));
    while (isStarting) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const own = await decodeImage(bytes);
      if (own.ok) decoded++;
      else failures.push(own.bad.message);
    }
    for (const answer of await started) if (answer.kind === 'bad') failures.push(answer.bad.message);
    await threads.dispose();
  }
  expect(failures).toEqual([]);
  expect(decoded).toBeGreaterThan(2);
});

it('threads that make one thumbnail at the same moment all find it whole', { timeout: 120_000 }, async () => {
  const engine = await bundleEngine('imageThreads-thumbnails');
  const threads = new ImageThreads(pathToFileURL(path.join(path.dirname(engine), 'imageThread.mjs')), 3);
  const cacheDir = newFolder();
  const files = await writePictures(newFolder(), 12, 64);
  for (const { id, file } of files) {
    const task = { kind: 'thumbnail', id, source: { file }, size: 256, cacheDir } as const;
    const answers = await Promise.all(Array.from({ length: 9 }, () => threads.run(task)));
    for (const answer of answers) {
      if (answer.kind !== 'thumbnail' || answer.path === null) throw new Error(JSON.stringify(answer));
      expect((await sharp(answer.path).metadata()).format).toBe('jpeg');
    }
  }
  await threads.dispose();
});
