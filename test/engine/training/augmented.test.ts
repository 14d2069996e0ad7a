/** What the augmentation page shows is what training sees: small pictures of one photo, drawn by the trainer's own code. */

import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { augmentPresets } from '../../../src/core/image/augment/augmentSettings.js';
import { drawAugmentation } from '../../../src/core/image/augment/drawAugmentation.js';
import { renderAugmented } from '../../../src/core/image/augment/renderAugmented.js';
import { EngineProcess } from '../../../src/node/engineProcess.js';
import { bundleEngine } from '../engineBundle.js';
import { idOf, newFolder, silentLog } from '../fixtures.js';

let engine: EngineProcess | null = null;
afterAll(() => engine?.dispose());

describe('pictures of an augmentation', () => {
  it(
    'are those that training draws, kept as thumbnails; a photo that does not decode has none',
    { timeout: 240_000 },
    async () => {
      const bundle = await bundleEngine('augmented');
      engine = new EngineProcess({ bundle, nodePath: null, rung: 'auto', log: silentLog });
      const [width, height, side] = [60, 48, 40];
      const rgb = Uint8Array.from({ length: 3 * width * height }, (_, at) => (at * 37) % 256);
      const bytes = await sharp(rgb, { raw: { width, height, channels: 3 } })
        .blur(3)
        .png()
        .toBuffer();
      const file = path.join(newFolder(), 'photo.png');
      writeFileSync(file, bytes);
      const cacheDir = newFolder();
      const pictures = [
        { settings: augmentPresets.none, seed: 0 },
        ...[1, 2, 3].map((seed) => ({ settings: augmentPresets.strong, seed })),
      ];
      const job = { id: idOf(bytes), file, side, cacheDir, pictures };
      const paths = (await engine.augmented(job))!;
      expect(new Set(paths).size).toBe(4);
      expect(paths.every((each) => path.dirname(each) === path.join(cacheDir, 'thumbnails', 'preview'))).toBe(true);
      const whole = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const picture = { rgb: new Uint8Array(whole.data), width, height };
      for (const [at, { settings, seed }] of pictures.entries()) {
        const planes = renderAugmented(picture, drawAugmentation(settings, width, height, seed), side);
        const shown = await sharp(paths[at]).removeAlpha().raw().toBuffer();
        let difference = 0;
        for (let pixel = 0; pixel < side * side; pixel++) {
          for (let channel = 0; channel < 3; channel++) {
            difference += Math.abs(shown[3 * pixel + channel]! - planes[channel * side * side + pixel]!);
          }
        }
        // WebP costs a few levels; another draw of the same photo would cost many.
        expect(difference / (3 * side * side)).toBeLessThan(settings.noise > 0 ? 16 : 6);
      }
      expect(await engine.augmented(job)).toEqual(paths);
      writeFileSync(file, 'no picture');
      expect(await engine.augmented({ ...job, id: idOf(Buffer.from('other')) })).toBeNull();
      expect(readdirSync(path.join(cacheDir, 'thumbnails', 'preview')).length).toBe(4);
    },
  );
});
