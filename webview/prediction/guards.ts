/** What may arrive on the prediction wire. */

import type { PredictionCard, PredictionContract, PredictionState } from '../../src/protocol/prediction.js';
import type { Guards } from '../shared/connect.js';
import { isNull, isNumber, isText, listOf, oneOf, orNull, shape } from '../shared/guard.js';

const isCard = shape<PredictionCard>({
  key: isText,
  name: isText,
  path: orNull(isText),
  thumb: orNull(isText),
  state: oneOf('busy', 'done', 'failed'),
  error: orNull(isText),
  prediction: orNull(isText),
  probabilities: listOf(shape<PredictionCard['probabilities'][number]>({ label: isText, probability: isNumber })),
  basis: oneOf('held-out', 'new', null),
  certainty: oneOf('sure', 'unsure', 'unseen', null),
  nearest: listOf(
    shape<PredictionCard['nearest'][number]>({
      path: isText,
      label: isText,
      distance: isNumber,
      thumb: orNull(isText),
    }),
  ),
});

export const isPredictionState = shape<PredictionState>({
  model: orNull(
    shape<NonNullable<PredictionState['model']>>({
      datasetName: isText,
      run: isText,
      backbone: isText,
      accuracy: orNull(isNumber),
    }),
  ),
  state: oneOf('ready', 'no-dataset', 'no-run', 'busy', 'error'),
  message: orNull(isText),
  cards: listOf(isCard),
});

export const predictionGuards: Guards<PredictionContract> = {
  calls: {
    open: isPredictionState,
    pickFiles: isNull,
    predictImage: isNull,
    predictUris: isNull,
    chooseModel: isNull,
    train: isNull,
    clear: isNull,
    openFile: isNull,
  },
  pushes: { changed: isPredictionState },
};
