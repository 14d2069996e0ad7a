/** Whether files are pictures, and what decoding them once tells. */

import { WinnowError } from '../../base/errors.js';
import { inFlight } from '../../base/inFlight.js';
import type { OnProgress } from '../../ports/engine.js';
import type { Inspection, SourceFile, ThumbnailJob } from '../../protocol/engine.js';
import { imageThreads } from './imageThreads.js';
import { reporter } from './reporter.js';

/** In the order of `files`. */
export const inspectFiles = async (
  files: readonly SourceFile[],
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<readonly Inspection[]> => {
  const results = new Array<Inspection>(files.length);
  const report = reporter('inspect', files.length, onProgress);
  await inFlight(
    files,
    async ({ id, file }, at) => {
      const answer = await imageThreads().run({ kind: 'inspect', id, source: { file } }, signal);
      if (answer.kind === 'inspected') results[at] = { id, facts: answer.facts, isAnimated: answer.isAnimated };
      else if (answer.kind === 'bad') results[at] = { id, bad: answer.bad };
      else throw new WinnowError('internal', `inspecting answered ${answer.kind}`);
      report.advance(1);
    },
    { signal },
  );
  report.finish();
  return results;
};

/** Paths of the thumbnails in the order of `files`; null where a file does not decode. */
export const makeThumbnails = async (job: ThumbnailJob, signal?: AbortSignal): Promise<readonly (string | null)[]> => {
  const paths = new Array<string | null>(job.files.length).fill(null);
  await inFlight(
    job.files,
    async ({ id, file }, at) => {
      const { size, cacheDir } = job;
      const answer = await imageThreads().run({ kind: 'thumbnail', id, source: { file }, size, cacheDir }, signal);
      if (answer.kind === 'thumbnail') paths[at] = answer.path;
    },
    { signal },
  );
  return paths;
};
