/** What may arrive on the confusion wire. */

import type { ConfusionContract, ConfusionState } from '../../src/protocol/confusion.js';
import type { Guards } from '../shared/connect.js';
import { isNull, isNumber, isText, listOf, oneOf, orNull, shape, type Guard } from '../shared/guard.js';

const hasShape = shape<ConfusionState>({
  datasetName: isText,
  run: orNull(isText),
  vocab: listOf(isText),
  matrix: listOf(listOf(isNumber)),
  mostConfused: listOf(
    shape<ConfusionState['mostConfused'][number]>({ actual: isText, predicted: isText, count: isNumber }),
  ),
  perClass: listOf(
    shape<ConfusionState['perClass'][number]>({
      label: isText,
      precision: orNull(isNumber),
      recall: orNull(isNumber),
      f1: orNull(isNumber),
      support: isNumber,
    }),
  ),
  accuracy: orNull(isNumber),
  state: oneOf('ready', 'no-run', 'busy', 'error'),
  message: orNull(isText),
});

/** Square, too: a row and a column for each class, or no matrix at all. */
export const isConfusionState: Guard<ConfusionState> = (value): value is ConfusionState => {
  if (!hasShape(value)) return false;
  const side = value.matrix.length;
  return (side === 0 || side === value.vocab.length) && value.matrix.every((row) => row.length === side);
};

export const confusionGuards: Guards<ConfusionContract> = {
  calls: { open: isConfusionState, showCell: isNull, train: isNull },
  pushes: { changed: isConfusionState },
};
