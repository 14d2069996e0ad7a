/** The exact interval of a proportion. */

/** log Γ(x), x > 0 (Lanczos, g = 7): absolute error below 1e-13. */
const logGamma = (x: number): number => {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  let sum = coefficients[0]!;
  for (let i = 1; i < 9; i++) sum += coefficients[i]! / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
};

/** P(X ≤ k) of n coins that fall with probability p. */
export const binomialCdf = (k: number, n: number, p: number): number => {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    const logChoose = logGamma(n + 1) - logGamma(i + 1) - logGamma(n - i + 1);
    sum += Math.exp(logChoose + i * Math.log(p) + (n - i) * Math.log1p(-p));
  }
  return Math.min(1, sum);
};

/** The p at which a function that falls from 1 to 0 crosses `level`. */
const crossing = (falling: (p: number) => number, level: number): number => {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (falling(middle) > level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/**
 * The Clopper–Pearson interval of `hits` in `trials`; two-sided at `confidence`, so it never covers less.
 * At 0 hits (or all) the other side gets the whole error only if `isOneSidedAtEdge`: "0 of 60" is then under 5 %.
 */
export const clopperPearson = (
  hits: number,
  trials: number,
  confidence = 0.95,
  isOneSidedAtEdge = true,
): { readonly low: number; readonly high: number } => {
  if (trials === 0) return { low: 0, high: 1 };
  const isEdge = hits === 0 || hits === trials;
  const tail = isEdge && isOneSidedAtEdge ? 1 - confidence : (1 - confidence) / 2;
  return {
    low: hits === 0 ? 0 : crossing((p) => binomialCdf(hits - 1, trials, p), 1 - tail),
    high: hits === trials ? 1 : crossing((p) => binomialCdf(hits, trials, p), tail),
  };
};
