import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import esbuild from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ItemId } from '../../src/core/dataset/item.js';
import { readEmbeddings, type Embedding } from '../../src/engine/embed/embeddingCache.js';
import { cleanEnv, findNode, type RuntimeQuestion } from '../../src/node/nodeRuntime.js';
import type { EmbedJob, ViewId } from '../../src/protocol/engine.js';
import { bundleEngine } from '../engine/engineBundle.js';
import { newFolder, tinyBackbone, writePictures } from '../engine/fixtures.js';
import { suiteEngines } from '../engine/suiteEngines.js';

const isWindows = process.platform === 'win32';
const { bundle, start: newEngine } = suiteEngines('engineProcess');

const embedJob = async (count: number, view: ViewId = 'crop', side = 96): Promise<EmbedJob> => {
  const folder = newFolder();
  const files = await writePictures(folder, count, side);
  return { files, backbone: tinyBackbone(folder), view, cacheDir: folder, device: 'cpu' };
};
/** What the cache holds of a job's pictures, in their order. */
const cached = async ({ cacheDir, backbone, files }: EmbedJob) => {
  const found: Embedding[] = [];
  const ids = files.map(({ id }) => id);
  const { missing } = await readEmbeddings(cacheDir, backbone, 'crop', ids, (_, each) => found.push(each));
  return { found, missing };
};
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
/** Resolves when the process is no more; the test's own time limit ends the wait. */
const isGone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
};

const isThere = async (file: string): Promise<void> => {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('the engine process', () => {
  it('says what it runs on, and one process serves calls made at the same time', async () => {
    const engine = newEngine();
    const [first, second] = await Promise.all([engine.info(), engine.info()]);
    expect(first.pid).not.toBe(process.pid);
    expect(second.pid).toBe(first.pid);
    expect(first.rung).toBe('native');
    expect(first.providers).toContain('cpu');
    expect(first.node).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('embeds, caches, inspects and makes thumbnails; a broken file is an answer', async () => {
    const engine = newEngine();
    const job = await embedJob(6);
    const broken = path.join(job.cacheDir, 'broken.jpg');
    writeFileSync(broken, 'no picture at all');
    const files = [...job.files, { id: 'f'.repeat(64) as ItemId, file: broken }];
    const seen: number[] = [];
    await engine.openNetwork(job);
    const cold = await engine.embed({ ...job, files }, ({ done }) => seen.push(done));
    expect(cold).toMatchObject({ dim: 6, hits: 0, misses: 7, inference: 'cpu' });
    expect(cold.failed).toEqual([
      { id: 'f'.repeat(64), bad: expect.objectContaining({ reason: 'not-an-image' }) as unknown },
    ]);
    expect(cold.facts.map(({ id }) => id)).toEqual(job.files.map(({ id }) => id));
    expect(seen.at(-1)).toBe(7);
    expect(await engine.embed(job)).toMatchObject({ dim: 6, hits: 6, misses: 0 });
    const { found, missing } = await cached(job);
    expect(found.map(({ layout }) => layout)).toEqual(job.files.map(() => [6, 8, 8]));
    expect(missing).toEqual([]);
    const squish = await engine.embed({ ...job, view: 'squish' });
    expect(squish).toMatchObject({ dim: 6, misses: 6 });
    const inspected = await engine.inspect(files);
    expect(inspected.map((each) => 'facts' in each)).toEqual([true, true, true, true, true, true, false]);
    expect(inspected[0]).toMatchObject({ facts: { width: 96, height: 72, format: 'jpeg' } });
    const thumbnails = await engine.thumbnails({ files, size: 256, cacheDir: job.cacheDir });
    expect(thumbnails.slice(0, 6).every((file) => file !== null && existsSync(file))).toBe(true);
    expect(thumbnails[6]).toBeNull();
  });

  it('gives the same embeddings on the wasm rung', { timeout: 30_000 }, async () => {
    const job = await embedJob(4);
    const rowsOn = async (rung: 'auto' | 'wasm'): Promise<Float32Array> => {
      const engine = newEngine({ rung });
      expect((await engine.info()).rung).toBe(rung === 'wasm' ? 'wasm' : 'native');
      const cacheDir = newFolder();
      const result = await engine.embed({ ...job, cacheDir });
      expect(result).toMatchObject({ misses: 4, failed: [], inference: rung === 'wasm' ? 'wasm' : 'cpu' });
      return Float32Array.from((await cached({ ...job, cacheDir })).found.flatMap(({ row }) => [...row]));
    };
    const native = await rowsOn('auto');
    const wasm = await rowsOn('wasm');
    expect(native.length).toBe(4 * 22);
    expect(native.reduce((worst, v, at) => Math.max(worst, Math.abs(v - wasm[at]!)), 0)).toBeLessThan(1e-3);
  });

  it('refuses a model that is no model before it decodes anything', async () => {
    const engine = newEngine();
    const job = await embedJob(2);
    writeFileSync(job.backbone.file, 'this is no network');
    await expect(engine.openNetwork(job)).rejects.toMatchObject({ code: 'bad-model' });
    await expect(engine.embed(job)).rejects.toMatchObject({ code: 'bad-model' });
    const file = job.backbone.file;
    await expect(engine.resolveBackbone({ backbone: file, normalise: null, size: null })).rejects.toMatchObject({
      code: 'bad-model',
    });
  });

  it('cancels within a second and keeps what is cached', async () => {
    const engine = newEngine();
    const job = await embedJob(40, 'crop', 1200);
    const abort = new AbortController();
    let cancelledAt = 0;
    const running = engine.embed(
      job,
      ({ done }) => {
        if (done < 3 || abort.signal.aborted) return;
        cancelledAt = performance.now();
        abort.abort();
      },
      abort.signal,
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - cancelledAt).toBeLessThan(1000);
    const again = await engine.embed(job);
    expect(again.hits).toBeGreaterThanOrEqual(3);
    expect(again.hits + again.misses).toBe(40);
  });

  it('rejects what is pending when it is killed, says why, and starts anew at the next call', async () => {
    const engine = newEngine();
    const { pid } = await engine.info();
    const job = await embedJob(20, 'crop', 1200);
    const running = engine.embed(job, () => {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    });
    await expect(running).rejects.toMatchObject({ code: 'peer-gone' });
    const next = await engine.info();
    expect(next.pid).not.toBe(pid);
  });

  /** A decoder with a bug: it ends its thread, or the whole process, on one picture. */
  const brokenDecoder = (name: string, file: string, does: string): Promise<string> =>
    bundleEngine(name, {
      file: 'images/decodeImage.ts',
      after:
        'export const decodeSource = async (\n  source: { readonly file: string } | { readonly bytes: Uint8Array },\n): Promise<Decoded> => {',
      insert: `if ('file' in source && source.file.endsWith('${file}')) { ${does}; await new Promise(() => undefined); }`,
    });

  for (const [what, does] of [
    ['a thread', 'process.exit(1)'],
    ['the process', "process.kill(process.pid, 'SIGSEGV')"],
  ] as const) {
    const isSkipped = isWindows && what === 'the process';
    it.skipIf(isSkipped)(
      `loses one picture when its decoder takes ${what} down${isSkipped ? ' (skipped: signals)' : ''}`,
      async () => {
        const job = await embedJob(12);
        const culprit = job.files[7]!.id;
        const crashing = await brokenDecoder(what === 'a thread' ? 'threadCrash' : 'processCrash', '7.jpg', does);
        const engine = newEngine({ bundle: crashing });
        const result = await engine.embed(job);
        const bad = expect.objectContaining({ reason: 'decoder-crash' }) as unknown;
        expect(result.failed).toEqual([{ id: culprit, bad }]);
        expect((await cached(job)).missing).toEqual([7]);
        const inspected = await engine.inspect(job.files);
        expect(inspected.map((each) => ('bad' in each ? each.bad.reason : 'ok'))).toEqual(
          job.files.map(({ id }) => (id === culprit ? 'decoder-crash' : 'ok')),
        );
      },
    );
  }

  it('beats each second', async () => {
    const engine = newEngine();
    const beat = new Promise<{ busyMs: number; rssMb: number }>((resolve) => engine.onDidBeat(resolve));
    await engine.info();
    const { busyMs, rssMb } = await beat;
    expect(busyMs).toBeLessThan(5000);
    expect(rssMb).toBeGreaterThan(20);
  });

  it('ends with its owner', async () => {
    const engine = newEngine();
    const { pid } = await engine.info();
    engine.dispose();
    await isGone(pid);
    await expect(engine.info()).rejects.toMatchObject({ code: 'peer-gone' });
  });

  it('says what it wrote when it does not start', async () => {
    const broken = path.join(newFolder(), 'engine.mjs');
    writeFileSync(broken, 'console.error("no such library: libfoo"); process.exit(3);');
    await expect(newEngine({ bundle: broken }).info()).rejects.toMatchObject({
      code: 'peer-gone',
      message: expect.stringMatching(/code 3.*libfoo/) as unknown,
    });
  });
});

describe.skipIf(isWindows)(`a parent that is killed${isWindows ? ' (skipped: signals)' : ''}`, () => {
  const ownerScript = async (): Promise<string> => {
    const outfile = path.join(path.dirname(bundle()), 'owner.mjs');
    await esbuild.build({
      stdin: {
        contents: `
          import { EngineProcess } from './src/node/engineProcess.ts';
          const log = { debug() {}, info() {}, warn() {}, error() {} };
          const engine = new EngineProcess({ bundle: process.argv[2], nodePath: null, rung: 'auto', log });
          console.log((await engine.info()).pid);
          setInterval(() => undefined, 1000);`,
        resolveDir: path.resolve(import.meta.dirname, '../..'),
      },
      ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' },
    });
    return outfile;
  };
  const startOwner = async (engineBundle: string): Promise<{ owner: number; engine: number }> => {
    const owner = spawn(process.execPath, [await ownerScript(), engineBundle], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
    // A test that fails before it kills the owner must not leave a busy engine behind.
    onTestFinished(() => void owner.kill('SIGKILL'));
    return { owner: owner.pid!, engine: Number(line) };
  };

  it('leaves no orphan', { timeout: 60_000 }, async () => {
    const { owner, engine } = await startOwner(bundle());
    process.kill(owner, 'SIGKILL');
    await isGone(engine);
  });

  it('leaves no orphan even when the main loop hears nothing', { timeout: 60_000 }, async () => {
    const folder = newFolder();
    const [asked, marker] = [path.join(folder, 'asked'), path.join(folder, 'deaf')];
    const deaf = await bundleEngine('engineDeaf', {
      file: 'engine/main.ts',
      after: "startHeartbeat(new URL('./heartbeatThread.mjs', import.meta.url));",
      insert: `import { existsSync, writeFileSync } from 'node:fs';
        setInterval(() => {
          if (!existsSync(${JSON.stringify(asked)})) return;
          writeFileSync(${JSON.stringify(marker)}, '');
          for (;;);
        }, 20);`,
    });
    const { owner, engine } = await startOwner(deaf);
    writeFileSync(asked, '');
    await isThere(marker);
    process.kill(owner, 'SIGKILL');
    await isGone(engine);
  });
});

describe('finding Node', () => {
  const electron: RuntimeQuestion['own'] = { file: '/opt/editor', version: '22.15.0', isElectron: true };
  const question = (changes: Partial<RuntimeQuestion>): RuntimeQuestion => ({
    setting: null,
    env: { PATH: '' },
    own: { file: process.execPath, version: process.versions.node, isElectron: false },
    platform: process.platform,
    ...changes,
  });

  it('climbs the ladder: setting, own process, PATH', async () => {
    expect(await findNode(question({ setting: process.execPath }))).toMatchObject({ source: 'setting' });
    expect(await findNode(question({}))).toMatchObject({ source: 'own', file: process.execPath });
    const PATH = `/nowhere${path.delimiter}${path.dirname(process.execPath)}`;
    const onPath = await findNode(question({ own: electron, env: { PATH } }));
    expect(onPath).toEqual({ file: process.execPath, version: process.versions.node, source: 'path' });
  });

  it.skipIf(isWindows)(`takes no old Node and no impostor${isWindows ? ' (skipped: shell scripts)' : ''}`, async () => {
    const folder = newFolder();
    const fake = path.join(folder, 'node');
    const pretend = (says: string): void => {
      writeFileSync(fake, `#!/bin/sh\n${says}\n`);
      chmodSync(fake, 0o755);
    };
    for (const [says, told] of [
      ['printf 18.20.4', 'Node 18.20.4'],
      ['printf 20.18.9', 'Node 20.18.9'],
      ['printf electron', 'winnow.nodePath'],
      ['exit 1', 'winnow.nodePath'],
    ] as const) {
      pretend(says);
      const search = findNode(question({ own: electron, env: { PATH: folder } }));
      await expect(search).rejects.toMatchObject({
        code: 'no-runtime',
        message: expect.stringContaining(told) as unknown,
      });
      await expect(findNode(question({ setting: fake }))).rejects.toMatchObject({ code: 'no-runtime' });
    }
    pretend('printf 20.19.0');
    expect(await findNode(question({ own: electron, env: { PATH: folder } }))).toMatchObject({ version: '20.19.0' });
  });

  it('says what to do when there is none', async () => {
    const search = findNode(question({ own: electron }));
    await expect(search).rejects.toMatchObject({
      code: 'no-runtime',
      message: expect.stringContaining('nodejs.org') as unknown,
    });
  });

  it('gives the engine an environment without the editor in it', () => {
    const env = {
      PATH: '/bin',
      ELECTRON_RUN_AS_NODE: '1',
      VSCODE_PID: '7',
      NODE_OPTIONS: '--inspect',
      WINNOW_HOME: '/h',
    };
    expect(cleanEnv(env)).toEqual({ PATH: '/bin', WINNOW_HOME: '/h' });
  });
});
