/** Photos and settings of a fine-tuning that takes a second or two. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { augmentPresets } from '../../../src/core/image/augment/augmentSettings.js';
import type { FineTuneItem, FineTuneSettings } from '../../../src/protocol/training.js';
import { idOf, newFolder } from '../fixtures.js';

export const tinySettings: FineTuneSettings = {
  recipe: 'winnow',
  epochs: 3,
  freezeEpochs: 1,
  rate: 1e-3,
  batch: 4,
  weightDecay: 0.01,
  labelSmoothing: 0,
  mixup: 0,
  augment: augmentPresets.standard,
  view: 'squish',
  patience: 0,
  folds: 0,
  augmentations: 0,
  seed: 1,
  device: 'cpu',
};

/** Red, green and blue photos with noise: three classes that a few steps can learn. */
export const writePhotos = async (count: number): Promise<FineTuneItem[]> => {
  const folder = newFolder();
  const items: FineTuneItem[] = [];
  for (let at = 0; at < count; at++) {
    const label = at % 3;
    const colour = { r: label === 0 ? 200 : 60, g: label === 1 ? 200 : 60, b: label === 2 ? 200 : 60 };
    const bytes = await sharp({
      create: {
        width: 48,
        height: 40,
        channels: 3,
        background: colour,
        noise: { type: 'gaussian', mean: 120 + at, sigma: 30 },
      },
    })
      .linear(0.4, label === 0 ? 90 : 0)
      .composite([{ input: { create: { width: 40, height: 30, channels: 3, background: colour } } }])
      .png()
      .toBuffer();
    const file = path.join(folder, `${String(at)}.png`);
    writeFileSync(file, bytes);
    items.push({
      id: idOf(Buffer.concat([bytes, Buffer.from([at])])),
      file,
      label,
      split: at < count * 0.75 ? 'train' : 'valid',
      fold: null,
    });
  }
  return items;
};
