/** The sample's plan and its pixels: the same on every machine, and telling nothing but by what is seen. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { perClass, planSample, type Shot } from '../../../src/core/sample/plan.js';
import { thingKinds } from '../../../src/core/sample/solids.js';
import { takeShot } from '../../../src/core/sample/takeShot.js';

const shownBy = ({ things }: Shot): string => things?.join('+') ?? 'stranger';

describe('the plan', () => {
  test('any seed: 60 of each kind, 18 of them under a wrong label, every path once, every mistake a file', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { files, planted } = planSample(seed);
        expect(planSample(seed)).toEqual({ files, planted });
        const ordinary = files.slice(0, perClass * thingKinds.length);
        const shots = ordinary.map(({ path, content }) => {
          if (content.kind !== 'shot') throw new Error(`${path} is no photograph`);
          return { path, label: path.split('/')[0]!, shown: shownBy(content.shot) };
        });
        for (const kind of thingKinds) expect(shots.filter(({ shown }) => shown === kind)).toHaveLength(perClass);
        const wrong = shots.filter(({ label, shown }) => label !== shown).map(({ path }) => path);
        expect(wrong).toHaveLength(18);
        expect(new Set(wrong)).toEqual(new Set(planted['label-issue']));
        const paths = new Set(files.map(({ path }) => path));
        expect(paths.size).toBe(files.length);
        for (const of of Object.values(planted)) for (const path of of) expect(paths).toContain(path);
      }),
      { numRuns: 50 },
    );
  });

  test('a file name says nothing about what is on it', () => {
    for (const { path } of planSample(1).files.slice(0, 180)) expect(path).toMatch(/^\w+\/photo-\d{3}\.jpg$/);
  });
});

describe('a photograph', () => {
  const shot: Shot = { things: ['mug'], width: 90, height: 70, seed: 11, treatment: 'none', quality: 80 };
  const digest = (of: Shot): string => {
    const { width, height, pixels } = takeShot(of);
    return `${String(width)}x${String(height)} ${createHash('sha256').update(pixels).digest('hex').slice(0, 16)}`;
  };

  test('has the same pixels on every machine', () => {
    expect({
      mug: digest(shot),
      bottle: digest({ ...shot, things: ['bottle'], seed: 12 }),
      plate: digest({ ...shot, things: ['plate'], seed: 13 }),
      stranger: digest({ ...shot, things: null, seed: 14 }),
      two: digest({ ...shot, things: ['mug', 'plate'], seed: 15 }),
    }).toMatchInlineSnapshot(`
      {
        "bottle": "90x70 323635d86dbdc0e1",
        "mug": "90x70 023dd47ad57e7f9f",
        "plate": "90x70 fbfc348c73856391",
        "stranger": "90x70 bd7f53342213edce",
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
