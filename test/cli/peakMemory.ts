/** Runs the command line and watches how much memory it and its engines hold at most. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.mjs');

/** The system's own high-water mark, so nothing is missed between two looks but the very end. */
const peakBytes = (pid: string | number): number => {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};
const childrenOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
      .split(' ')
      .filter(Boolean);
  } catch {
    return [];
  }
};

export interface Watched<Out> {
  readonly code: number | null;
  readonly out: Out;
  /** Bytes resident at most; 0 where there is no /proc. */
  readonly own: number;
  /** Of the largest engine. */
  readonly engine: number;
}

export const runWatched = async <Out>(args: readonly string[], cwd: string, home: string): Promise<Watched<Out>> => {
  const child = spawn(process.execPath, [cli, ...args, '--json'], {
    cwd,
    env: { ...process.env, WINNOW_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let [own, engine] = [0, 0];
  const watch = setInterval(() => {
    own = Math.max(own, peakBytes(child.pid!));
    for (const pid of childrenOf(child.pid!)) engine = Math.max(engine, peakBytes(pid));
  }, 10);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, code] = await Promise.all([text(child.stdout), ended]);
  clearInterval(watch);
  return { code, out: JSON.parse(out) as Out, own, engine };
};
