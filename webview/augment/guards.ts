/** What may arrive on the augmentation wire. */

import { paddings, resizes, type AugmentSettings } from '../../src/core/image/augment/augmentSettings.js';
import type { AugmentContract, AugmentPage, AugmentPictures } from '../../src/protocol/augmenting.js';
import type { Guards } from '../shared/connect.js';
import { isFlag, isNumber, isText, listOf, oneOf, orNull, shape, type Guard } from '../shared/guard.js';

const isSettings: Guard<AugmentSettings> = shape<AugmentSettings>({
  resize: oneOf(...resizes),
  minScale: isNumber,
  padding: oneOf(...paddings),
  flip: isNumber,
  isDihedral: isFlag,
  affine: isNumber,
  maxRotate: isNumber,
  maxZoom: isNumber,
  maxWarp: isNumber,
  lighting: isNumber,
  maxLighting: isNumber,
  maxSaturation: isNumber,
  maxHue: isNumber,
  erase: isNumber,
  noise: isNumber,
});
const isPage: Guard<AugmentPage> = shape<AugmentPage>({
  datasetName: isText,
  state: oneOf('ready', 'error'),
  message: orNull(isText),
  photo: orNull(shape<NonNullable<AugmentPage['photo']>>({ at: isNumber, label: orNull(isText) })),
  photos: isNumber,
  saved: orNull(isSettings),
});
const isPictures: Guard<AugmentPictures> = shape<AugmentPictures>({
  varied: orNull(listOf(isText)),
  resized: orNull(shape<NonNullable<AugmentPictures['resized']>>({ crop: isText, pad: isText, squish: isText })),
});

export const augmentGuards: Guards<AugmentContract> = {
  calls: { open: isPage, turn: isPage, draw: isPictures, save: isPage },
  pushes: { changed: isPage },
};
