import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ItemId } from '../../src/core/dataset/item.js';
import type { LogLine } from '../../src/core/gather/logLine.js';
import { gatherFiles } from '../../src/node/gatherFiles.js';
import { filesIn, idOf, imageBytes, put, temporaryFolder } from './tempDataset.js';

const line = (query: string): LogLine => ({ kind: 'search-failed', provider: 'p', query, code: 'c', message: 'm' });

it('reads a log whose tail a crash has torn, wherever it tore, and goes on behind it', async () => {
  const dir = temporaryFolder();
  await gatherFiles(dir).appendLog([line('one'), line('two')]);
  const log = path.join(dir, '.winnow/gather/log.jsonl');
  const whole = readFileSync(log);
  const end = whole.indexOf(0x0a) + 1;
  for (let length = whole.length; length >= end; length--) {
    truncateSync(log, length);
    const files = gatherFiles(dir);
    const left = length >= whole.length - 1 ? [line('one'), line('two')] : [line('one')];
    expect(await files.readLog(), `cut at ${String(length)}`).toEqual(left);
    await files.appendLog([line('three')]);
    expect(await gatherFiles(dir).readLog()).toEqual([...left, line('three')]);
    writeFileSync(log, whole);
  }
  appendFileSync(log, '\n{"kind":"unknown"}\n[]\nnull\n"x"\n{"kind":"row","row":{}}\n');
  expect(await gatherFiles(dir).readLog()).toEqual([line('one'), line('two')]);
});

it('puts a file at its place once, never over another, and takes the same bytes there for its own', async () => {
  const dir = temporaryFolder();
  const files = gatherFiles(dir);
  const folder = await files.partFolder();
  const part = (name: string): string => path.join(folder, name);
  const bytes = imageBytes('a');
  const to = 'images/mug/p-1.jpg';
  const place = (file: string, id: ItemId, at: string) => files.place([{ file, id, to: at }]);
  writeFileSync(part('1.part'), bytes);
  expect(await place(part('1.part'), idOf(bytes), to)).toEqual(['placed']);
  expect(readFileSync(path.join(dir, to))).toEqual(bytes);
  writeFileSync(part('2.part'), bytes);
  expect(await place(part('2.part'), idOf(bytes), to)).toEqual(['placed']);
  expect(await place(path.join(dir, to), idOf(bytes), to)).toEqual(['placed']);
  writeFileSync(part('3.part'), 'other');
  expect(await place(part('3.part'), idOf('other'), to)).toEqual(['taken']);
  await expect(place(part('3.part'), idOf('other'), '../out.jpg')).rejects.toMatchObject({ code: 'usage' });
  expect(readdirSync(folder)).toEqual(['3.part']);
  expect(filesIn(dir, 'images')).toEqual([to]);
});

it('puts many at their places at once, each with its own outcome', async () => {
  const dir = temporaryFolder();
  const files = gatherFiles(dir);
  const folder = await files.partFolder();
  const placings = ['a', 'b', 'c'].map((name) => {
    const file = path.join(folder, `${name}.part`);
    writeFileSync(file, imageBytes(name));
    return { file, id: idOf(imageBytes(name)), to: `images/${name === 'c' ? 'cup' : 'mug'}/${name}.jpg` };
  });
  put(dir, 'images/mug/b.jpg');
  expect(await files.place(placings)).toEqual(['placed', 'taken', 'placed']);
  expect(readdirSync(folder)).toEqual(['b.part']);
  expect(filesIn(dir, 'images')).toEqual(['images/cup/c.jpg', 'images/mug/a.jpg', 'images/mug/b.jpg']);
  await expect(files.place([{ ...placings[1]!, to: 'images/../../b.jpg' }])).rejects.toMatchObject({ code: 'usage' });
});

it('sweeps its own folder only, and finds a part by name and bytes', async () => {
  const dir = temporaryFolder();
  const files = gatherFiles(dir);
  const folder = await files.partFolder();
  put(dir, 'images/mug/a.jpg');
  writeFileSync(path.join(folder, 'keep.part'), 'keep');
  writeFileSync(path.join(folder, 'drop.part'), 'drop');
  await files.sweepParts(new Set(['keep.part']));
  expect(readdirSync(folder)).toEqual(['keep.part']);
  expect(await files.partWith('keep.part', idOf('keep'))).toBe(path.join(folder, 'keep.part'));
  expect(await files.partWith('../../images/mug/a.jpg', idOf(imageBytes('images/mug/a.jpg')))).toBeNull();
  expect(await files.partWith('keep.part', idOf('other'))).toBeNull();
  await files.dropPart(path.join(dir, 'images/mug/a.jpg'));
  expect(existsSync(path.join(dir, 'images/mug/a.jpg'))).toBe(true);
  expect(await files.typeOf(path.join(dir, 'images/mug/a.jpg'))).toBe('jpeg');
});
