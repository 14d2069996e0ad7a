/** Does `work` for each value, `limit` at a time; the first failure ends it. Results in the order of the values. */
export const inFlight = async <T, R>(
  values: readonly T[],
  limit: number,
  work: (value: T, index: number) => Promise<R>,
): Promise<R[]> => {
  const results = new Array<R>(values.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < values.length) {
      const index = next++;
      results[index] = await work(values[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, values.length) }, lane));
  return results;
};
