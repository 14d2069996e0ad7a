/** The minimum of a smooth function of a few or many variables, by limited-memory BFGS. */

/** Returns the value and writes the gradient. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  readonly maxIterations?: number;
  /** Stops when no component of the gradient is larger. */
  readonly gradientTolerance?: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
}

const memory = 12;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

interface Step {
  readonly dx: Float64Array;
  readonly dg: Float64Array;
  readonly rho: number;
}

/** −H·gradient by the two-loop recursion (Nocedal & Wright, algorithm 7.4). */
const direction = (gradient: Float64Array, steps: readonly Step[]): Float64Array => {
  const q = Float64Array.from(gradient, (value) => -value);
  const alphas: number[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    const { dx, dg, rho } = steps[i]!;
    const alpha = rho * dot(dx, q);
    alphas[i] = alpha;
    for (let j = 0; j < q.length; j++) q[j] = q[j]! - alpha * dg[j]!;
  }
  const last = steps.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.dg, last.dg));
    for (let j = 0; j < q.length; j++) q[j] = q[j]! * scale;
  }
  for (let i = 0; i < steps.length; i++) {
    const { dx, dg, rho } = steps[i]!;
    const beta = alphas[i]! - rho * dot(dg, q);
    for (let j = 0; j < q.length; j++) q[j] = q[j]! + beta * dx[j]!;
  }
  return q;
};

export const minimise = (objective: Objective, start: Float64Array, options: MinimiseOptions = {}): Minimum => {
  const { maxIterations = 200, gradientTolerance = 1e-6 } = options;
  let x = Float64Array.from(start);
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  let steps: Step[] = [];
  let iterations = 0;
  for (; iterations < maxIterations; iterations++) {
    if (gradient.every((g) => Math.abs(g) <= gradientTolerance)) break;
    let move = direction(gradient, steps);
    let slope = dot(move, gradient);
    if (!(slope < 0)) {
      steps = [];
      move = direction(gradient, steps);
      slope = dot(move, gradient);
    }
    // Without curvature yet, a unit step could leap far beyond the minimum.
    let length = steps.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    let low = 0;
    let high = Infinity;
    let next: { x: Float64Array<ArrayBuffer>; gradient: Float64Array<ArrayBuffer>; value: number } | undefined;
    // Bisection to a point that satisfies the weak Wolfe conditions.
    for (let trial = 0; trial < 30; trial++) {
      const candidate = new Float64Array(x.length);
      for (let j = 0; j < x.length; j++) candidate[j] = x[j]! + length * move[j]!;
      const candidateGradient = new Float64Array(x.length);
      const candidateValue = objective(candidate, candidateGradient);
      if (!(candidateValue <= value + 1e-4 * length * slope)) high = length;
      else {
        next = { x: candidate, gradient: candidateGradient, value: candidateValue };
        if (dot(candidateGradient, move) >= 0.9 * slope) break;
        low = length;
      }
      length = high === Infinity ? 2 * length : (low + high) / 2;
    }
    if (!next) break;
    const dx = new Float64Array(x.length);
    const dg = new Float64Array(x.length);
    for (let j = 0; j < x.length; j++) {
      dx[j] = next.x[j]! - x[j]!;
      dg[j] = next.gradient[j]! - gradient[j]!;
    }
    const curvature = dot(dx, dg);
    if (curvature > 1e-14) steps = [...steps.slice(1 - memory), { dx, dg, rho: 1 / curvature }];
    const gain = value - next.value;
    ({ x, gradient, value } = next);
    if (gain <= 1e-12 * (1 + Math.abs(value))) break;
  }
  return { x, value, iterations };
};
