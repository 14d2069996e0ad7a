/** What may arrive on the health wire. */

import { findingKinds } from '../../src/core/findings/finding.js';
import type { HealthClass, HealthReport, LeftOutHealth, LookAlikeHealth } from '../../src/core/health/healthReport.js';
import type { CleaningReport, Flip } from '../../src/core/health/cleaning.js';
import type { CollectReport, ConfusedPair, NextToLabel } from '../../src/core/health/collectReport.js';
import type { ClassCurve } from '../../src/core/health/learningCurve.js';
import type { LeftOutPart, LeftOutReport } from '../../src/core/health/leftOut.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import type { EntryRef } from '../../src/core/journal/entry.js';
import type { Calibration, CalibrationBin } from '../../src/core/metrics/calibrationBins.js';
import type { GroupedShare, Interval } from '../../src/core/metrics/groupedBootstrap.js';
import type { HealthContract, HealthState } from '../../src/protocol/health.js';
import { isAuditResults } from '../shared/auditGuard.js';
import type { Guards } from '../shared/connect.js';
import { isFlag, isNull, isNumber, isText, listOf, oneOf, orNull, shape, type Guard } from '../shared/guard.js';

const isEntryRef = (value: unknown): value is EntryRef => isText(value);
const isInterval = shape<Interval>({ low: isNumber, high: isNumber });

const isLeftOut = shape<LeftOutReport>({
  parts: isNumber,
  photos: isNumber,
  notCounted: isNumber,
  ordinary: isNumber,
  leftOut: isNumber,
  atRandom: isNumber,
  gap: isInterval,
  gapBeyondRandom: isInterval,
  isGap: isFlag,
  worst: listOf(shape<LeftOutPart>({ name: isText, photos: isNumber, ordinary: isNumber, leftOut: isNumber })),
});
const hasFields = shape<{ known: LeftOutReport | null; missing: string | null }>({
  known: orNull(isLeftOut),
  missing: orNull(isText),
});
/** One of the two, never none. */
const isLeftOutHealth: Guard<LeftOutHealth> = (value): value is LeftOutHealth =>
  hasFields(value) && (value.known === null) !== (value.missing === null);

const isItemId = (value: unknown): value is ItemId => isText(value);
const isFlip = shape<Flip>({
  id: isItemId,
  path: isText,
  label: isText,
  isAudited: isFlag,
  before: isText,
  now: isText,
});
const isCleaning = shape<CleaningReport>({
  relabelled: isNumber,
  trashed: isNumber,
  setAside: isNumber,
  mended: isNumber,
  relabels: listOf(shape<CleaningReport['relabels'][number]>({ from: isText, to: isText, count: isNumber })),
  audit: shape<CleaningReport['audit']>({ asked: isNumber, answered: isNumber, results: orNull(isAuditResults) }),
  flips: orNull(
    shape<NonNullable<CleaningReport['flips']>>({
      toRight: isNumber,
      toWrong: isNumber,
      nowRight: listOf(isFlip),
      nowWrong: listOf(isFlip),
    }),
  ),
});

const isReport = shape<HealthReport>({
  name: isText,
  run: orNull(isText),
  labelsAt: orNull(isEntryRef),
  images: isNumber,
  labelled: isNumber,
  findings: listOf(shape<HealthReport['findings'][number]>({ kind: oneOf(...findingKinds), count: isNumber })),
  properties: listOf(isText),
  shortcuts: listOf(isText),
  classes: listOf(
    shape<HealthClass>({
      label: isText,
      photos: isNumber,
      precision: orNull(isNumber),
      recall: orNull(isNumber),
      recallInterval: orNull(isInterval),
    }),
  ),
  accuracy: orNull(shape<GroupedShare>({ value: isNumber, of: isNumber, low: isNumber, high: isNumber })),
  calibration: orNull(
    shape<Calibration>({
      bins: listOf(
        shape<CalibrationBin>({
          count: isNumber,
          predicted: isNumber,
          observed: isNumber,
          low: isNumber,
          high: isNumber,
        }),
      ),
      rows: isNumber,
      error: isNumber,
      perfectError: isNumber,
    }),
  ),
  lookAlikes: shape<LookAlikeHealth>({
    pairs: isNumber,
    straddling: isNumber,
    accuracyTogether: orNull(isNumber),
    accuracyAlone: orNull(isNumber),
    difference: orNull(isInterval),
  }),
  sites: isLeftOutHealth,
  products: isLeftOutHealth,
  cleaning: isCleaning,
});

export const isHealthState: Guard<HealthState> = shape<HealthState>({
  datasetName: isText,
  state: oneOf('ready', 'no-run', 'busy', 'stale', 'error'),
  message: orNull(isText),
  report: orNull(isReport),
});

const isCollectReport = shape<CollectReport>({
  run: isText,
  photos: isNumber,
  curves: listOf(
    shape<ClassCurve>({
      label: isText,
      photos: isNumber,
      points: listOf(shape<ClassCurve['points'][number]>({ photos: isNumber, accuracy: isNumber })),
      slope: isNumber,
      interval: isInterval,
      isAdvised: isFlag,
    }),
  ),
  pairs: listOf(shape<ConfusedPair>({ actual: isText, predicted: isText, count: isNumber, terms: listOf(isText) })),
  unlabelled: isNumber,
  next: listOf(
    shape<NextToLabel>({ id: isItemId, path: isText, prediction: orNull(isText), probability: orNull(isNumber) }),
  ),
});

export const healthGuards: Guards<HealthContract> = {
  calls: {
    open: isHealthState,
    refresh: isHealthState,
    review: isNull,
    openFile: isNull,
    audit: isNull,
    collect: isCollectReport,
    stopCollecting: isNull,
    train: isNull,
  },
  pushes: {
    changed: isHealthState,
    collecting: shape<{ readonly done: number; readonly total: number }>({ done: isNumber, total: isNumber }),
  },
};
