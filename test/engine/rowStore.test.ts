import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRowStore } from '../../src/engine/embed/rowStore.js';
import { newFolder } from './fixtures.js';

const width = 3;
const row = (at: number): Float32Array => Float32Array.from({ length: width }, (_, j) => at * 10 + j + 0.125);

describe('a store of rows', () => {
  it.each([
    ['in memory', 2 ** 20],
    ['in a file', 0],
  ])('%s gives the rows asked for, in that order, and zeros for what was never written', (_, mostInMemory) => {
    const folder = newFolder();
    const store = createRowStore(folder, { count: 6, width, mostInMemory });
    for (const at of [4, 0, 1, 2, 5]) store.write(at, row(at));
    expect(store.count).toBe(6);
    const asked = [5, 0, 1, 2, 3, 4, 4, 1];
    expect([...store.read(asked)]).toEqual(asked.flatMap((at) => (at === 3 ? [0, 0, 0] : [...row(at)])));
    expect(store.read([])).toHaveLength(0);
    const own = store.read([0]);
    own.fill(7);
    expect([...store.read([0])]).toEqual([...row(0)]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes a row that is a part of a longer one', () => {
    const store = createRowStore(newFolder(), { count: 2, width, mostInMemory: 0 });
    store.write(1, Float32Array.from([9, 9, ...row(3), 9]).subarray(2, 5));
    expect([...store.read([0, 1])]).toEqual([0, 0, 0, ...row(3)]);
  });
});
