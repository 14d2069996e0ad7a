import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import type { ItemId } from '../../../src/core/dataset/item.js';
import type { Entry, EntryBody } from '../../../src/core/journal/entry.js';
import { pairedBootstrap } from '../../../src/core/metrics/pairedBootstrap.js';
import {
  auditAnswers,
  auditProgress,
  auditResults,
  type AuditedItem,
  type AuditCounts,
} from '../../../src/core/review/audit.js';
import { auditSentences, timeLeft } from '../../../src/core/review/auditWords.js';
import { reviewHeader } from '../../../src/core/review/progress.js';

const id = (n: number): ItemId => n.toString(16).padStart(64, '0') as ItemId;
const journal = (...bodies: EntryBody[]): Entry[] =>
  bodies.map((body, index) => ({ v: 1, writer: 'w', n: index + 1, at: '', by: 'user', ...body }));

describe('answers', () => {
  it('hold until another one or an undo; taking one back gives the one before it', () => {
    const answer = (label: string | null): EntryBody => ({ kind: 'audit', id: id(1), label });
    const entries = journal(answer('cat'), answer('dog'), { kind: 'undo', refs: ['w:2'] });
    expect(auditAnswers(entries.slice(0, 2)).get(id(1))?.label).toBe('dog');
    expect(auditAnswers(entries).get(id(1))?.label).toBe('cat');
    expect(auditAnswers([...entries, ...journal({ kind: 'undo', refs: ['w:1'] })]).size).toBe(0);
    expect(auditAnswers(journal(answer(null))).get(id(1))?.label).toBeNull();
  });
  it('keep the order in which they were given last', () => {
    const entries = journal(
      { kind: 'audit', id: id(1), label: 'cat' },
      { kind: 'audit', id: id(2), label: 'cat' },
      { kind: 'audit', id: id(1), label: 'dog' },
    );
    expect([...auditAnswers(entries).keys()]).toEqual([id(2), id(1)]);
  });
});

describe('what is asked', () => {
  const sample = Array.from({ length: 60 }, (_, i) => id(i));
  const answers = auditAnswers(journal({ kind: 'audit', id: id(3), label: 'cat' }));
  it('is what is left of the sample, in an order that neither answers nor absences change', () => {
    const all = auditProgress(
      sample,
      new Map(),
      () => true,
      (one) => one,
    );
    expect(new Set(all.next)).toEqual(new Set(sample));
    expect(all.next).not.toEqual(sample);
    const some = auditProgress(
      sample,
      answers,
      (one) => one !== id(7),
      (one) => one,
    );
    expect(some).toMatchObject({ asked: 59, answered: 1, gone: 1 });
    expect(some.next).toEqual(all.next.filter((one) => one !== id(3) && one !== id(7)));
  });
  it('keeps near twins apart', () => {
    const group = (one: ItemId): ItemId => id(Math.floor(parseInt(one, 16) / 2));
    const { next } = auditProgress(sample, new Map(), () => true, group);
    expect(new Set(next.slice(0, 30).map(group)).size).toBe(30);
  });
  it('tells how long it takes', () => {
    expect([60, 37, 10].map(timeLeft)).toEqual([
      'about 2 minutes left',
      'about 1 minute left',
      'less than a minute left',
    ]);
  });
});

const counts: AuditCounts = { labelled: 600, labelledNow: 600, mended: 0 };
const audited = (change: (i: number) => Partial<AuditedItem> = () => ({})): AuditedItem[] =>
  Array.from({ length: 60 }, (_, i) => ({
    id: id(i),
    group: id(i),
    answer: 'cat',
    labelBefore: 'cat',
    labelNow: 'cat',
    predictionBefore: 'cat',
    predictionNow: 'cat',
    ...change(i),
  }));

describe('what it says', () => {
  it('reads "0 of 60" as under 5 %', () => {
    const results = auditResults(audited(), counts);
    expect(results.wrongBefore.high).toBeCloseTo(0.0487, 3);
    expect(results.remaining).toEqual({ low: 0, high: 30 });
    const said = auditSentences(results);
    expect(said[0]).toBe('As the labels came, none of 60 was wrong: under 5 % of all labels.');
    expect(said[1]).toBe('About 0–30 mistakes remain in 600 photos.');
    expect(said[2]).toBe('No label has been changed yet, so there is no before and after.');
  });

  it('leaves out what could not be told', () => {
    const results = auditResults(
      audited((i) => (i < 50 ? {} : { answer: null })),
      counts,
    );
    expect(results).toMatchObject({ judged: 50, cannotTell: 10, wrongBefore: { count: 0, of: 50 } });
    expect(
      auditResults(
        audited(() => ({ answer: null })),
        counts,
      ),
    ).toMatchObject({ remaining: null, accuracy: null });
  });

  it('takes what has been mended off, and not when the audit sees that it made labels wrong', () => {
    const six = (i: number): Partial<AuditedItem> => (i < 6 ? { labelBefore: 'dog', labelNow: 'dog' } : {});
    const before = auditResults(audited(six), counts).remaining!;
    const mended = auditResults(
      audited((i) => ({ ...six(i), ...(i < 3 ? { labelNow: 'cat' } : {}) })),
      { ...counts, mended: 20 },
    ).remaining!;
    expect(mended).toEqual({ low: Math.max(3, before.low - 20), high: before.high - 20 });
    const worse = auditResults(
      audited((i) => (i < 6 ? { labelNow: 'dog' } : {})),
      { ...counts, mended: 60 },
    ).remaining!;
    expect(worse.low).toBeGreaterThanOrEqual(22);
    expect(worse.high).toBeLessThanOrEqual(124);
    expect(
      auditResults(
        audited((i) => (i < 3 ? { labelNow: 'dog' } : {})),
        counts,
      ).remaining?.low,
    ).toBeGreaterThan(2);
  });

  it('claims a change only where both intervals exclude none', () => {
    const of = (won: number, lost: number) =>
      auditResults(
        audited((i) => (i < won ? { predictionBefore: 'dog' } : i < won + lost ? { predictionNow: 'dog' } : {})),
        { ...counts, mended: 10 },
      ).accuracy;
    expect(of(0, 0)).toMatchObject({ difference: { low: 0, high: 0 }, verdict: 'cannot-tell' });
    expect(of(5, 0)?.verdict).toBe('cannot-tell');
    expect(of(9, 0)?.verdict).toBe('better');
    expect(of(0, 9)?.verdict).toBe('worse');
    expect(of(9, 6)?.verdict).toBe('cannot-tell');
  });

  it('rarely claims a change where there is none (nominal 5 %)', () => {
    const random = seededRandom(7);
    let claims = 0;
    for (let trial = 0; trial < 200; trial++) {
      const flips = (): Partial<AuditedItem> => ({
        predictionBefore: random.next() < 0.8 ? 'cat' : 'dog',
        predictionNow: random.next() < 0.8 ? 'cat' : 'dog',
      });
      if (auditResults(audited(flips), { ...counts, mended: 1 }).accuracy?.verdict !== 'cannot-tell') claims++;
    }
    expect(claims).toBeLessThanOrEqual(12);
  });

  it('is silent about accuracy when too few were judged', () => {
    const few = audited((i) => (i < 19 ? {} : { predictionNow: null }));
    expect(auditResults(few, { ...counts, mended: 1 }).accuracy).toBeNull();
  });
});

describe('the paired bootstrap', () => {
  it('draws whole groups: twins are no further evidence', () => {
    const pair = (group: number, isRightAfter: boolean) => ({
      group: String(group),
      isRightBefore: false,
      isRightAfter,
    });
    const alone = Array.from({ length: 40 }, (_, i) => pair(i, i < 10));
    const twins = Array.from({ length: 40 }, (_, i) => pair(Math.floor(i / 5), i < 10));
    const width = (pairs: typeof alone): number => {
      const { low, high } = pairedBootstrap(pairs);
      return high - low;
    };
    expect(width(twins)).toBeGreaterThan(1.5 * width(alone));
    expect(pairedBootstrap([])).toEqual({ low: 0, high: 0 });
  });
});

describe('the header of a review', () => {
  it('says what a finished audit says instead of what the model thinks', () => {
    expect(reviewHeader([], [0.5, 0.5], { total: 2, pending: 0 }, { low: 3, high: 9 }).remaining).toEqual({
      low: 3,
      high: 9,
      basis: 'audit',
    });
    expect(reviewHeader([], [0.5], { total: 2, pending: 0 }).remaining?.basis).toBe('model');
  });
});
