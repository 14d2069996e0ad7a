/** The wire of the prediction pane. */

import type { Certainty } from '../core/predict/certainty.js';
import type { Difference } from '../core/predict/difference.js';
import type { ClassSummary } from '../core/predict/folderSummary.js';
import type { Look, LookMethod } from './evidence.js';
import { event, imageRequest, request, type Contract } from './contract.js';

export interface PredictionCard {
  /** Unique in the pane. */
  readonly key: string;
  readonly name: string;
  /** Path for people; null for pasted pictures. */
  readonly path: string | null;
  readonly thumb: string | null;
  readonly state: 'busy' | 'done' | 'failed';
  readonly error: string | null;
  readonly prediction: string | null;
  /** Largest first. */
  readonly probabilities: readonly { readonly label: string; readonly probability: number }[];
  readonly basis: 'held-out' | 'new' | null;
  /** Null until answered. */
  readonly certainty: Certainty | null;
  /** Null until answered, and where there is too little to compare with. */
  readonly difference: Difference | null;
  readonly nearest: readonly {
    readonly path: string;
    readonly label: string;
    readonly distance: number;
    readonly thumb: string | null;
  }[];
}

export interface PredictionState {
  /** Which model answers; null = none yet. */
  readonly model: {
    readonly datasetName: string;
    readonly run: string;
    readonly backbone: string;
    readonly accuracy: number | null;
  } | null;
  /** Whether the fine-tuned network also looks at changed views of each picture; null = none answers, so there is no choice. */
  readonly isAugmented: boolean | null;
  /** 'no-run' offers Train first. */
  readonly state: 'ready' | 'no-dataset' | 'no-run' | 'busy' | 'error';
  readonly message: string | null;
  /** A sentence when the pictures of late are of another kind than the model's own. */
  readonly drift: string | null;
  /** All answers in a few lines, by predicted class. */
  readonly classes: readonly ClassSummary[];
  /** Newest first. */
  readonly cards: readonly PredictionCard[];
}

export const tableFormats = ['csv', 'jsonl'] as const;
export type TableFormat = (typeof tableFormats)[number];

export const predictionContract = {
  version: 1,
  calls: {
    open: request<null, PredictionState>(),
    /** Opens the host's file dialog. */
    pickFiles: request<null, null>(),
    predictImage: imageRequest<null>(),
    /** URIs dropped from the Explorer (text/uri-list). */
    predictUris: request<{ readonly uris: readonly string[] }, null>(),
    chooseModel: request<null, null>(),
    /** From the next picture on. */
    augment: request<{ readonly isOn: boolean }, null>(),
    train: request<null, null>(),
    clear: request<null, null>(),
    /** Ends what is being looked at; what is answered stays. */
    stop: request<null, null>(),
    /** The host asks where to. */
    save: request<{ readonly format: TableFormat }, null>(),
    /** The host asks as what, copies the picture in and offers to take it back. */
    addToDataset: request<{ readonly key: string }, null>(),
    /** Opens the review with the photos of the dataset that are most like the picture. */
    findSimilar: request<{ readonly key: string }, null>(),
    /** Which places of the picture speak for a label. */
    look: request<
      { readonly key: string; readonly label: string; readonly method: LookMethod; readonly cells: number },
      Look
    >(),
    openFile: request<{ readonly key: string; readonly neighbour: number | null }, null>(),
  },
  pushes: { changed: event<PredictionState>() },
} as const satisfies Contract;
export type PredictionContract = typeof predictionContract;
