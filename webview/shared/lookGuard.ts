/** What may arrive as a heat map. */

import type { Look, Place } from '../../src/protocol/evidence.js';
import { isFlag, isNumber, isText, listOf, oneOf, orNull, shape } from './guard.js';

const isPlace = shape<Place>({ x: isNumber, y: isNumber, width: isNumber, height: isNumber });

export const isLook = shape<Look>({
  method: oneOf('activation', 'occlusion'),
  label: isText,
  rows: isNumber,
  columns: isNumber,
  values: listOf(isNumber),
  region: isPlace,
  probability: isNumber,
  strongest: isPlace,
  without: orNull(isNumber),
  isHeldOut: isFlag,
  whyNoActivation: orNull(isText),
});
