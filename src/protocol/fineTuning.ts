/** The wire of the training page: a fine-tuning watched while it runs, finished ones afterwards, two of them side by side. */

import type { AugmentPreset } from '../core/image/augment/augmentSettings.js';
import { event, request, type Contract } from './contract.js';
import type { EpochRow, FineTuneRecipe, FineTuneResult, StepEvent } from './training.js';

/** One point of the curves. */
export interface CurvePoint {
  readonly step: number;
  /** Nats, smoothed. */
  readonly loss: number;
  readonly rate: number;
}

export interface PastFineTune {
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  readonly backbone: string;
  readonly recipe: FineTuneRecipe;
  readonly epochs: number;
  readonly accuracy: number | null;
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
  readonly answers: boolean;
  readonly seconds: number;
}

export interface FlipShown {
  readonly path: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}
export interface ShownComparison {
  readonly before: string;
  readonly after: string;
  readonly photos: number;
  readonly beforeAccuracy: number;
  readonly afterAccuracy: number;
  /** Share, −1 … 1. */
  readonly low: number;
  readonly high: number;
  readonly different: readonly { readonly setting: string; readonly before: string; readonly after: string }[];
  readonly mended: readonly FlipShown[];
  readonly broken: readonly FlipShown[];
}

export interface FineTuningPage {
  readonly datasetName: string;
  readonly state: 'idle' | 'running' | 'error';
  readonly message: string | null;
  readonly run: string | null;
  /** What computes; null before it is known. */
  readonly engine: string | null;
  readonly isStopping: boolean;
  readonly progress: StepEvent | null;
  readonly curve: readonly CurvePoint[];
  readonly epochs: readonly EpochRow[];
  readonly notices: readonly string[];
  readonly result: ShownResult | null;
  readonly past: readonly PastFineTune[];
  /** A run that was cut short and can be gone on with. */
  readonly unfinished: string | null;
  readonly comparison: ShownComparison | null;
}

export interface FineTuneChoice {
  readonly recipe: FineTuneRecipe;
  readonly epochs: number;
  /** Null = what winnow.json says, else 'standard'. */
  readonly preset: AugmentPreset | null;
}

export const fineTuningContract = {
  version: 1,
  calls: {
    open: request<null, FineTuningPage>(),
    start: request<FineTuneChoice, null>(),
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
