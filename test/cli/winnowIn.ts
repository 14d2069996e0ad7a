/** The built command line, called as a person does; its JSON read. Not for tests whose own process answers it. */

import { spawnSync } from 'node:child_process';
import path from 'node:path';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.mjs');

export interface Answer<Out> {
  readonly code: number | null;
  /** Empty where nothing was printed. */
  readonly out: Out;
  readonly stderr: string;
}

/** Calls in `folder`, with a home of its own there. */
export const winnowIn =
  <Out = Readonly<Record<string, unknown>>>(folder: () => string) =>
  (...args: string[]): Answer<Out> => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, '--json'], {
      encoding: 'utf8',
      cwd: folder(),
      env: { ...process.env, WINNOW_HOME: path.join(folder(), 'home') },
    });
    return { code: status, out: (stdout === '' ? {} : JSON.parse(stdout)) as Out, stderr };
  };
