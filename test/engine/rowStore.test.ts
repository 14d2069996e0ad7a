import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { consecutive, type FeatureRows } from '../../src/core/training/featureBlock.js';
import { GroupHeldOut } from '../../src/core/training/groupHeldOut.js';
import { oneHot } from '../../src/core/training/head.js';
import { landmarkFeatures, nystromSmoother } from '../../src/core/training/nystromSmoother.js';
import { prepareBlock } from '../../src/core/training/preparedBlock.js';
import { createRowStore } from '../../src/engine/embed/rowStore.js';
import { createLinearAlgebra } from '../../src/engine/session/createLinearAlgebra.js';
import { blobs } from '../core/training/syntheticItems.js';
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

  it.each([
    ['in memory', 2 ** 20],
    ['in a file', 0],
  ])('%s has room for other rows, and gives them all at once and in parts', (_, mostInMemory) => {
    const folder = newFolder();
    const count = 9000;
    const wide = Float32Array.from({ length: count * 7 }, (_each, at) => at + 0.5);
    const other = createRowStore(folder, { count: 2, width, mostInMemory }).room(count, 7);
    other.write(0, wide.subarray(0, 70));
    other.write(10, wide.subarray(70));
    expect(other.count).toBe(count);
    expect(Buffer.from(other.all().buffer).equals(Buffer.from(wide.buffer))).toBe(true);
    expect([...other.read([4, 1])]).toEqual([...wide.subarray(28, 35), ...wide.subarray(7, 14)]);
    let seen = 0;
    for (const { from, rows } of other.inParts()) {
      expect(from).toBe(seen);
      expect(rows.every((value, at) => value === wide[7 * from + at])).toBe(true);
      seen += rows.length / 7;
    }
    expect(seen).toBe(count);
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('a fit whose rows lie in a file answers as one in memory does, to the last digit', async () => {
  const [n, classes] = [5000, 3];
  const { block, labels } = blobs(n, 24, classes, 5, 2);
  const algebra = createLinearAlgebra(1);
  const trained = consecutive(0, n).filter((row) => row % 11 !== 3);
  const prepared = await prepareBlock(algebra, block, trained, { seed: 1, limit: 100, landmarks: 40 });
  // Pairs, one family of seventy, and the rest alone.
  const groups = Int32Array.from({ length: n }, (_, row) => (row < 70 ? 0 : row < 400 ? 1 + (row >> 1) : row));
  const answers = async (place?: FeatureRows): Promise<number[][]> => {
    const features = await landmarkFeatures(algebra, prepared, 'kernel', 0.5, consecutive(0, n));
    const smoother = await nystromSmoother(algebra, features, 0.1, place);
    const targets = oneHot(trained, labels, classes);
    const removed = Int32Array.of(5, 900);
    const left = targets.slice();
    for (const column of removed) left.fill(0, column * classes, (column + 1) * classes);
    const few = targets.map((value, at) => (Math.floor(at / classes) === 7 ? value : 0));
    const all = await GroupHeldOut.of(algebra, smoother, groups, new Int32Array(0));
    const { coefficients, intercept } = await smoother.expansion(targets, classes);
    return [
      [...(await all.scores(targets, classes))],
      [...(await all.scores(few, classes, Int32Array.of(7)))],
      [...(await (await GroupHeldOut.of(algebra, smoother, groups, removed)).scores(left, classes))],
      [...(await smoother.columns(Int32Array.of(0, 4000)))],
      [...coefficients, ...intercept],
    ];
  };
  const inMemory = await answers();
  expect(await answers(createRowStore(newFolder(), { count: 1, width: 1, mostInMemory: 0 }))).toEqual(inMemory);
  expect(inMemory.flat().every(Number.isFinite)).toBe(true);
});
