/** A health host in the page: figures made from formulas. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { Flip } from '../../src/core/health/cleaning.js';
import type { CollectReport } from '../../src/core/health/collectReport.js';
import type { HealthReport } from '../../src/core/health/healthReport.js';
import { healthContract, type HealthState } from '../../src/protocol/health.js';
import { serve } from './fakeWire.js';
import { vocabOf, type Scenario } from './scenario.js';

const bins = Array.from({ length: 10 }, (_, i) => {
  const predicted = 0.4 + 0.06 * i;
  return {
    count: 60,
    predicted,
    observed: Math.min(1, predicted + (i === 3 ? -0.16 : 0.02 * ((i % 3) - 1))),
    low: predicted - 0.11 * (1 - predicted) - 0.03,
    high: Math.min(1, predicted + 0.11 * (1 - predicted) + 0.03),
  };
});

const flip = (i: number, label: string, vocab: readonly string[]): Flip => ({
  id: String(i).padStart(64, '0') as ItemId,
  path: `${label}/a photo with a long name ${String(i)}.jpg`,
  label,
  isAudited: i === 0,
  before: vocab.at(-1) ?? '',
  now: label,
});

const reportOf = (scenario: Scenario): HealthReport => {
  const vocab = vocabOf(scenario.classes);
  const hasRun = scenario.state !== 'no-run';
  const left = {
    parts: 14,
    photos: 512,
    notCounted: 23,
    ordinary: 0.91,
    leftOut: 0.78,
    atRandom: 0.9,
    gap: { low: 0.09, high: 0.17 },
    gapBeyondRandom: { low: 0.08, high: 0.16 },
    isGap: true,
    worst: ['shop.example', ...vocab, 'a-very-long-name-of-a-web-site.photographs.of.shoes.example'].map((name, i) => ({
      name,
      photos: 120 - i,
      ordinary: 0.9,
      leftOut: 0.5 + i / 200,
    })),
  };
  return {
    name: 'animals',
    run: hasRun ? 'r1' : null,
    labelsAt: null,
    images: scenario.rows,
    labelled: Math.max(0, scenario.rows - 3),
    findings: [
      { kind: 'label-conflict', count: 1 },
      { kind: 'label-issue', count: 1204 },
      { kind: 'near-duplicate', count: 12 },
      { kind: 'outlier', count: 5 },
      { kind: 'class-imbalance', count: 1 },
    ],
    properties: ['More than half of the photos are smaller than 256 pixels.'],
    shortcuts: [
      'Brightness alone tells the class of 78 photos of 100 (always answering cat: 34). The model may learn that in place of the subject: gather the classes from the same places.',
    ],
    classes: vocab.map((label, i) => ({
      label,
      photos: 40 + ((i * 37) % 160),
      precision: hasRun && i !== 1 ? 0.97 - i / 100 : null,
      recall: hasRun ? 0.95 - ((i * 13) % 60) / 100 : null,
      recallInterval: hasRun ? { low: 0.6, high: 0.98 } : null,
    })),
    accuracy: hasRun ? { value: 0.8812, of: 197, low: 0.83, high: 0.93 } : null,
    calibration: hasRun ? { bins, rows: 600, error: 0.031, perfectError: 0.047 } : null,
    lookAlikes: {
      pairs: 31,
      straddling: 9,
      accuracyTogether: hasRun ? 0.88 : null,
      accuracyAlone: hasRun ? 0.93 : null,
      difference: hasRun ? { low: 0.02, high: 0.08 } : null,
    },
    sites: hasRun ? { known: left, missing: null } : { known: null, missing: 'Known after the first training.' },
    cleaning: {
      relabelled: hasRun ? 31 : 0,
      trashed: hasRun ? 4 : 0,
      setAside: 0,
      mended: hasRun ? 35 : 0,
      relabels: hasRun ? vocab.slice(1).map((to, i) => ({ from: vocab[0] ?? '', to, count: 20 - i })) : [],
      audit: { asked: 60, answered: 12, results: null },
      flips: hasRun
        ? {
            toRight: 5,
            toWrong: 2,
            nowRight: vocab.slice(0, 5).map((label, i) => flip(i, label, vocab)),
            nowWrong: vocab.slice(0, 2).map((label, i) => flip(i + 5, label, vocab)),
          }
        : null,
    },
    products: { known: null, missing: 'winnow.json does not say which photos show the same product or animal.' },
  };
};

const collected = (vocab: readonly string[]): CollectReport => ({
  run: 'r1',
  photos: 512,
  curves: vocab.slice(0, 12).map((label, i) => ({
    label,
    photos: 80,
    points: [],
    slope: 0.04 - i / 100,
    interval: { low: 0.012 - i / 100, high: 0.07 },
    isAdvised: i < 2,
  })),
  pairs: vocab.slice(1).map((actual) => ({ actual, predicted: vocab[0] ?? '', count: 7, terms: [`${actual} photo`] })),
  unlabelled: 204,
  next: Array.from({ length: 20 }, (_, i) => ({
    id: String(i).padStart(64, '0') as ItemId,
    path: `unlabelled/holiday ${String(i)}.jpg`,
    prediction: vocab[i % vocab.length] ?? null,
    probability: 0.5,
  })),
});

export const fakeHealth = (scenario: Scenario): void => {
  const state: HealthState = {
    datasetName: 'animals',
    state: scenario.state,
    message: scenario.state === 'stale' ? 'Labels have changed since this page was made.' : null,
    report: scenario.state === 'error' ? null : reportOf(scenario),
  };
  serve(healthContract, {
    open: () => state,
    refresh: (): HealthState => ({
      ...state,
      state: 'ready',
      message: null,
      report: reportOf({ ...scenario, state: 'ready' }),
    }),
    review: () => null,
    openFile: () => null,
    audit: () => null,
    collect: () => collected(vocabOf(scenario.classes)),
    stopCollecting: () => null,
    train: () => null,
  });
};
