/** The heads of one block: width, shrinkage and calibration by held-out likelihood (JUDGE § 1, "Heads, exactly"). */

import { centredKernel, exactCandidate, exactSmoother } from './exactSmoother.js';
import { leastOnGrid } from './gridSearch.js';
import { GroupHeldOut } from './groupHeldOut.js';
import { oneHot, SmootherScorer, VoteScorer, type Head, type HeadSettings, type Scorer } from './head.js';
import { fitCalibration, logProbabilities, type Calibration } from './headCalibration.js';
import type { LinearAlgebra } from './linearAlgebra.js';
import { findNeighbours, searchRows, type Neighbours } from './neighbours.js';
import { NeighbourVote } from './neighbourVote.js';
import { landmarkFeatures, nystromSmoother } from './nystromSmoother.js';
import { sampleOf, type KernelKind, type PreparedBlock } from './preparedBlock.js';
import type { ExpandableSmoother, Smoother } from './smoother.js';

const geometric = (from: number, to: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, i) => from * (to / from) ** (i / (steps - 1)));

export const ridgeLambdas = geometric(0.003, 30, 13);
export const kernelLambdas = geometric(0.01, 3, 7);
export const kernelGammas = [0.5, 1] as const;
export const voteTaus = [0.03, 0.1] as const;
/** Above this many landmark-fitted items λ and γ are chosen on a seeded part of them. */
const choiceRows = 3000;

/** What a fit is to explain. `labels` are active classes 0…classes − 1, −1 where a row has none. */
export interface Targets {
  readonly groups: Int32Array;
  readonly labels: Int32Array;
  readonly classes: number;
  readonly seed: number;
}

/** A head with the log-probabilities float64[n, classes] that it gave at the train's labels. */
export interface FittedHead {
  readonly head: Head;
  readonly logs: Float64Array;
}

/** Makes candidates of one width; they share all that does not depend on λ. */
type CandidateMaker = (lambda: number) => Promise<Smoother>;

const candidateMaker = async (
  algebra: LinearAlgebra,
  prepared: PreparedBlock,
  kind: KernelKind,
  gamma: number,
  rows: Int32Array,
): Promise<CandidateMaker> => {
  if (prepared.isExact) {
    const centred = await centredKernel(algebra, prepared, kind, gamma);
    return (lambda) => exactCandidate(algebra, centred, lambda, rows.length);
  }
  const features = await landmarkFeatures(algebra, prepared, kind, gamma, rows);
  return (lambda) => nystromSmoother(algebra, features, lambda);
};

interface Choice {
  readonly gamma: number;
  readonly lambda: number;
  readonly calibration: Calibration;
  readonly value: number;
}

const chooseSmoother = async (
  algebra: LinearAlgebra,
  prepared: PreparedBlock,
  kind: KernelKind,
  targets: Targets,
): Promise<Choice> => {
  const rows = prepared.isExact ? prepared.trained : sampleOf(prepared.trained, choiceRows, targets.seed + 2);
  const positions = Int32Array.from(rows.keys());
  const groups = rows.map((row) => targets.groups[row]!);
  const labels = rows.map((row) => targets.labels[row]!);
  const oneHotLabels = oneHot(positions, labels, targets.classes);
  const none = new Int32Array(0);
  const lambdas = kind === 'ridge' ? ridgeLambdas : kernelLambdas;
  let best: Choice | null = null;
  let start = lambdas.length >> 1;
  for (const gamma of kind === 'ridge' ? [0] : kernelGammas) {
    const make = await candidateMaker(algebra, prepared, kind, gamma, rows);
    start = await leastOnGrid(lambdas.length, start, async (at) => {
      const heldOut = await GroupHeldOut.of(algebra, await make(lambdas[at]!), groups, none);
      const scores = await heldOut.scores(oneHotLabels, targets.classes);
      const fit = fitCalibration(scores, targets.classes, positions, labels, best?.calibration ?? null, 5e-4);
      if (!best || fit.value < best.value) best = { gamma, lambda: lambdas[at]!, calibration: fit, value: fit.value };
      return fit.value;
    });
  }
  return best!;
};

/** The smoother of settings chosen before: over all rows, ready for new labels. */
export const smootherOf = async (
  algebra: LinearAlgebra,
  prepared: PreparedBlock,
  kind: KernelKind,
  gamma: number,
  lambda: number,
): Promise<ExpandableSmoother> => {
  if (prepared.isExact) return exactSmoother(algebra, prepared, kind, gamma, lambda);
  const all = Int32Array.from({ length: prepared.squaredNorms.length }, (_, i) => i);
  const features = await landmarkFeatures(algebra, prepared, kind, gamma, all);
  return nystromSmoother(algebra, features, lambda, prepared.block.rows);
};

/** Calibrates the scores on the trained rows and names the result. */
const finish = (
  settings: Pick<HeadSettings, 'block' | 'kind' | 'lambda' | 'gamma' | 'tau'>,
  scorer: Scorer,
  scores: Float32Array,
  trained: Int32Array,
  targets: Targets,
  start: Calibration | null,
): FittedHead & { readonly value: number } => {
  const fit = fitCalibration(scores, targets.classes, trained, targets.labels, start);
  return {
    head: { settings: { ...settings, t: fit.t, b: [...fit.b] }, scorer },
    logs: logProbabilities(scores, targets.classes, fit),
    value: fit.value,
  };
};

/** The ridge or kernel head of a block; `b` of its settings counts as the targets' classes do. */
export const chooseSmootherHead = async (
  algebra: LinearAlgebra,
  prepared: PreparedBlock,
  kind: KernelKind,
  targets: Targets,
): Promise<FittedHead> => {
  const { gamma, lambda, calibration } = await chooseSmoother(algebra, prepared, kind, targets);
  const smoother = await smootherOf(algebra, prepared, kind, gamma, lambda);
  const scorer = new SmootherScorer(algebra, smoother, targets.groups);
  const labels = onlyTrained(prepared.trained, targets.labels);
  const scores = await scorer.scores(labels, targets.classes);
  const settings = { block: prepared.block.id, kind, lambda, gamma, tau: 0 } as const;
  return finish(settings, scorer, scores, prepared.trained, targets, calibration);
};

/** @param near what was found before, where it was. */
export const voteOf = async (
  algebra: LinearAlgebra,
  { block, trained }: Pick<PreparedBlock, 'block' | 'trained'>,
  { groups, seed }: Pick<Targets, 'groups' | 'seed'>,
  near?: Neighbours,
): Promise<NeighbourVote> => {
  const task = { candidates: trained, groups, labels: null };
  const found = near ?? (await findNeighbours(algebra, await searchRows(algebra, block, seed), task));
  return new NeighbourVote(block, trained, groups, found);
};

export const chooseVoteHead = async (
  algebra: LinearAlgebra,
  prepared: PreparedBlock,
  targets: Targets,
  near?: Neighbours,
): Promise<FittedHead> => {
  const vote = await voteOf(algebra, prepared, targets, near);
  const found = await Promise.all(
    voteTaus.map(async (tau) => {
      const scorer = new VoteScorer(vote, tau);
      const scores = await scorer.scores(targets.labels, targets.classes);
      const settings = { block: prepared.block.id, kind: 'votes', lambda: 0, gamma: 0, tau } as const;
      return finish(settings, scorer, scores, prepared.trained, targets, null);
    }),
  );
  return found.reduce((best, head) => (head.value < best.value ? head : best));
};

/** Labels of the trained rows; −1 elsewhere. */
const onlyTrained = (trained: Int32Array, labels: Int32Array): Int32Array => {
  const out = new Int32Array(labels.length).fill(-1);
  for (const row of trained) out[row] = labels[row]!;
  return out;
};
