/** A stand-in for npm on PATH: what the real one fetches is not for tests. */

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { installTensorflow } from '../../src/node/installTensorflow.js';
import { newFolder } from '../engine/fixtures.js';

const installs = `mkdir -p node_modules/@tensorflow/tfjs-node-gpu
echo 'exports.name = "fetched";' > node_modules/@tensorflow/tfjs-node-gpu/index.js
echo "added 1 package"`;

const npmThat = (script: string): { folder: string; env: Record<string, string> } => {
  const home = newFolder();
  const bin = path.join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, 'npm'), 0o755);
  return { folder: path.join(home, 'tensorflow'), env: { PATH: `${bin}:/usr/bin:/bin` } };
};
const leftovers = (folder: string): boolean[] => [`${folder}.new`, `${folder}.old`].map((each) => existsSync(each));
/** A process that nobody has waited for yet is gone too. */
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
};
const fetched = 'node_modules/@tensorflow/tfjs-node-gpu/index.js';

describe.skipIf(process.platform === 'win32')('TensorFlow.js for CUDA', () => {
  it('asks npm for the pinned version with its script, and puts it in place', async () => {
    const { folder, env } = npmThat(`echo "$@"\ncat package.json\n${installs}`);
    const lines: string[] = [];
    expect(await installTensorflow({ folder, env, onLine: (line) => lines.push(line) })).toBe(folder);
    expect(lines[0]).toContain('install --ignore-scripts=false');
    expect(lines.join('')).toContain('"@tensorflow/tfjs-node-gpu": "4.22.0"');
    expect(readFileSync(path.join(folder, fetched), 'utf8')).toContain('fetched');
    expect(leftovers(folder)).toEqual([false, false]);
  });

  it('takes the place of an older one', async () => {
    const { folder, env } = npmThat(installs);
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'old.txt'), 'old');
    await installTensorflow({ folder, env });
    expect([existsSync(path.join(folder, 'old.txt')), existsSync(path.join(folder, fetched))]).toEqual([false, true]);
    expect(leftovers(folder)).toEqual([false, false]);
  });

  it.each([
    [
      'says why npm could not',
      'echo "npm error code ENOTFOUND" >&2; echo "npm error network no such host" >&2; exit 1',
      /network no such host\. Nothing was changed/,
    ],
    ['says its exit code where npm says nothing', 'exit 7', /npm ended with 7/],
    ['does not take an npm at its word that brought nothing', 'exit 0', /npm ended without it/],
  ])('%s; what was there stays', async (_, script, message) => {
    const { folder, env } = npmThat(script);
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'old.txt'), 'old');
    await expect(installTensorflow({ folder, env })).rejects.toThrow(message);
    expect(existsSync(path.join(folder, 'old.txt'))).toBe(true);
    expect(leftovers(folder)).toEqual([false, false]);
  });

  it('says that npm is missing', async () => {
    const folder = path.join(newFolder(), 'tensorflow');
    const asked = installTensorflow({ folder, env: { PATH: newFolder() } });
    await expect(asked).rejects.toMatchObject({
      code: 'no-runtime',
      message: expect.stringContaining('npm') as string,
    });
    expect(leftovers(folder)).toEqual([false, false]);
  });

  it('cancelled, ends npm and what npm runs, and leaves nothing', async () => {
    const { folder, env } = npmThat("sh -c 'echo $$; sleep 600' & wait");
    const ended = new AbortController();
    let child = 0;
    const asked = installTensorflow({
      folder,
      env,
      signal: ended.signal,
      onLine: (line) => {
        child = Number(line);
        ended.abort();
      },
    });
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => isGone(child)).toBe(true);
    expect(leftovers(folder)).toEqual([false, false]);
  });
});
