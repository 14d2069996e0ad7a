import { expect, test } from 'vitest';
import { reviewHeader } from '../../../src/core/review/progress.js';

const reviews = (pattern: string) => Array.from(pattern, (mark) => ({ wasWrong: mark === 'x' }));
const counts = { total: 100, pending: 0 };

test('before the first review nothing is claimed', () => {
  expect(reviewHeader([], null, counts)).toMatchObject({
    reviewed: 0,
    lastWrong: null,
    remaining: null,
    isStoppingReasonable: false,
  });
});

test('the last 20 are counted, not all', () => {
  const header = reviewHeader(reviews(`${'x'.repeat(30)}${'.'.repeat(17)}xxx`), [], counts);
  expect(header.lastWrong).toEqual({ wrong: 3, of: 20 });
});

test('stopping is reasonable after 30 without a mistake, and not a review earlier', () => {
  expect(reviewHeader(reviews('.'.repeat(29)), [], counts).isStoppingReasonable).toBe(false);
  expect(reviewHeader(reviews(`x${'.'.repeat(30)}`), [], counts).isStoppingReasonable).toBe(true);
  expect(reviewHeader(reviews(`x${'.'.repeat(29)}`), [], counts).isStoppingReasonable).toBe(false);
});

test('the mistakes that remain are a range around the expected number', () => {
  const { remaining } = reviewHeader(
    [],
    Array.from({ length: 100 }, () => 0.1),
    counts,
  );
  expect(remaining).toEqual({ low: 6, high: 14, basis: 'model' });
});
