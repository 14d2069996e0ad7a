/** What may arrive on the prediction wire. */

import type { Difference } from '../../src/core/predict/difference.js';
import type { ClassSummary } from '../../src/core/predict/folderSummary.js';
import type {
  PredictionCard,
  PredictionChange,
  PredictionContract,
  PredictionOverview,
  PredictionState,
} from '../../src/protocol/prediction.js';
import type { Guards } from '../shared/connect.js';
import { isFlag, isNull, isNumber, isText, listOf, oneOf, orNull, shape, type Guard } from '../shared/guard.js';
import { isLook } from '../shared/lookGuard.js';
import { columns, type Sort } from './sorting.js';
import type { Place } from './state.js';

const isDifference = shape<Difference>({ own: isText, other: isText, margin: isNumber, percentile: isNumber });

const isSummary = shape<ClassSummary>({
  label: isText,
  photos: isNumber,
  sure: isNumber,
  unsure: isNumber,
  unseen: isNumber,
  difference: orNull(
    shape<NonNullable<ClassSummary['difference']>>({
      median: isNumber,
      low: orNull(isNumber),
      high: orNull(isNumber),
    }),
  ),
});

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
  difference: orNull(isDifference),
  nearest: listOf(
    shape<PredictionCard['nearest'][number]>({
      path: isText,
      label: isText,
      distance: isNumber,
      thumb: orNull(isText),
    }),
  ),
});

/** Where the person was when the page was hidden. */
export const isPlace = shape<Place>({
  view: oneOf('cards', 'table', null),
  sort: orNull(shape<Sort>({ by: oneOf(...columns), isDescending: isFlag })),
});

const overview: { readonly [K in keyof PredictionOverview]: Guard<PredictionOverview[K]> } = {
  model: orNull(
    shape<NonNullable<PredictionState['model']>>({
      datasetName: isText,
      run: isText,
      backbone: isText,
      accuracy: orNull(isNumber),
    }),
  ),
  isAugmented: orNull(isFlag),
  state: oneOf('ready', 'no-dataset', 'no-run', 'busy', 'error'),
  message: orNull(isText),
  drift: orNull(isText),
  classes: listOf(isSummary),
};

export const isPredictionState = shape<PredictionState>({ ...overview, revision: isNumber, cards: listOf(isCard) });

export const isPredictionChange = shape<PredictionChange>({
  ...overview,
  from: isNumber,
  revision: isNumber,
  added: listOf(isCard),
  changed: listOf(isCard),
  total: isNumber,
});

export const predictionGuards: Guards<PredictionContract> = {
  calls: {
    open: isPredictionState,
    pickFiles: isNull,
    predictImage: isNull,
    predictUris: isNull,
    chooseModel: isNull,
    augment: isNull,
    train: isNull,
    clear: isNull,
    stop: isNull,
    save: isNull,
    addToDataset: isNull,
    look: isLook,
    findSimilar: isNull,
    illustrate: isNull,
    openFile: isNull,
  },
  pushes: { changed: isPredictionChange },
};
