/** What a fine-tuning is asked for, and what that means on a dataset: its network, its photos by side, its settings. */

import { WinnowError } from '../base/errors.js';
import { augmentPresets, type AugmentPreset } from '../core/image/augment/augmentSettings.js';
import type { FineTuneConfig } from '../ports/dataset.js';
import type { Engine } from '../ports/engine.js';
import type { BackboneRef, ViewId } from '../protocol/backbone.js';
import type { FineTuneItem, FineTuneRecipe, FineTuneSettings } from '../protocol/training.js';
import { arrangeSides } from './arrangeSides.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { itemsById } from './snapshotItems.js';
import { chooseDevice, type StartEngine } from './trainingDevice.js';

export interface FineTuneOptions {
  readonly backbone: string | null;
  readonly normalise: 'signed' | 'imagenet' | 'unit' | null;
  readonly size: number | null;
  readonly recipe: FineTuneRecipe;
  readonly epochs: number;
  readonly freezeEpochs: number;
  /** Null = the recipe's own. */
  readonly rate: number | null;
  /** Null = 64 on a GPU, 16 on the CPU. */
  readonly batch: number | null;
  /** Null = what winnow.json says, else 'standard'. */
  readonly preset: AugmentPreset | null;
  /** What it is measured by and answers by; null = the recipe's own. */
  readonly view: ViewId | null;
  readonly labelSmoothing: number;
  readonly mixup: number;
  /** Epochs without a lower validation loss after which it ends; 0 = never. */
  readonly patience: number;
  readonly device: 'auto' | 'cpu' | 'webgpu';
  readonly seed: number;
  /** An unfinished one to go on with; its own settings hold. */
  readonly resume: string | null;
}

export const defaultFineTuneOptions: FineTuneOptions = {
  backbone: null,
  normalise: null,
  size: null,
  recipe: 'winnow',
  epochs: 3,
  freezeEpochs: 1,
  rate: null,
  batch: null,
  preset: null,
  view: null,
  labelSmoothing: 0,
  mixup: 0,
  patience: 0,
  device: 'auto',
  seed: 42,
  resume: null,
};

const recipeRates: Readonly<Record<FineTuneRecipe, number>> = { fastai: 2e-3, winnow: 3e-4 };
const recipeViews: Readonly<Record<FineTuneRecipe, ViewId>> = { fastai: 'crop', winnow: 'squish' };

export interface ArrangedTraining {
  readonly backbone: BackboneRef;
  readonly vocab: readonly string[];
  readonly settings: FineTuneSettings;
  readonly items: readonly Omit<FineTuneItem, 'file'>[];
  readonly labelsAt: FineTuneConfig['labelsAt'];
  readonly notes: readonly string[];
}

/** Throws `no-images`, `bad-model`. */
export const arrangeTraining = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  options: FineTuneOptions,
  tools: { readonly engine: Engine; readonly startEngine: StartEngine; readonly signal: AbortSignal | undefined },
): Promise<ArrangedTraining> => {
  const { backbone: wanted, normalise, size } = options;
  const backbone = await tools.engine.resolveBackbone({ backbone: wanted, normalise, size }, tools.signal);
  const arrangement = await arrangeSides(dataset, snapshot);
  const { state } = await dataset.reread();
  const items = arrangement.items.flatMap(({ id, label, split }) =>
    label === null || split === 'test' ? [] : [{ id, label, split }],
  );
  if (items.length === 0) {
    throw new WinnowError(
      'no-images',
      `${dataset.name} holds no photo with a label. Put photos into one folder a class, then fine-tune again.`,
    );
  }
  const device = await chooseDevice(options.device, tools.startEngine);
  const settings: FineTuneSettings = {
    recipe: options.recipe,
    epochs: options.epochs,
    freezeEpochs: options.freezeEpochs,
    rate: options.rate ?? recipeRates[options.recipe],
    batch: options.batch ?? (device.device === 'cpu' ? 16 : 64),
    weightDecay: 0.01,
    labelSmoothing: options.labelSmoothing,
    mixup: options.mixup,
    patience: options.patience,
    augment:
      options.preset === null ? (snapshot.spec.transforms ?? augmentPresets.standard) : augmentPresets[options.preset],
    view: options.view ?? recipeViews[options.recipe],
    seed: options.seed,
    device: device.device,
  };
  const { vocab, labelsAt } = state;
  return { backbone, vocab, settings, items, labelsAt, notes: [...arrangement.notes, ...device.notes] };
};

/** Where each photo lies. Throws `not-found` when one that it learns from has gone. */
export const withFiles = (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  items: readonly Omit<FineTuneItem, 'file'>[],
): FineTuneItem[] => {
  const byId = itemsById(snapshot);
  return items.map((item) => {
    const at = byId.get(item.id)?.at;
    if (at === undefined) {
      throw new WinnowError(
        'not-found',
        'A photo that this fine-tuning learns from is not in the folder any more. Put it back, or start a new fine-tuning.',
      );
    }
    return { ...item, file: dataset.store.absolute(at) };
  });
};
