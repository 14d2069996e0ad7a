/** Importing by the command line: what is copied or fetched, what is left out and why, and that a second time takes nothing twice. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startImageServer, type ImageServer } from '../../scripts/demo/imageServer.mjs';
import { makeSample } from '../../scripts/demo/sample.mjs';
import { tarEntry } from '../node/import/tarEntry.js';
import type { GatherReport } from '../../src/core/gather/report.js';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.mjs');
let scratch: string;
let source: string;
let server: ImageServer;

type Report = GatherReport & { readonly problems: readonly string[] };
/** Not spawnSync: the server answers in this process. */
const winnow = async (...args: string[]): Promise<{ code: number | null; out: Report; stderr: string }> => {
  const child = spawn(process.execPath, [cli, ...args, '--json'], {
    cwd: scratch,
    env: { ...process.env, WINNOW_HOME: path.join(scratch, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out: (out === '' ? null : JSON.parse(out)) as Report, stderr };
};
const outcomes = ({ rows }: GatherReport): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason } of rows) counts[reason ?? 'gathered'] = (counts[reason ?? 'gathered'] ?? 0) + 1;
  return counts;
};
const hashesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      createHash('sha256')
        .update(readFileSync(path.join(entry.parentPath, entry.name)))
        .digest('hex'),
    )
    .sort();

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-import-'));
  source = path.join(scratch, 'source');
  const all = path.join(scratch, 'all');
  await makeSample(all, 1, path.join(scratch, 'key.json'));
  for (const kind of ['bottle', 'plate']) {
    mkdirSync(path.join(source, kind), { recursive: true });
    const plain = readdirSync(path.join(all, kind)).filter((name) => /^photo-\d+\.jpg$/.test(name));
    for (const name of plain.slice(0, 12)) {
      cpSync(path.join(all, kind, name), path.join(source, kind, name));
    }
  }
  writeFileSync(path.join(source, 'bottle', 'broken.jpg'), '<html>not an image</html>');
  cpSync(
    path.join(source, 'plate', readdirSync(path.join(source, 'plate'))[0]!),
    path.join(source, 'plate', 'zz-copy.jpg'),
  );
  symlinkSync('/etc/hostname', path.join(source, 'plate', 'outside.jpg'));
  server = await startImageServer(source, {});
});
afterAll(async () => {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('a folder of class folders: copied, checked, and the source left as it was', async () => {
  const before = hashesBelow(source);
  const { code, out } = await winnow('import', 'crockery', 'source');
  expect(code).toBe(0);
  const counts = outcomes(out);
  expect(counts['not-an-image']).toBe(1);
  expect(counts['exact-duplicate']).toBeGreaterThanOrEqual(1);
  expect(out.rows).toHaveLength(before.length);
  const images = ['bottle', 'plate'].flatMap((kind) => hashesBelow(path.join(scratch, 'crockery', kind)));
  expect(images).toHaveLength(counts['gathered']!);
  expect(images.every((hash) => before.includes(hash))).toBe(true);
  expect(hashesBelow(source)).toEqual(before);
  expect(JSON.stringify(out)).not.toContain(scratch);

  const again = await winnow('import', 'crockery', 'source');
  expect(again.out.rows).toHaveLength(out.rows.length);
  expect(['bottle', 'plate'].flatMap((kind) => hashesBelow(path.join(scratch, 'crockery', kind)))).toEqual(images);
});

test('a list of addresses, half of them dead', async () => {
  const names = readdirSync(path.join(source, 'bottle'))
    .filter((name) => name !== 'broken.jpg')
    .slice(0, 6);
  const good = names.map((name) => `${server.base}/files/bottle/${name},bottle`);
  const dead = names.map((name) => `${server.base}/gone/${name},bottle`);
  writeFileSync(path.join(scratch, 'list.csv'), ['url,label', ...good, ...dead, 'nonsense,bottle'].join('\n'));
  const { code, out } = await winnow('import', 'listed', 'list.csv', '--allow-private-host', server.host);
  expect(code).toBe(0);
  expect(out.problems).toEqual(['Line 14 holds no web address.']);
  expect(outcomes(out)['not-found']).toBe(6);
  expect(readdirSync(path.join(scratch, 'listed', 'bottle'))).toHaveLength(outcomes(out)['gathered']!);
});

test('classes whose names can be no folder get one that can, and keep their names', async () => {
  const names = readdirSync(path.join(source, 'bottle')).filter((name) => name.startsWith('photo-'));
  const labels = ['../up', 'CON', 'ends with a dot.', 'evil\u202egpj'];
  mkdirSync(path.join(scratch, 'strange'));
  const rows = labels.map((label, at) => {
    cpSync(path.join(source, 'bottle', names[at]!), path.join(scratch, 'strange', `${String(at)}.jpg`));
    return `${JSON.stringify({ file_name: `${String(at)}.jpg`, label })}\n`;
  });
  writeFileSync(path.join(scratch, 'strange', 'metadata.jsonl'), rows.join(''));
  const { code, out } = await winnow('import', 'named', 'strange');
  expect(code).toBe(0);
  expect(outcomes(out)).toEqual({ gathered: 4 });
  const folders = readdirSync(path.join(scratch, 'named')).filter((name) => !/^(\.winnow|winnow\.json)$/.test(name));
  expect(folders.map((name) => name.replace(/~[0-9a-f]{10}$/, '~')).sort()).toEqual([
    'CON~',
    'ends-with-a-dot~',
    'evil-gpj~',
    'up~',
  ]);
  const scanned = (await winnow('scan', 'named')).out as unknown as { classes: Record<string, number> };
  expect(scanned.classes).toEqual(Object.fromEntries(labels.map((label) => [label, 1])));
  // A second time nothing is taken twice, and the folders stay.
  expect((await winnow('import', 'named', 'strange')).out.rows).toHaveLength(4);
  expect(readdirSync(path.join(scratch, 'named'))).toHaveLength(folders.length + 2);
});

test('a WebDataset tar: what is good is taken, the rest is told, nothing lies elsewhere', async () => {
  const names = readdirSync(path.join(source, 'bottle')).filter(
    (name) => /\.(png|jpg)$/.test(name) && name !== 'broken.jpg',
  );
  const photos = names.slice(0, 3).map((name) => readFileSync(path.join(source, 'bottle', name)));
  const archive = [
    ...photos.flatMap((body, at) => [
      tarEntry({ name: `set/${String(at)}.jpg`, body }),
      tarEntry({ name: `set/${String(at)}.cls`, body: at === 2 ? '../up' : 'bottle' }),
    ]),
    tarEntry({ name: '../../escaped.jpg', body: photos[0]! }),
    tarEntry({ name: 'set/link.jpg', kind: '2' }),
    tarEntry({ name: 'set/9.jpg', body: '<html>' }),
    tarEntry({ name: 'set/9.cls', body: 'bottle' }),
    Buffer.alloc(1024),
  ];
  mkdirSync(path.join(scratch, 'deep', 'deeper'), { recursive: true });
  writeFileSync(path.join(scratch, 'deep', 'set.tar'), Buffer.concat(archive));
  const { code, out } = await winnow('import', 'deep/deeper/packed', 'deep/set.tar');
  expect(code).toBe(0);
  expect(outcomes(out)).toEqual({ gathered: 3, 'not-an-image': 1 });
  expect(out.problems).toHaveLength(2);
  const packed = path.join(scratch, 'deep', 'deeper', 'packed');
  expect(readdirSync(path.join(packed, 'bottle'))).toHaveLength(2);
  expect(readdirSync(packed).filter((name) => name.startsWith('up~'))).toHaveLength(1);
  expect(readdirSync(path.join(scratch, 'deep'))).toEqual(['deeper', 'set.tar']);
  expect(readdirSync(path.join(scratch, 'deep', 'deeper'))).toEqual(['packed']);
});

test('a server of one’s own is refused until it is allowed', async () => {
  writeFileSync(path.join(scratch, 'own.txt'), `${server.base}/files/bottle/x.jpg\n`);
  const { code, out } = await winnow('import', 'refused', 'own.txt', '--label', 'bottle');
  expect(code).toBe(3);
  expect(outcomes(out)).toEqual({ 'private-address': 1 });
});

test('what cannot be imported is one sentence', async () => {
  expect(await winnow('import', 'd', 'nowhere')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/nothing at/i) as string,
  });
  writeFileSync(path.join(scratch, 'flat.txt'), 'https://x.example/a.jpg\n');
  const flat = await winnow('import', 'd', 'flat.txt');
  expect(flat).toMatchObject({ code: 2, stderr: expect.stringMatching(/--label/) as string });
  writeFileSync(path.join(scratch, 'binary.txt'), Buffer.alloc(64));
  expect(await winnow('import', 'd', 'binary.txt')).toMatchObject({ code: 2 });
});
