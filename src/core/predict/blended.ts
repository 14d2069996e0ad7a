/** Two models' probabilities of one photo as one: the normalised mean of their logarithms, so that neither shouts the other down. */

const least = 1e-7;

export const blended = (a: ArrayLike<number>, b: ArrayLike<number>): Float64Array => {
  const out = Float64Array.from(a, (p, at) => Math.sqrt(Math.max(p, least) * Math.max(b[at]!, least)));
  const sum = out.reduce((whole, p) => whole + p, 0);
  return out.map((p) => p / sum);
};
