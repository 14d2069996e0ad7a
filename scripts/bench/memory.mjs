// Peak resident memory of the engine process while it decodes and embeds, at 450 and at 5,000 photos (Linux: /proc).
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundles, discard, mobilenet, photosOf, scratch, shared } from './product.mjs';

const statusOf = (pid, key) => {
  try {
    return (
      Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
    );
  } catch {
    return 0;
  }
};

/** `count` different files out of the photos of trashnet: bytes after a JPEG's end change the file, not the picture. */
const manyPhotos = (dir, count) => {
  const photos = photosOf('trashnet');
  for (let i = 0; i < count; i++) {
    const photo = photos[i % photos.length];
    const bytes = readFileSync(path.join(shared, 'data', 'trashnet', photo.path));
    mkdirSync(path.join(dir, photo.label), { recursive: true });
    writeFileSync(path.join(dir, photo.label, `${i}.jpg`), Buffer.concat([bytes, Buffer.from(String(i))]));
  }
};

/** Runs a train and watches its engine; MB while embedding and over the whole train. */
const watchedTrain = (dir, home) =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [path.join(bundles, 'cli.mjs'), 'train', dir, '--backbone', mobilenet, '--views', '1', '--json'],
      {
        env: { ...process.env, WINNOW_HOME: home },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    // Until the last photo was looked at: then the embeddings are read for the fit.
    let isEmbedding = true;
    let embedMb = 0;
    let peakMb = 0;
    let out = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => {
      if (/looking at 100 %|fitting/.test(String(data))) isEmbedding = false;
    });
    const timer = setInterval(() => {
      const pids = spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n');
      for (const pid of pids.filter(Boolean)) {
        const rss = statusOf(pid, 'VmRSS');
        if (isEmbedding) embedMb = Math.max(embedMb, rss);
        peakMb = Math.max(peakMb, rss);
      }
    }, 100);
    child.once('exit', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ embedMb, peakMb, timingMs: JSON.parse(out).timingMs });
      else reject(new Error(`train ended with ${code}`));
    });
  });

export const memoryBench = async () => {
  const rows = [];
  for (const photos of [450, 5000]) {
    const dir = scratch();
    try {
      manyPhotos(path.join(dir, 'photos'), photos);
      rows.push({ photos, ...(await watchedTrain(path.join(dir, 'photos'), path.join(dir, 'home'))) });
      console.error(JSON.stringify(rows.at(-1)));
    } finally {
      discard(dir);
    }
  }
  return rows;
};
