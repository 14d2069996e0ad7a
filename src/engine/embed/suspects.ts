/**
 * Which pictures native code is looking at, told to the launcher on a pipe of its own before the work begins:
 * when a decoder takes the whole process down, the launcher knows whom to suspect.
 */

import { writeSync } from 'node:fs';
import type { ItemId } from '../../core/dataset/item.js';

/** The launcher's extra pipe (src/node/engineProcess.ts); absent when a test or a person starts the engine by hand. */
const pipe = Number(process.env['WINNOW_SIDE_PIPE'] ?? '-1');

/** One line, whatever happens: a full or closed pipe is no reason to fail. */
export const tellLauncher = (line: unknown): boolean => {
  if (pipe < 0) return true;
  try {
    writeSync(pipe, `${JSON.stringify(line)}\n`);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN';
  }
};

/** Call the answer when the picture is done with. */
export const noteInFlight = (id: ItemId | null): (() => void) => {
  if (id === null) return () => undefined;
  tellLauncher({ begin: id });
  return () => void tellLauncher({ end: id });
};
