/** What a fine-tuning is asked for, and what that means on a dataset: its network, its photos by side, its settings. */

import { byCodePoint } from '../base/compare.js';
import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import { augmentPresets, type AugmentPreset } from '../core/image/augment/augmentSettings.js';
import { usualAugmentations } from '../core/predict/testTimeAugmentation.js';
import { groupFolds } from '../core/training/crossFit.js';
import type { FineTuneConfig } from '../ports/dataset.js';
import type { Engine } from '../ports/engine.js';
import type { BackboneRef, ViewId } from '../protocol/backbone.js';
import type { FineTuneItem, FineTuneRecipe, FineTuneSettings, TrainingDevice } from '../protocol/training.js';
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
  /** Networks that are trained after it, each without one fold of the photos; 0 = none. */
  readonly folds: number;
  /** Measures the validation photos once more with test-time augmentation. */
  readonly tta: boolean;
  readonly device: TrainingDevice;
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
  folds: 0,
  tta: false,
  device: 'auto',
  seed: 42,
  resume: null,
};

const recipeRates: Readonly<Record<FineTuneRecipe, number>> = { fastai: 2e-3, winnow: 3e-4 };
const recipeViews: Readonly<Record<FineTuneRecipe, ViewId>> = { fastai: 'crop', winnow: 'squish' };

/** `group`: the smallest id of its look-alikes; whole groups are drawn together. */
export type ArrangedItem = Omit<FineTuneItem, 'file'> & { readonly group: ItemId };

export interface ArrangedTraining {
  readonly backbone: BackboneRef;
  readonly vocab: readonly string[];
  readonly settings: FineTuneSettings;
  readonly items: readonly ArrangedItem[];
  readonly labelsAt: FineTuneConfig['labelsAt'];
  readonly notes: readonly string[];
}

/** Throws `no-images`, `bad-model`, `usage` (one fold), `too-few` (for so many folds). */
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
  const labelled = arrangement.items.flatMap(({ id, label, split, group }) =>
    label === null || split === 'test' ? [] : [{ id, label, split, group, fold: null }],
  );
  if (labelled.length === 0) {
    throw new WinnowError(
      'no-images',
      `${dataset.name} holds no photo with a label. Put photos into one folder a class, then fine-tune again.`,
    );
  }
  const items = foldedItems(labelled, options.folds, options.seed);
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
    folds: options.folds,
    augmentations: options.tta ? usualAugmentations : 0,
    augment:
      options.preset === null ? (snapshot.spec.transforms ?? augmentPresets.standard) : augmentPresets[options.preset],
    view: options.view ?? recipeViews[options.recipe],
    seed: options.seed,
    device: device.device,
  };
  const { vocab, labelsAt } = state;
  return { backbone, vocab, settings, items, labelsAt, notes: [...arrangement.notes, ...device.notes] };
};

/** Whole groups a fold; as they are with 0 folds. */
const foldedItems = (items: readonly ArrangedItem[], folds: number, seed: number): readonly ArrangedItem[] => {
  if (folds === 0) return items;
  const names = [...new Set(items.map(({ group }) => group))].sort(byCodePoint);
  if (folds < 2) throw new WinnowError('usage', 'A cross-validation needs at least 2 folds.');
  if (names.length < folds) {
    throw new WinnowError(
      'too-few',
      `${String(folds)} folds were asked for, and there are ${String(names.length)} photos that are not alike. Ask for fewer folds, or add photos.`,
    );
  }
  const numbers = new Map(names.map((name, at) => [name, at]));
  const foldOf = groupFolds(
    Int32Array.from(items, ({ group }) => numbers.get(group)!),
    folds,
    seed,
  );
  for (let fold = 0; fold < folds; fold++) {
    const others = new Set(items.filter((_, at) => foldOf[at] !== fold).map(({ label }) => label));
    if (others.size >= 2) continue;
    throw new WinnowError(
      'too-few',
      `Without the photos of fold ${String(fold + 1)} fewer than two classes are left to learn. Ask for more folds, or add photos.`,
    );
  }
  return items.map((item, at) => ({ ...item, fold: foldOf[at]! + 1 }));
};

/** Where each photo lies. Throws `not-found` when one that it learns from has gone. */
export const withFiles = (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  items: readonly ArrangedItem[],
): FineTuneItem[] => {
  const byId = itemsById(snapshot);
  return items.map(({ group: _group, ...item }) => {
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
