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
  const report = reporter('inspect', files.length, onProgress);
  const results = await inFlight(
    files,
    async ({ id, file }): Promise<Inspection> => {
      const answer = await imageThreads().run({ kind: 'inspect', id, source: { file } }, signal);
      report.advance(1);
      if (answer.kind === 'inspected') return { id, facts: answer.facts, isAnimated: answer.isAnimated };
      if (answer.kind === 'bad') return { id, bad: answer.bad };
      throw new WinnowError('internal', `inspecting answered ${answer.kind}`);
    },
    { signal },
  );
  report.finish();
  return results;
};

/** Paths of the thumbnails in the order of `files`; null where a file does not decode. */
export const makeThumbnails = (
  { files, size, cacheDir }: ThumbnailJob,
  signal?: AbortSignal,
): Promise<(string | null)[]> =>
  inFlight(
    files,
    async ({ id, file }) => {
      const answer = await imageThreads().run({ kind: 'thumbnail', id, source: { file }, size, cacheDir }, signal);
      return answer.kind === 'thumbnail' ? answer.path : null;
    },
    { signal },
  );
