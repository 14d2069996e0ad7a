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

/** All of the pane but its cards. */
export interface PredictionOverview {
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
}

export interface PredictionState extends PredictionOverview {
  /** Grows with whatever changes. */
  readonly revision: number;
  /** Newest first. */
  readonly cards: readonly PredictionCard[];
}

/** What leads from one revision to a later one. */
export interface PredictionChange extends PredictionOverview {
  /** A page that stands at another revision has missed something: it opens again. */
  readonly from: number;
  readonly revision: number;
  /** New ones, in this order on top of those that were there. */
  readonly added: readonly PredictionCard[];
  /** Each takes the place of the card with its key. */
  readonly changed: readonly PredictionCard[];
  /** How many there are now: the oldest ones beyond have left. */
  readonly total: number;
}

/** Cards whose thumbnails are asked for at once: more are hardly in sight. */
export const maxIllustrated = 100;

export const tableFormats = ['csv', 'jsonl'] as const;
export type TableFormat = (typeof tableFormats)[number];

export const predictionContract = {
  version: 2,
  calls: {
    /** Everything, as of now; the changes that follow lead on from there. */
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
    /** Cards that came into sight: their thumbnails are made, and come as changes. */
    illustrate: request<{ readonly keys: readonly string[] }, null>(),
    openFile: request<{ readonly key: string; readonly neighbour: number | null }, null>(),
  },
  /** A few times a second at most. */
  pushes: { changed: event<PredictionChange>() },
} as const satisfies Contract;
export type PredictionContract = typeof predictionContract;
