/** What may arrive on the training wire. */

import type {
  CurvePoint,
  FineTuningContract,
  FineTuningPage,
  FlipShown,
  OutOfFoldShown,
  PastFineTune,
  RateSearch,
  RunShown,
  ShownComparison,
  ShownResult,
} from '../../src/protocol/fineTuning.js';
import type { FinderPoint } from '../../src/core/training/rateFinder.js';
import type { EpochRow, FoldPlace, StepEvent } from '../../src/protocol/training.js';
import type { Guards } from '../shared/connect.js';
import { isFlag, isNull, isNumber, isText, listOf, oneOf, orNull, shape, type Guard } from '../shared/guard.js';

const isStep = shape<StepEvent>({
  epoch: isNumber,
  epochs: isNumber,
  step: isNumber,
  steps: isNumber,
  loss: isNumber,
  rate: isNumber,
  momentum: isNumber,
  imagesPerSecond: isNumber,
  secondsLeft: isNumber,
  rssMb: isNumber,
  busy: isNumber,
});
const isEpoch = shape<EpochRow>({
  epoch: isNumber,
  isFrozen: isFlag,
  trainLoss: orNull(isNumber),
  validLoss: orNull(isNumber),
  accuracy: orNull(isNumber),
  seconds: isNumber,
});
const isOutOfFold = shape<OutOfFoldShown>({
  folds: isNumber,
  photos: isNumber,
  accuracy: isNumber,
  low: isNumber,
  high: isNumber,
  predictor: orNull(isNumber),
  together: orNull(isNumber),
});
const isRun = shape<RunShown>({
  run: isText,
  by: oneOf('held-out', 'out-of-fold', 'validation'),
  accuracy: isNumber,
  low: isNumber,
  high: isNumber,
});
const isFlip = shape<FlipShown>({ path: isText, label: isText, before: isText, after: isText });

export const isFineTuningPage: Guard<FineTuningPage> = shape<FineTuningPage>({
  datasetName: isText,
  state: oneOf('idle', 'running', 'error'),
  message: orNull(isText),
  run: orNull(isText),
  engine: orNull(isText),
  isStopping: isFlag,
  fold: orNull(shape<FoldPlace>({ at: isNumber, of: isNumber })),
  progress: orNull(isStep),
  curve: listOf(shape<CurvePoint>({ step: isNumber, loss: isNumber, rate: isNumber })),
  epochs: listOf(isEpoch),
  notices: listOf(isText),
  result: orNull(
    shape<ShownResult>({
      kept: isNumber,
      endedEarly: orNull(oneOf('asked', 'no-better', 'not-a-number')),
      photos: isNumber,
      accuracy: orNull(isNumber),
      predictor: orNull(isNumber),
      together: orNull(isNumber),
      outOfFold: orNull(isOutOfFold),
      answers: isFlag,
      seconds: isNumber,
    }),
  ),
  past: listOf(
    shape<PastFineTune>({
      run: isText,
      at: isText,
      backbone: isText,
      recipe: oneOf('winnow', 'fastai'),
      epochs: isNumber,
      accuracy: orNull(isNumber),
      outOfFold: orNull(isOutOfFold),
      answers: isFlag,
    }),
  ),
  unfinished: orNull(isText),
  comparison: orNull(
    shape<ShownComparison>({
      photos: isNumber,
      before: isRun,
      after: isRun,
      low: isNumber,
      high: isNumber,
      different: listOf(
        shape<ShownComparison['different'][number]>({ setting: isText, before: isText, after: isText }),
      ),
      mended: listOf(isFlip),
      broken: listOf(isFlip),
    }),
  ),
  search: orNull(
    shape<RateSearch>({
      recipe: oneOf('winnow', 'fastai'),
      isRunning: isFlag,
      steps: isNumber,
      points: listOf(shape<FinderPoint>({ rate: isNumber, loss: isNumber })),
      suggestion: orNull(isNumber),
      notes: listOf(isText),
      error: orNull(isText),
    }),
  ),
});

export const fineTuningGuards: Guards<FineTuningContract> = {
  calls: {
    open: isFineTuningPage,
    start: isNull,
    findRate: isNull,
    stopFinding: isNull,
    resume: isNull,
    stop: isNull,
    cancel: isNull,
    show: isFineTuningPage,
    compare: isFineTuningPage,
  },
  pushes: { changed: isFineTuningPage },
};
