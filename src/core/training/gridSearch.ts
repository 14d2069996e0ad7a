/** The position of the least value on a grid along which values fall and then rise, with few evaluations. */

/**
 * Walks downhill from `start` in steps of two, then looks at both sides; evaluates each position at most once.
 * Where there are several valleys it finds the start's.
 */
export const leastOnGrid = async (
  count: number,
  start: number,
  evaluate: (position: number) => Promise<number>,
): Promise<number> => {
  const known = new Map<number, number>();
  const valueAt = async (position: number): Promise<number> => {
    if (position < 0 || position >= count) return Infinity;
    const value = known.get(position) ?? (await evaluate(position));
    known.set(position, value);
    return value;
  };
  let at = start;
  for (const stride of [2, 1]) {
    for (;;) {
      const here = await valueAt(at);
      const left = await valueAt(at - stride);
      // A fall on the left makes a look to the right needless.
      const right = left < here ? Infinity : await valueAt(at + stride);
      if (left < here) at -= stride;
      else if (right < here) at += stride;
      else break;
    }
  }
  return at;
};
