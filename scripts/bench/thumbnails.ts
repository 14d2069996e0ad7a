// CPU seconds of making every photo's thumbnail as the engine does, beside bare sharp with nothing around it, and of finding it made.
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ItemId } from '../../src/core/dataset/item.js';
import { loadSharp } from '../../src/engine/images/loadSharp.js';
import { makeThumbnail } from '../../src/engine/images/thumbnail.js';

const files = process.argv.slice(2);
const rounds = 3;
const sharp = await loadSharp();
const cache = mkdtempSync(path.join(os.tmpdir(), 'winnow-bench-'));
const idAt = (at: number): ItemId => at.toString(16).padStart(64, '0') as ItemId;

const shrunk = async (file: string) =>
  sharp(await readFile(file), { autoOrient: true }).resize(256, 256, { fit: 'inside', withoutEnlargement: true });
const written: number[] = [];
/** One photo by each way. */
const ways: Readonly<Record<string, (file: string, at: number) => Promise<unknown>>> = {
  made: async (file, at) => {
    const target = await makeThumbnail({ id: idAt(at), file }, 256, cache);
    if (target === null) throw new Error(`no thumbnail of ${file}`);
    written.push((await stat(target)).size);
  },
  cached: (file, at) => makeThumbnail({ id: idAt(at), file }, 256, cache),
  bare: async (file) => (await shrunk(file)).jpeg({ quality: 85 }).toBuffer(),
  bareWebp: async (file) => (await shrunk(file)).webp({ quality: 80, effort: 2 }).toBuffer(),
  // What is left for an encoder to add to.
  pixels: async (file) => (await shrunk(file)).raw().toBuffer(),
};

const spent: Record<string, number[]> = {};
for (let round = 0; round < rounds; round++) {
  rmSync(path.join(cache, 'thumbnails'), { recursive: true, force: true });
  for (const [name, way] of Object.entries(ways)) {
    const since = process.cpuUsage();
    for (const [at, file] of files.entries()) await way(file, at);
    const { user, system } = process.cpuUsage(since);
    (spent[name] ??= []).push((user + system) / 1e6);
  }
}
rmSync(cache, { recursive: true, force: true });
// The best round of each: what others do on the same cores only adds.
const rate = (name: string): number => files.length / Math.min(...spent[name]!);
console.log(
  JSON.stringify({
    photos: files.length,
    perCpuSecond: Object.fromEntries(Object.keys(ways).map((name) => [name, Math.round(rate(name))])),
    ofBare: rate('made') / rate('bare'),
    kiB: written.reduce((sum, size) => sum + size, 0) / written.length / 1024,
  }),
);
