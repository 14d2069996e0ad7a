/** Dies by SIGKILL at the n-th thing that is done to the disk, half of it done where it can be halved. */

import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { FileHandle } from 'node:fs/promises';

const promises = createRequire(import.meta.url)('node:fs/promises') as Record<string, (...args: unknown[]) => unknown>;

const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
  // The signal comes within microseconds; nothing may happen in between.
  for (;;);
};

/** @param at 0 = never.  @returns how many points were passed so far. */
export const armKillPoints = async (at: number, probeFile: string): Promise<() => number> => {
  let passed = 0;
  const isDue = (): boolean => ++passed === at;
  const handle = await (promises['open'] as typeof import('node:fs/promises').open)(probeFile, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<string, (...args: unknown[]) => unknown>;
  await handle.close();

  for (const name of ['rename', 'link', 'unlink', 'symlink', 'rmdir', 'truncate', 'mkdir']) {
    const real = promises[name];
    if (!real) throw new Error(`no fs.promises.${name}`);
    promises[name] = (...args) => {
      if (isDue()) die();
      return real(...args);
    };
  }
  for (const name of ['sync', 'datasync', 'truncate']) {
    const real = prototype[name];
    if (!real) throw new Error(`no FileHandle.${name}`);
    prototype[name] = function (this: FileHandle, ...args: unknown[]) {
      if (isDue()) die();
      return real.apply(this, args);
    };
  }
  const write = prototype['writeFile'];
  if (!write) throw new Error('no FileHandle.writeFile');
  prototype['writeFile'] = async function (this: FileHandle, content: unknown) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : (content as Buffer);
    if (isDue()) {
      await write.call(this, bytes.subarray(0, bytes.length >> 1));
      die();
    }
    return write.call(this, bytes);
  };
  syncBuiltinESMExports();
  return () => passed;
};
