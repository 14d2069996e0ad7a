import { describe, expect, it } from 'vitest';
import { Differences, differenceSentence, type ReferencePhotos } from '../../../src/core/predict/difference.js';

/** Photos on a line: class 0 around 0, class 1 around 1, class 2 far away. */
const places = [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.1, 0.12, 1, 1.01, 1.02, 1.03, 1.04, 1.05, 5, 5.1];
const labels = Int32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2]);
const to = (x: number): Float32Array => Float32Array.from(places, (place) => Math.abs(place - x));
const photos = (more: Partial<ReferencePhotos> = {}): ReferencePhotos => ({
  labels,
  groups: Int32Array.from(places.keys()),
  vocab: ['adidas', 'nike', 'puma'],
  distancesFrom: (at) => to(places[at]!),
  seed: 42,
  ...more,
});

/** As written in the design: mean distance to the nearest five of a class, own group left out. */
const marginOf = (distances: Float32Array, own: number, without: number | null): number => {
  const mean = (label: number): number => {
    const five = [...distances]
      .filter((_, at) => labels[at] === label && at !== without)
      .sort((a, b) => a - b)
      .slice(0, 5);
    return five.reduce((sum, distance) => sum + distance, 0) / five.length;
  };
  return Math.min(...[0, 1, 2].filter((label) => label !== own).map(mean)) - mean(own);
};

describe('a difference', () => {
  it('is the place of the margin among those of one’s own photos, each without itself', () => {
    const own = places.flatMap((x, at) => (labels[at] === 0 ? [marginOf(to(x), 0, at)] : []));
    for (const x of [-0.2, 0.015, 0.07, 0.3, 0.49]) {
      const margin = marginOf(to(x), 0, null);
      const found = new Differences(photos()).of(to(x), null, 0)!;
      expect(found).toMatchObject({ own: 'adidas', other: 'nike' });
      expect(found.margin).toBeCloseTo(margin, 6);
      expect(found.percentile).toBeCloseTo((100 * own.filter((each) => each < margin).length) / own.length, 6);
    }
    expect(new Differences(photos()).of(to(3), null, 1)).toMatchObject({ own: 'nike', other: 'puma' });
  });

  it('leaves out the picture’s own group', () => {
    const twins = photos({ groups: Int32Array.from(labels, (label) => label) });
    // Every photo of class 0 is a twin of the picture: nothing of its own class is left to be near.
    expect(new Differences(twins).of(to(0), 0, 0)).toBeNull();
    expect(new Differences(photos()).of(to(0), 0, 0)!.margin).toBeCloseTo(marginOf(to(0), 0, 0), 6);
  });

  it('says nothing where there is too little to compare with', () => {
    expect(new Differences(photos()).of(to(5), null, 2)).toBeNull();
    const alone = photos({ labels: new Int32Array(labels.length), vocab: ['adidas'] });
    expect(new Differences(alone).of(to(0), null, 0)).toBeNull();
  });

  it('in a sentence, whichever class is nearer', () => {
    const difference = { own: 'adidas', other: 'nike', margin: 0.2, percentile: 71.6 };
    expect(differenceSentence(difference)).toBe(
      'Closer to adidas than to nike, by more than 72 % of your own adidas photos are.',
    );
    expect(differenceSentence({ ...difference, margin: -0.1, percentile: 3 })).toBe(
      'Closer to nike than to adidas; 97 % of your own adidas photos are closer to adidas than this.',
    );
  });
});
