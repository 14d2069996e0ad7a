import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import type { ItemId } from '../../../src/core/dataset/item.js';
import type { Ranking } from '../../../src/core/findings/ranking.js';
import { weakGroups, type GroupedPhoto } from '../../../src/core/findings/weakGroups.js';
import { kMeans } from '../../../src/core/training/kMeans.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';

const idOf = (i: number): ItemId => i.toString(16).padStart(64, '0') as ItemId;

/** 300 photos in six groups; those of group `weak` get their label with p around .3, the others with .9. */
const planted = (weak: number | null, twins = false): { photos: GroupedPhoto[]; ranking: Ranking } => {
  const random = seededRandom(5);
  const photos = Array.from({ length: 300 }, (_, i) => ({
    id: idOf(i),
    path: `a/${String(i)}.jpg`,
    cluster: i % 6,
    isDecided: false,
  }));
  const items = photos.map(({ id, cluster }, i) => {
    const label = Math.floor(i / 6) % 2;
    const p = Math.min(0.999, Math.max(0.01, (cluster === weak ? 0.3 : 0.9) + 0.1 * random.normal()));
    const prediction = p > 0.5 ? label : 1 - label;
    return {
      id,
      label,
      lossNats: -Math.log(p),
      surprise: Math.round(100 * (1 - p)),
      suggestion: p > 0.5 ? null : 1 - label,
      prediction,
      probability: Math.max(p, 1 - p),
      labelProbability: p,
      second: 1 - prediction,
      secondProbability: Math.min(p, 1 - p),
      isLabelIssue: false,
      wrongProbability: 0.1,
      leftOut: twins && cluster === weak ? idOf(weak) : id,
    };
  });
  return { photos, ranking: { run: 'r', vocab: ['cat', 'dog'], items, unlabelled: [] } };
};

const photosDone = ({ photos, ranking }: ReturnType<typeof planted>): ReturnType<typeof planted> => ({
  photos: photos.map((photo) => ({ ...photo, isDecided: true })),
  ranking,
});

describe('underperforming groups', () => {
  it('names the one planted group, its worst photo first, with a reason', () => {
    const { photos, ranking } = planted(2);
    const found = weakGroups(photos, ranking);
    expect(found).toHaveLength(1);
    const [group] = found;
    expect(group!.items).toHaveLength(50);
    expect(group!.items.every(({ id }) => photos.find((photo) => photo.id === id)!.cluster === 2)).toBe(true);
    const loss = (id: ItemId | null): number => ranking.items.find((row) => row.id === id)!.lossNats;
    expect(loss(group!.items[0]!.id)).toBe(Math.max(...group!.items.map(({ id }) => loss(id))));
    expect(group!.why).toMatch(/50 photos .* known badly: \d+ of 100 are right, elsewhere 100/);
  });

  it('names none where all are known alike, nor a family of look-alikes, nor a handful', () => {
    const even = planted(null);
    expect(weakGroups(even.photos, even.ranking)).toEqual([]);
    const twins = planted(2, true);
    expect(weakGroups(twins.photos, twins.ranking)).toEqual([]);
    const done = photosDone(planted(2));
    expect(weakGroups(done.photos, done.ranking)).toEqual([]);
    const few = planted(2);
    const some = few.photos.filter(({ cluster }, i) => cluster !== 2 || i < 40);
    expect(weakGroups(some, few.ranking)).toEqual([]);
    expect(weakGroups([], even.ranking)).toEqual([]);
  });
});

describe('k-means', () => {
  it('finds planted directions, the same from the same seed', async () => {
    const random = seededRandom(1);
    const width = 16;
    const centres = Array.from({ length: 4 }, () => Array.from({ length: width }, () => random.normal()));
    const units = new Float32Array(200 * width);
    for (let i = 0; i < 200; i++) {
      const row = centres[i % 4]!.map((value) => value + 0.2 * random.normal());
      const norm = Math.hypot(...row);
      units.set(
        row.map((value) => value / norm),
        i * width,
      );
    }
    const found = await kMeans(algebra, { units, width, clusters: 4, seed: 3 });
    expect(found.clusters).toBe(4);
    for (let i = 4; i < 200; i++) expect(found.clusterOf[i]).toBe(found.clusterOf[i % 4]);
    expect(await kMeans(algebra, { units, width, clusters: 4, seed: 3 })).toEqual(found);
  });

  it('makes no empty cluster of few or equal rows', async () => {
    const same = new Float32Array(12).fill(0.5);
    const found = await kMeans(algebra, { units: same, width: 4, clusters: 8, seed: 1 });
    expect(found.clusters).toBe(1);
    expect((await kMeans(algebra, { units: new Float32Array(0), width: 4, clusters: 3, seed: 1 })).clusters).toBe(0);
  });
});
