/** An augmentation host in the page: thumbnails stand for what the engine would draw. */

import type { AugmentSettings } from '../../src/core/image/augment/augmentSettings.js';
import { augmentContract, type AugmentPage } from '../../src/protocol/augmenting.js';
import { serve } from './fakeWire.js';
import { vocabOf, type Scenario } from './scenario.js';

export const fakeAugment = (scenario: Scenario): void => {
  const vocab = vocabOf(scenario.classes);
  let at = 0;
  let saved: AugmentSettings | null = null;
  const shown = (): AugmentPage => ({
    datasetName: scenario.classes === 3 ? 'animals' : (vocab.at(-1) ?? ''),
    state: scenario.state === 'error' ? 'error' : 'ready',
    message: scenario.state === 'error' ? 'Something went wrong with winnow.json.' : null,
    photo: scenario.rows === 0 || scenario.state === 'error' ? null : { at, label: vocab[at % vocab.length] ?? null },
    photos: scenario.rows,
    saved,
  });
  serve(augmentContract, {
    open: () => shown(),
    turn: ({ by }) => {
      at = (at + by + scenario.rows) % scenario.rows;
      return shown();
    },
    draw: ({ seed }) => ({
      varied: Array.from({ length: 8 }, (_, each) => `/thumb/${String(at + seed + each)}.png`),
      resized: { crop: '/thumb/1.png', pad: '/thumb/2.png', squish: '/thumb/3.png' },
    }),
    save: ({ settings }) => {
      saved = settings;
      return shown();
    },
  });
};
