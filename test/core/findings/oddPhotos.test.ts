import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import type { ItemId } from '../../../src/core/dataset/item.js';
import { oddnessOf } from '../../../src/core/findings/oddness.js';
import { ambiguousPhotos, oddPhotos } from '../../../src/core/findings/oddPhotos.js';
import type { Photo } from '../../../src/core/findings/photo.js';
import { checkPhotos } from '../../../src/core/findings/photoChecks.js';
import type { RankedItem } from '../../../src/core/findings/ranking.js';
import { shortcuts } from '../../../src/core/findings/shortcuts.js';
import { findNeighbours } from '../../../src/core/training/neighbours.js';
import { plainLinearAlgebra } from '../../../src/core/training/plainLinearAlgebra.js';
import { plainLook } from './plainLook.js';

const width = 16;
/** Two clouds on the sphere, and rows that belong to neither. */
const clouds = (perClass: number, strangers: number) => {
  const random = seededRandom(4);
  const rows: number[][] = [];
  const row = (centre: number | null): number[] => {
    const raw = Array.from({ length: width }, (_, j) => (random.next() - 0.5) * 0.4 + (j === centre ? 1 : 0));
    const norm = Math.hypot(...raw);
    return raw.map((value) => value / norm);
  };
  for (let i = 0; i < 2 * perClass; i++) rows.push(row(i % 2));
  for (let i = 0; i < strangers; i++) rows.push(row(8 + i));
  const n = rows.length;
  return {
    units: Float32Array.from(rows.flat()),
    width,
    labels: Int32Array.from({ length: n }, (_, at) => at % 2),
    groups: Int32Array.from({ length: n }, (_, at) => at),
    seed: 1,
  };
};

const found = async (task: ReturnType<typeof clouds>) => {
  const search = { rows: task.units, width };
  const candidates = Int32Array.from(task.labels.keys()).filter((row) => task.labels[row]! >= 0);
  const near = await findNeighbours(plainLinearAlgebra, search, { ...task, candidates });
  return oddnessOf(plainLinearAlgebra, { ...task, search, near });
};

describe('oddnessOf', () => {
  it('puts planted strangers last in their class, and no ordinary photo beyond the fence with them', async () => {
    const task = clouds(40, 4);
    const { strangeness, isOutlier } = await found(task);
    for (let row = 80; row < 84; row++) {
      expect(isOutlier[row]).toBe(true);
      expect(strangeness[row]).toBeGreaterThan(95);
    }
    expect(isOutlier.slice(0, 80).filter(Boolean).length).toBeLessThanOrEqual(3);
  });

  it('finds the nearest by brute force, the own group left out', async () => {
    const task = clouds(30, 0);
    task.groups[1] = 0;
    const { nearest, distances } = await found(task);
    const distance = (a: number, b: number): number =>
      Math.hypot(...Array.from({ length: width }, (_, j) => task.units[a * width + j]! - task.units[b * width + j]!));
    for (const row of [0, 1, 17]) {
      const others = [...task.labels.keys()].filter((other) => task.groups[other] !== task.groups[row]);
      const expected = others.sort((a, b) => distance(row, a) - distance(row, b)).slice(0, 10);
      expect(nearest[row]).toEqual(expected);
      expect(distances[row]![0]).toBeCloseTo(distance(row, expected[0]!), 3);
    }
  });

  it('says nothing of photos without a label, of classes of one, and of tiny classes', async () => {
    const task = clouds(3, 0);
    task.labels.set([-1, 5]);
    const { strangeness, isOutlier } = await found(task);
    expect(strangeness[0]).toBeNull();
    expect(strangeness[1]).toBeNull();
    expect(isOutlier).not.toContain(true);
  });
});

const odd = { id: 'x' as ItemId, path: 'a/x.jpg', label: 'a', strangeness: 99, isOutlier: true, inDomain: 0.5 };

it('names outliers and strangers, and nothing of an ordinary photo', () => {
  expect(oddPhotos([odd]).map(({ kind }) => kind)).toEqual(['outlier', 'out-of-domain']);
  expect(oddPhotos([{ ...odd, isOutlier: false, inDomain: 1 }])).toEqual([]);
  expect(oddPhotos([{ ...odd, isOutlier: false, inDomain: null }])).toEqual([]);
});

it('calls a photo ambiguous between its label and one other class only', () => {
  const row = (more: Partial<RankedItem>): RankedItem => ({
    id: 'x' as ItemId,
    label: 0,
    lossNats: 1,
    surprise: 50,
    suggestion: null,
    prediction: 0,
    probability: 0.5,
    labelProbability: 0.5,
    second: 1,
    secondProbability: 0.45,
    isLabelIssue: false,
    wrongProbability: 0.1,
    leftOut: 'x' as ItemId,
    ...more,
  });
  const found = (more: Partial<RankedItem>, isOpen = true) =>
    ambiguousPhotos(
      { run: 'r', vocab: ['ant', 'bee', 'cat'], items: [row(more)], unlabelled: [] },
      () => 'p',
      () => isOpen,
    );
  expect(found({})[0]?.why).toContain('As much ant as bee (50 % and 45 %)');
  expect(found({ label: 1, prediction: 0 })).toHaveLength(1);
  expect(found({ label: 2 })).toEqual([]);
  expect(found({ isLabelIssue: true })).toEqual([]);
  expect(found({ probability: 0.9, secondProbability: 0.1 })).toEqual([]);
  expect(found({ probability: 0.35, secondProbability: 0.33 })).toEqual([]);
  expect(found({}, false)).toEqual([]);
});

const photos = (
  look: (at: number) => Partial<typeof plainLook>,
  count = 100,
  sizeOf: (at: number) => { width: number; height: number } = () => ({ width: 400, height: 300 }),
): Photo[] =>
  Array.from({ length: count }, (_, at) => ({
    id: String(at) as ItemId,
    path: `${String(at)}.jpg`,
    label: at % 2 === 0 ? 'day' : 'night',
    side: 'train',
    isDecided: false,
    facts: {
      ...sizeOf(at),
      format: 'jpeg',
      phash: '0'.repeat(16),
      isLowInformation: false,
      turns: [],
      look: { ...plainLook, ...look(at) },
    },
  }));

describe('checks of light and sharpness', () => {
  it.each([
    ['dark', { brightest: 0.2 }],
    ['light', { darkest: 0.97 }],
    ['blurry', { sharpness: 0.1 }],
    ['grayscale', { isGrey: true }],
    ['low-information', { entropy: 2 }],
  ] as const)('%s', (kind, look) => {
    const { findings, properties } = checkPhotos(photos((at) => (at === 3 ? look : {})));
    expect(findings.map((finding) => [finding.kind, finding.items[0]?.path])).toEqual([[kind, '3.jpg']]);
    expect(properties).toEqual([]);
    const all = checkPhotos(photos(() => look));
    expect(all.findings).toEqual([]);
    expect(all.properties).toHaveLength(1);
  });
});

describe('shortcuts', () => {
  const random = seededRandom(9);
  it('finds brightness that tells the classes, and says the share and the baseline', () => {
    const found = shortcuts(
      photos((at) => ({ brightest: (at % 2 === 0 ? 0.9 : 0.4) + 0.1 * random.next() })),
      new Map(),
      new Map(),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.why).toMatch(
      /^Brightness alone tells the class of 100 photos of 100 \(always answering day: 50\)/,
    );
  });
  it('is not blinded by one enormous photo of a class, nor by a thumbnail of the other', () => {
    const size = (at: number): { width: number; height: number } => {
      const by = at === 0 ? 30 : at === 1 ? 0.1 : at % 2 === 0 ? 1 : 1.2;
      return {
        width: Math.round(by * (380 + 40 * random.next())),
        height: Math.round(by * (280 + 40 * random.next())),
      };
    };
    const found = shortcuts(
      photos(() => ({}), 100, size),
      new Map(),
      new Map(),
    );
    expect(found.map(({ why }) => /^.*? alone/.exec(why)?.[0])).toEqual(['The size of the picture alone']);
    expect(Number(/class of (\d+) photos of 100/.exec(found[0]!.why)?.[1])).toBeGreaterThan(90);
  });
  it('finds nothing where nothing is, in few photos, or for one class', () => {
    expect(
      shortcuts(
        photos(() => ({ brightest: random.next() })),
        new Map(),
        new Map(),
      ),
    ).toEqual([]);
    expect(
      shortcuts(
        photos((at) => ({ brightest: at % 2 }), 40),
        new Map(),
        new Map(),
      ),
    ).toEqual([]);
    expect(
      shortcuts(
        photos((at) => ({ brightest: at })).map((photo) => ({ ...photo, label: 'day' })),
        new Map(),
        new Map(),
      ),
    ).toEqual([]);
  });
  it('finds a site that tells the classes, and none where both come from the same sites', () => {
    const all = photos(() => ({ brightest: random.next() }));
    const sitesBy = (siteAt: (at: number) => string | null): ReadonlyMap<ItemId, string> =>
      new Map(all.flatMap(({ id }, at): [ItemId, string][] => (siteAt(at) === null ? [] : [[id, siteAt(at)!]])));
    const one = shortcuts(
      all,
      new Map(),
      sitesBy((at) => (at % 2 === 0 || at % 10 === 1 ? 'sun.example' : 'moon.example')),
    );
    expect(one.map(({ why }) => why)).toEqual([
      expect.stringMatching(/^The site that a photo was found on alone tells/),
    ]);
    expect(
      shortcuts(
        all,
        new Map(),
        sitesBy((at) => `site-${String(at % 3)}.example`),
      ),
    ).toEqual([]);
    // Each from a site of its own tells nothing of the next one, and few known sites are too few.
    expect(
      shortcuts(
        all,
        new Map(),
        sitesBy((at) => `site-${String(at)}.example`),
      ),
    ).toEqual([]);
    expect(
      shortcuts(
        all,
        new Map(),
        sitesBy((at) => (at < 40 ? String(at % 2) : null)),
      ),
    ).toEqual([]);
  });
});
