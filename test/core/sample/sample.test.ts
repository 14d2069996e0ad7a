/** The sample's plan and its pixels: the same on every machine, and telling nothing but by what is seen. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ordinaryPhotos, planSample, type SampleFile, type Shot } from '../../../src/core/sample/plan.js';
import { thingKinds } from '../../../src/core/sample/solids.js';
import { takeShot } from '../../../src/core/sample/takeShot.js';

const shotOf = ({ path, content }: SampleFile): Shot => {
  if (content.kind !== 'shot') throw new Error(`${path} is no photograph`);
  return content.shot;
};
const shownBy = ({ shows }: Shot): string => (typeof shows === 'string' ? shows : shows.join('+'));
const labelOf = (path: string): string => path.split('/')[0]!;
const seeds = (holds: (seed: number) => void): void => {
  fc.assert(fc.property(fc.nat(), holds), { numRuns: 50 });
};

describe('the plan of any seed', () => {
  test('180 ordinary photos, 18 of them under a wrong label, every path once, every mistake a file', () => {
    seeds((seed) => {
      const { files, planted } = planSample(seed);
      expect(planSample(seed)).toEqual({ files, planted });
      const ordinary = files
        .slice(0, ordinaryPhotos)
        .map((file) => ({ path: file.path, label: labelOf(file.path), shown: shownBy(shotOf(file)) }));
      expect(ordinary).toHaveLength(180);
      expect(new Set(ordinary.map(({ shown }) => shown))).toEqual(new Set(thingKinds));
      const wrong = ordinary.filter(({ label, shown }) => label !== shown).map(({ path }) => path);
      expect(wrong).toHaveLength(18);
      expect(new Set(wrong)).toEqual(new Set(planted['label-issue']));
      const paths = new Set(files.map(({ path }) => path));
      expect(paths.size).toBe(files.length);
      const { 'class-imbalance': rare, shortcut, ...onPhotos } = planted;
      for (const of of Object.values(onPhotos)) for (const path of of) expect(paths).toContain(path);
      expect([rare, shortcut]).toEqual([['goblet'], ['The size of the picture']]);
    });
  });

  test('the rare class has less than a quarter of the largest one and no wrong label in or from it', () => {
    seeds((seed) => {
      const { files } = planSample(seed);
      const counts = new Map<string, number>();
      for (const { path, content } of files) {
        if (content.kind === 'text') continue;
        counts.set(labelOf(path), (counts.get(labelOf(path)) ?? 0) + 1);
        if (content.kind === 'shot' && typeof content.shot.shows !== 'string') {
          expect(labelOf(path) === 'goblet').toBe(shownBy(content.shot) === 'goblet');
        }
      }
      expect(counts.get('goblet')).toBeLessThan(0.25 * Math.max(...counts.values()));
    });
  });

  test('the given split parts the planted leaks from their originals, and no other copy', () => {
    seeds((seed) => {
      const { files, planted } = planSample(seed);
      const table = files.find(({ path }) => path === 'split.csv')!.content;
      if (table.kind !== 'text') throw new Error('split.csv is no text');
      const sides = new Map(table.text.split('\n').map((line) => line.split(',') as [string, string]));
      const nameOf = (path: string): string => path.split('/')[1]!;
      const pathNamed = new Map(files.filter(({ path }) => path.includes('/')).map(({ path }) => [nameOf(path), path]));
      const copies = files.filter(({ path }) => /-(copy|again|saved|turned)\.jpg$/.test(path));
      expect(copies).toHaveLength(12);
      for (const { path } of copies) {
        const original = pathNamed.get(nameOf(path).replace(/-\w+\.jpg$/, '.jpg'))!;
        expect(['train', 'valid']).toContain(sides.get(path));
        expect(sides.get(path) !== sides.get(original)).toBe(planted.leak!.includes(path));
      }
    });
  });
});

test('a file name says nothing about what is on it', () => {
  for (const { path } of planSample(1).files.slice(0, ordinaryPhotos)) {
    expect(path).toMatch(/^\w+\/photo-\d{3}\.jpg$/);
  }
});

describe('a photograph', () => {
  const shot: Shot = { shows: ['mug'], width: 90, height: 70, seed: 11, treatment: 'none', quality: 80 };
  const digest = (of: Shot): string => {
    const { width, height, pixels } = takeShot(of);
    return `${String(width)}x${String(height)} ${createHash('sha256').update(pixels).digest('hex').slice(0, 16)}`;
  };

  test('has the same pixels on every machine', () => {
    expect({
      mug: digest(shot),
      bottle: digest({ ...shot, shows: ['bottle'], seed: 12 }),
      plate: digest({ ...shot, shows: ['plate'], seed: 13 }),
      goblet: digest({ ...shot, shows: ['goblet'], seed: 14 }),
      hills: digest({ ...shot, shows: 'hills', seed: 16 }),
      cloth: digest({ ...shot, shows: 'cloth', seed: 17 }),
      two: digest({ ...shot, shows: ['mug', 'plate'], seed: 15 }),
    }).toMatchInlineSnapshot(`
      {
        "bottle": "90x70 323635d86dbdc0e1",
        "cloth": "90x70 a885ee8ec7c7da94",
        "goblet": "90x70 944571cfe8cdf97e",
        "hills": "90x70 e4af0f9d3465766d",
        "mug": "90x70 023dd47ad57e7f9f",
        "plate": "90x70 fbfc348c73856391",
        "two": "90x70 c414d791a269cf77",
      }
    `);
  });

  test.each(['dark', 'light', 'blurry', 'grayscale', 'smaller', 'mirrored', 'enlarged', 'blank'] as const)(
    'treated as %s it is another picture of the right size',
    (treatment) => {
      const [plain, treated] = [takeShot(shot), takeShot({ ...shot, treatment })];
      const by = treatment === 'smaller' ? 0.75 : treatment === 'enlarged' ? 4 : 1;
      expect([treated.width, treated.height]).toEqual([Math.round(90 * by), Math.round(70 * by)]);
      expect(treated.pixels).toHaveLength(3 * treated.width * treated.height);
      expect(Buffer.from(treated.pixels).equals(Buffer.from(plain.pixels))).toBe(false);
    },
  );

  test('mirrored twice is the picture itself', () => {
    const { pixels } = takeShot(shot);
    const mirrored = takeShot({ ...shot, treatment: 'mirrored' }).pixels;
    const again = mirrored.map((_, at) => {
      const [pixel, channel] = [Math.floor(at / 3), at % 3];
      return mirrored[3 * (pixel - (pixel % 90) + 89 - (pixel % 90)) + channel]!;
    });
    expect(Buffer.from(again).equals(Buffer.from(pixels))).toBe(true);
  });
});
