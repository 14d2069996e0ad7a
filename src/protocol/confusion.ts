/** The wire of the confusion matrix webview. Rows actual, columns predicted; the predictor's held-out rows on the labels as of now. */

import { event, request, type Contract } from './contract.js';

export interface ConfusionState {
  readonly datasetName: string;
  readonly run: string | null;
  readonly vocab: readonly string[];
  /** [actual][predicted]. */
  readonly matrix: readonly (readonly number[])[];
  readonly mostConfused: readonly { readonly actual: string; readonly predicted: string; readonly count: number }[];
  readonly perClass: readonly {
    readonly label: string;
    readonly precision: number | null;
    readonly recall: number | null;
    readonly f1: number | null;
    readonly support: number;
  }[];
  readonly accuracy: number | null;
  readonly state: 'ready' | 'no-run' | 'busy' | 'error';
  readonly message: string | null;
}

export const confusionContract = {
  version: 1,
  calls: {
    open: request<null, ConfusionState>(),
    /** Shows exactly those images in the review grid. A null side = the whole row or column. */
    showCell: request<{ readonly actual: string | null; readonly predicted: string | null }, null>(),
    train: request<null, null>(),
  },
  pushes: { changed: event<ConfusionState>() },
} as const satisfies Contract;
export type ConfusionContract = typeof confusionContract;
