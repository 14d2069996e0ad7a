/** Much to do, a little of it at a time. */

import { WinnowError } from './errors.js';

/** Enough that no thread waits, few enough that memory stays flat. */
const usualLimit = 16;

/**
 * Does `work` for each value, `limit` at a time. The first failure, or the signal, lets no more begin and is thrown when
 * what had begun is over: whoever then takes away a folder or a model takes it from nobody.
 * @returns what each came to, in the order of the values.
 */
export const inFlight = async <T, R>(
  values: readonly T[],
  work: (value: T, at: number) => Promise<R>,
  { limit = usualLimit, signal }: { readonly limit?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<R[]> => {
  const results = new Array<R>(values.length);
  let next = 0;
  let hasFailed = false;
  const lane = async (): Promise<void> => {
    while (next < values.length && !hasFailed) {
      WinnowError.throwIfAborted(signal, 'stopped');
      const at = next++;
      try {
        results[at] = await work(values[at] as T, at);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(limit, values.length) }, lane));
  const failed = lanes.find((ended) => ended.status === 'rejected');
  if (failed) throw failed.reason;
  return results;
};
