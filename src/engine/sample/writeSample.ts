/** The sample dataset's files: shots are taken and encoded in the image threads, the rest is copied from them. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../../base/errors.js';
import { inFlight } from '../../base/inFlight.js';
import { planSample } from '../../core/sample/plan.js';
import type { OnProgress } from '../../ports/engine.js';
import { imageThreads } from '../embed/imageThreads.js';
import { reporter } from '../embed/reporter.js';

/** Writes the sample of `seed` into `dir`, an empty folder. Throws what the disk throws. @returns how many files. */
export const writeSample = async (
  { dir, seed }: { readonly dir: string; readonly seed: number },
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<{ readonly files: number }> => {
  const { files } = planSample(seed);
  const report = reporter('sample', files.length, onProgress);
  const written = new Map<string, Uint8Array>();
  const write = async (name: string, bytes: Uint8Array): Promise<void> => {
    const file = path.join(dir, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes, { flag: 'wx' });
    written.set(name, bytes);
    report.advance(1);
  };
  await inFlight(
    files,
    async ({ path: name, content }) => {
      if (content.kind === 'bytesOf') return;
      if (content.kind === 'text') {
        await write(name, new TextEncoder().encode(content.text));
        return;
      }
      const answer = await imageThreads().run({ kind: 'shot', id: null, shot: content.shot }, signal);
      if (answer.kind !== 'shot') throw new WinnowError('internal', `taking a photograph answered ${answer.kind}`);
      await write(name, answer.jpeg);
    },
    { signal },
  );
  for (const { path: name, content } of files) {
    if (content.kind !== 'bytesOf') continue;
    const whole = written.get(content.path)!;
    await write(name, whole.subarray(0, Math.floor(content.share * whole.length)));
  }
  report.finish();
  return { files: files.length };
};
