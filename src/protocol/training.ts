/** Fine-tuning over the wire: what is asked, what is told while it runs, what comes of it. */

import type { ItemId, Split } from '../core/dataset/item.js';
import type { AugmentSettings } from '../core/image/augment/augmentSettings.js';
import type { FinderPoint } from '../core/training/rateFinder.js';
import type { BackboneRef, Recipe, ViewId } from './backbone.js';

export type FineTuneRecipe = 'winnow' | 'fastai';

/**
 * How a trained network looks at a photo when it answers: 'crop' = the middle square; 'squish' = the whole photo, larger
 * than in training, averaged with its mirror image inside the model file.
 */
export interface AnswerView {
  readonly kind: ViewId;
  /** Of the square that goes in, pixels. */
  readonly side: number;
}

/** 'cuda' = by TensorFlow.js, where a user has installed it; 'auto' = the CPU for the engine, the best that is right for who asks. */
export const trainingDevices = ['auto', 'cpu', 'webgpu', 'cuda'] as const;
export type TrainingDevice = (typeof trainingDevices)[number];
/** One that computes, whoever chose it. */
export type ComputingDevice = Exclude<TrainingDevice, 'auto'>;

export interface FineTuneSettings {
  readonly recipe: FineTuneRecipe;
  /** Of the whole network. */
  readonly epochs: number;
  /** Of the head alone, before. */
  readonly freezeEpochs: number;
  /** Highest learning rate of the head; fastai's `base_lr`. */
  readonly rate: number;
  readonly batch: number;
  readonly weightDecay: number;
  /** 0–1. */
  readonly labelSmoothing: number;
  /** α of the Beta distribution; 0 = no two photos are mixed. */
  readonly mixup: number;
  readonly augment: AugmentSettings;
  /** What it is measured by, and answers by. */
  readonly view: ViewId;
  /** Epochs without a lower loss on the validation photos after which it ends; 0 = never. Folds take all their epochs. */
  readonly patience: number;
  /** Networks trained after the one that ships, each without one fold of the photos, which it then answers about; 0 = none. */
  readonly folds: number;
  /** Views changed at random by which the validation photos are measured once more; 0 = not. */
  readonly augmentations: number;
  readonly seed: number;
  readonly device: TrainingDevice;
}

export interface FineTuneItem {
  readonly id: ItemId;
  /** Absolute. */
  readonly file: string;
  /** Index into vocab. */
  readonly label: number;
  /** 'train' is learned from, 'valid' only measured; 'test' never comes here. */
  readonly split: Exclude<Split, 'test'>;
  /** From 1; a group never straddles two. Null without folds. */
  readonly fold: number | null;
}

export interface FineTuneJob {
  readonly run: string;
  /** Exists; checkpoints in it are gone on with. */
  readonly runDir: string;
  readonly backbone: BackboneRef;
  readonly vocab: readonly string[];
  readonly items: readonly FineTuneItem[];
  readonly settings: FineTuneSettings;
}

/** Pictures of one photo as training would see it. */
export interface AugmentedJob {
  readonly id: ItemId;
  /** Absolute. */
  readonly file: string;
  /** Of the square, pixels. */
  readonly side: number;
  readonly cacheDir: string;
  readonly pictures: readonly { readonly settings: AugmentSettings; readonly seed: number }[];
}

/** What a search for a learning rate is asked. */
export type FindRateJob = Pick<FineTuneJob, 'backbone' | 'vocab' | 'items' | 'settings'> & {
  /** fastai takes 100. */
  readonly steps: number;
};

export interface FindRateEvent extends FinderPoint {
  /** From 1. */
  readonly step: number;
  readonly steps: number;
}

export interface FindRateResult {
  readonly engine: string;
  readonly batch: number;
  /** In order of the rate. */
  readonly points: readonly FinderPoint[];
  /** Highest rate of the head to train with; null = the losses suggest none. */
  readonly suggestion: number | null;
  readonly timingMs: number;
}

/** One row of the table of epochs. */
export interface EpochRow {
  /** From 1; epoch 0 is the network before its first step. */
  readonly epoch: number;
  readonly isFrozen: boolean;
  /** Nats, over the augmented photos of the epoch; null at epoch 0. */
  readonly trainLoss: number | null;
  /** Nats and share right on the validation photos, as the network answers; null without any. */
  readonly validLoss: number | null;
  readonly accuracy: number | null;
  readonly seconds: number;
}

export interface StepEvent {
  readonly epoch: number;
  readonly epochs: number;
  /** Of all steps, from 1. */
  readonly step: number;
  readonly steps: number;
  /** Nats, smoothed as fastai does. */
  readonly loss: number;
  /** Of the head. */
  readonly rate: number;
  readonly momentum: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
  readonly rssMb: number;
  /** Share of the time in which the device computed, 0–1. */
  readonly busy: number;
}

/** Which of several trainings tells something: 0 = the network that ships, which is trained first; then the folds. */
export interface FoldPlace {
  readonly at: number;
  readonly of: number;
}

/** `secondsLeft` of a step counts the trainings that are still to come. `fold` is null where there is only one training. */
export type TrainingEvent = TrainingNews & { readonly fold: FoldPlace | null };

/** What one training tells. */
export type TrainingNews =
  | { readonly kind: 'start'; readonly engine: string; readonly batch: number; readonly resumedAt: number | null }
  | ({ readonly kind: 'step' } & StepEvent)
  | ({ readonly kind: 'epoch' } & EpochRow)
  | { readonly kind: 'notice'; readonly message: string };

export interface SelfTestResult {
  /** What computed, with the reason where it is not what was asked for. */
  readonly provider: string;
  /** Largest difference of any weight after the steps, over the largest weight; null = the device is not there. */
  readonly difference: number | null;
  /** Milliseconds of a step of a wider network there and on the CPU, the middle of ten; null = not asked, or not right. */
  readonly pace: { readonly device: number; readonly cpu: number } | null;
}

/** The largest `difference` of a device that is trusted. */
export const mostApart = 1e-2;

export interface FineTuneResult {
  readonly engine: string;
  readonly batch: number;
  readonly epochs: readonly EpochRow[];
  /** The epoch whose weights were kept. */
  readonly kept: number;
  /** Why it ended before its last epoch; null = it did not. */
  readonly endedEarly: 'asked' | 'no-better' | 'not-a-number' | null;
  readonly validation: {
    readonly items: number;
    readonly accuracy: number | null;
    readonly loss: number | null;
    /** The same photos, also looked at changed at random; null where that was not asked for. */
    readonly tta?: { readonly augmentations: number; readonly accuracy: number; readonly loss: number } | null;
  };
  /** By which the logits are divided. */
  readonly temperature: number;
  /** In the run folder. */
  readonly model: string;
  readonly sha256: string;
  readonly recipe: Recipe;
  /** Runs of before this was chosen have none: they answer about the middle square of `recipe.size`. */
  readonly view?: AnswerView;
  readonly timingMs: number;
}

/** `validation.json` of a fine-tuning: labels as it was trained, probabilities by class. */
export interface ValidationRows {
  readonly rows: readonly { readonly id: ItemId; readonly label: number; readonly probabilities: readonly number[] }[];
}

/** `out-of-fold.json`: what networks that had not seen a photo's fold answer about it. */
export interface OutOfFoldRows {
  readonly rows: readonly (ValidationRows['rows'][number] & { readonly fold: number })[];
  /** In order of the fold: what was chosen for it on the others. */
  readonly chosen: readonly { readonly epoch: number; readonly temperature: number }[];
}
