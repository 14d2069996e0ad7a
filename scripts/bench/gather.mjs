// Gathering against named references in the same run: the same addresses by undici alone, the same files by sharp alone.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../prepare.mjs';
import { benchPhotos, filesIn } from './gather/photos.mjs';
import { discard, mean, scratch, winnow } from './product.mjs';

const latencyMs = 20;
const atOnce = 16;
const script = (name) => path.join(root, 'scripts', 'bench', 'gather', `${name}.mjs`);

/** Starts a server script; resolves with what it prints first. */
const startServer = async (name, args) => {
  const child = spawn(process.execPath, [script(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [base] = await once(createInterface({ input: child.stdout }), 'line');
  return { base, close: () => child.kill() };
};

const runScript = (name, args) => {
  const result = spawnSync(process.execPath, [script(name), ...args], { encoding: 'utf8', cwd: root });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout);
};

/** img2dataset on the same addresses with as many at once, where WINNOW_IMG2DATASET names a Python that has it; else null. */
const byImg2dataset = (list, folder) => {
  const python = process.env.WINNOW_IMG2DATASET;
  if (!python) return null;
  const processes = Math.min(os.availableParallelism(), atOnce);
  const args = [path.join(root, 'scripts', 'bench', 'gather', 'byImg2dataset.py'), list, folder];
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(python, [...args, String(processes), String(atOnce / processes)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const { images, ms } = JSON.parse(stdout.trim().split('\n').at(-1));
  return { images, perSecond: perSecond({ images, ms }), wallMs: performance.now() - started };
};

const perSecond = ({ images, ms }) => (images * 1000) / ms;

/** Images a second of download + full decode + hashes + journal, over the smaller of the two references. */
export const gatherBench = async ({ rounds = 3 } = {}) => {
  const folder = await benchPhotos();
  const photos = filesIn(folder);
  const server = await startServer('photoServer', [folder, String(latencyMs)]);
  const dir = scratch();
  try {
    const [list, files] = [path.join(dir, 'urls.txt'), path.join(dir, 'files.txt')];
    writeFileSync(list, photos.map(({ label, name }) => `${server.base}/files/${label}/${name}`).join('\n'));
    writeFileSync(files, photos.map(({ file }) => file).join('\n'));
    const labels = [...new Set(photos.map(({ label }) => label))];
    const rows = [];
    for (let round = 0; round < rounds; round++) {
      const download = perSecond(runScript('bareDownload', [list, String(atOnce)]));
      const decode = perSecond(runScript('bareDecode', [files]));
      const { out, wallMs } = winnow(
        [
          ...['gather', path.join(dir, `round-${round}`), '--provider', 'openverse', '--base-url'],
          ...[`openverse=${server.base}`, '--allow-private-host', new URL(server.base).host],
          ...['--per-host', String(atOnce), '--per-class', String(photos.length)],
          ...labels.flatMap((label) => ['--class', `${label}=${label}`]),
        ],
        { WINNOW_HOME: path.join(dir, `home-${round}`) },
        // More is asked for than there is, so that every address is tried.
        [4],
      );
      const images = out.rows.length;
      if (images !== photos.length) throw new Error(`${images} of ${photos.length} photos were tried`);
      const gather = perSecond({ images, ms: out.timingMs });
      const img2dataset = byImg2dataset(list, path.join(dir, `img2dataset-${round}`));
      rows.push({ download, decode, gather, wallMs, ratio: gather / Math.min(download, decode), img2dataset });
      console.error(JSON.stringify(rows.at(-1)));
    }
    rows.sort((a, b) => a.ratio - b.ratio);
    const kilobytes = mean(photos.map(({ file }) => statSync(file).size)) / 1000;
    return { photos: photos.length, kilobytes, latencyMs, atOnce, ...rows[Math.floor(rows.length / 2)] };
  } finally {
    server.close();
    discard(dir);
  }
};
