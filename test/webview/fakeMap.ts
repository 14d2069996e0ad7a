/** A map host in the page: classes in blobs on a circle. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { FindingKind } from '../../src/core/findings/finding.js';
import { mapContract, type MapPage, type MapPoint } from '../../src/protocol/map.js';
import { serve } from './fakeWire.js';
import { vocabOf, type Scenario } from './scenario.js';

/** Every tenth photo is taken for the next class and found. */
export const fakePoints = (scenario: Pick<Scenario, 'classes' | 'rows'>): readonly MapPoint[] => {
  const vocab = vocabOf(scenario.classes);
  return Array.from({ length: scenario.rows }, (_, i) => {
    const own = i % vocab.length;
    const angle = (2 * Math.PI * own) / vocab.length;
    const turn = i * 2.399963;
    const far = 0.16 * Math.sqrt((i * 0.618) % 1);
    const isOdd = i % 10 === 9;
    const kinds: readonly FindingKind[] = ['label-issue', 'outlier', 'blurry'];
    return {
      id: i.toString(16).padStart(64, '0') as ItemId,
      name: `${vocab[own] ?? ''}/${String(i).padStart(5, '0')}.jpg`,
      x: 0.5 + 0.32 * Math.cos(angle) + far * Math.cos(turn),
      y: 0.5 + 0.32 * Math.sin(angle) + far * Math.sin(turn),
      label: i % 25 === 24 ? null : (vocab[own] ?? null),
      prediction: vocab[isOdd ? (own + 1) % vocab.length : own] ?? null,
      finding: isOdd ? (kinds[Math.floor(i / 10) % kinds.length] ?? null) : null,
      side: i % 5 === 4 ? 'valid' : 'train',
    };
  });
};

export const fakeMap = (scenario: Scenario): void => {
  const points = fakePoints(scenario);
  let page: MapPage = {
    datasetName: 'animals',
    state: 'ready',
    message: null,
    share: null,
    version: 1,
    points: points.length,
    isStale: false,
  };
  const nothing = { ...page, version: 0, points: 0 };
  if (scenario.state === 'no-run') page = { ...nothing, state: 'no-run' };
  if (scenario.state === 'busy') page = { ...nothing, state: 'computing', share: 0.43 };
  if (scenario.state === 'error') page = { ...nothing, state: 'error', message: 'The engine stopped. Try again.' };
  if (scenario.state === 'stale') page = { ...page, isStale: true };
  serve(mapContract, {
    open: () => page,
    points: ({ from, to }) => ({ version: page.version, points: points.slice(from, to) }),
    thumb: ({ id }) => ({ uri: `/thumb/${String(parseInt(id.slice(-6), 16) % 24)}.png` }),
    showOne: () => null,
    showMany: () => null,
    compute: () => (page = { ...page, state: 'ready', share: null, version: 2, points: points.length, isStale: false }),
    cancel: () => {
      page = { ...page, state: 'idle', share: null };
      window.winnowPush('changed', page);
      return null;
    },
    train: () => null,
  });
};
