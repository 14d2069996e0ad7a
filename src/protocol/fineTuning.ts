/** The wire of the training page: a fine-tuning watched while it runs, finished ones afterwards, two of them side by side. */

import type { AugmentPreset } from '../core/image/augment/augmentSettings.js';
import { event, request, type Contract } from './contract.js';
import type { FinderPoint } from '../core/training/rateFinder.js';
import type { EpochRow, FineTuneRecipe, FineTuneResult, FoldPlace, StepEvent } from './training.js';

/** One point of the curves. */
export interface CurvePoint {
  readonly step: number;
  /** Nats, smoothed. */
  readonly loss: number;
  readonly rate: number;
}

/** Accuracy over all photos, each by the network of its fold, which had not seen it. */
export interface OutOfFoldShown {
  readonly folds: number;
  readonly photos: number;
  readonly accuracy: number;
  /** 95 %. */
  readonly low: number;
  readonly high: number;
  /** The predictor's held-out answers on the same photos, and both together; null before the first train. */
  readonly predictor: number | null;
  readonly together: number | null;
}

export interface PastFineTune {
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  readonly backbone: string;
  readonly recipe: FineTuneRecipe;
  readonly epochs: number;
  /** On its validation photos. */
  readonly accuracy: number | null;
  readonly outOfFold: OutOfFoldShown | null;
  readonly answers: boolean;
}

export interface ShownResult {
  readonly kept: number;
  readonly endedEarly: FineTuneResult['endedEarly'];
  readonly photos: number;
  readonly accuracy: number | null;
  /** The predictor on the same photos, and both together; null before the first train. */
  readonly predictor: number | null;
  readonly together: number | null;
  readonly outOfFold: OutOfFoldShown | null;
  readonly answers: boolean;
  readonly seconds: number;
}

export interface FlipShown {
  readonly path: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}
export interface RunShown {
  readonly run: string;
  /** Whose answers: a training's held-out rows, those of a fine-tuning's folds, or a network's about its validation photos. */
  readonly by: 'held-out' | 'out-of-fold' | 'validation';
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}
export interface ShownComparison {
  readonly photos: number;
  readonly before: RunShown;
  readonly after: RunShown;
  /** Share, −1 … 1. */
  readonly low: number;
  readonly high: number;
  readonly different: readonly { readonly setting: string; readonly before: string; readonly after: string }[];
  readonly mended: readonly FlipShown[];
  readonly broken: readonly FlipShown[];
}

/** A search for a learning rate: while it runs, and what came of it. Nothing of it is kept on the disk. */
export interface RateSearch {
  readonly recipe: FineTuneRecipe;
  readonly isRunning: boolean;
  /** That are planned; it ends earlier where the loss runs away. */
  readonly steps: number;
  /** In order of the rate. */
  readonly points: readonly FinderPoint[];
  /** Null while it runs, and where the losses suggest none. */
  readonly suggestion: number | null;
  readonly notes: readonly string[];
  /** Why it ended without a result. */
  readonly error: string | null;
}

export interface FineTuningPage {
  readonly datasetName: string;
  readonly state: 'idle' | 'running' | 'error';
  readonly message: string | null;
  readonly run: string | null;
  /** What computes; null before it is known. */
  readonly engine: string | null;
  readonly isStopping: boolean;
  /** Which of several trainings runs; null where there is one. Curve and epochs are its own while it runs. */
  readonly fold: FoldPlace | null;
  readonly progress: StepEvent | null;
  readonly curve: readonly CurvePoint[];
  readonly epochs: readonly EpochRow[];
  readonly notices: readonly string[];
  readonly result: ShownResult | null;
  readonly past: readonly PastFineTune[];
  /** A run that was cut short and can be gone on with. */
  readonly unfinished: string | null;
  readonly comparison: ShownComparison | null;
  readonly search: RateSearch | null;
}

export interface FineTuneChoice {
  readonly recipe: FineTuneRecipe;
  readonly epochs: number;
  /** Null = what winnow.json says, else 'standard'. */
  readonly preset: AugmentPreset | null;
  /** Highest of the head; null = the recipe's own. */
  readonly rate: number | null;
  /** 0 = none. */
  readonly folds: number;
}

/** More take days and say nothing more. */
export const mostFolds = 20;

/** No larger rate has a use; the finder ends there too. */
export const highestRate = 10;

export const fineTuningContract = {
  version: 1,
  calls: {
    open: request<null, FineTuningPage>(),
    start: request<FineTuneChoice, null>(),
    /** Looks for a rate, as a fine-tuning with this choice would begin. */
    findRate: request<FineTuneChoice, null>(),
    /** Ends the search; nothing of it stays. */
    stopFinding: request<null, null>(),
    /** Goes on with the unfinished one. */
    resume: request<null, null>(),
    /** Ends after this step and keeps the best epoch. */
    stop: request<null, null>(),
    /** Ends at once; it can be gone on with. */
    cancel: request<null, null>(),
    /** Shows a finished one. */
    show: request<{ readonly run: string }, FineTuningPage>(),
    compare: request<{ readonly before: string; readonly after: string }, FineTuningPage>(),
  },
  pushes: { changed: event<FineTuningPage>() },
} as const satisfies Contract;
export type FineTuningContract = typeof fineTuningContract;
