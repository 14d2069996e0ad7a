/** What may arrive on the review wire. */

import type { ItemId } from '../../src/core/dataset/item.js';
import { findingKinds, type FindingKind } from '../../src/core/findings/finding.js';
import { isQueueFilter } from '../../src/core/review/filter.js';
import type {
  ReviewContract,
  ReviewFilter,
  ReviewHeader,
  ReviewOutcome,
  ReviewSnapshot,
  ReviewTile,
  ReviewView,
  TileGroup,
} from '../../src/protocol/review.js';
import type {
  Evidence,
  EvidenceList,
  EvidencePhoto,
  EvidenceTwin,
  NetworkOpinion,
} from '../../src/protocol/shownEvidence.js';
import type { Guards } from '../shared/connect.js';
import {
  isFlag,
  isNull,
  isNumber,
  isText,
  listOf,
  oneOf,
  orNull,
  recordOf,
  shape,
  type Guard,
} from '../shared/guard.js';
import { isLook } from '../shared/lookGuard.js';

const isId = isText as Guard<ItemId>;
const isSplit = oneOf('train', 'valid', 'test');
const isKind: Guard<FindingKind> = oneOf(...findingKinds);

export const isFilter: Guard<ReviewFilter> = isQueueFilter;

export const isTile = shape<ReviewTile>({
  id: isId,
  path: isText,
  copies: isNumber,
  label: orNull(isText),
  prediction: orNull(isText),
  probability: orNull(isNumber),
  labelProbability: orNull(isNumber),
  surprise: orNull(isNumber),
  suggestion: orNull(isText),
  split: orNull(isSplit),
  kinds: listOf(isKind),
  reasons: listOf(isText),
  decision: oneOf('keep', 'relabel', null),
  status: oneOf('in', 'set-aside', 'trashed'),
  folderLabel: orNull(isText),
  group: orNull(shape<TileGroup>({ key: isText, of: isNumber, isBest: isFlag })),
  thumb: orNull(isText),
});

const isHeader = shape<ReviewHeader>({
  reviewed: isNumber,
  lastWrong: orNull(shape<NonNullable<ReviewHeader['lastWrong']>>({ wrong: isNumber, of: isNumber })),
  remaining: orNull(
    shape<NonNullable<ReviewHeader['remaining']>>({ low: isNumber, high: isNumber, basis: oneOf('model', 'audit') }),
  ),
  isStoppingReasonable: isFlag,
  total: isNumber,
  pending: isNumber,
});

export const isSnapshot = shape<ReviewSnapshot>({
  version: isNumber,
  total: isNumber,
  datasetName: isText,
  run: orNull(isText),
  vocab: listOf(isText),
  counts: shape<ReviewSnapshot['counts']>({
    labels: recordOf(isNumber),
    splits: shape<ReviewSnapshot['counts']['splits']>({ train: isNumber, valid: isNumber, test: isNumber }),
    kinds: recordOf(isNumber),
    sources: recordOf(isNumber),
  }),
  filter: isFilter,
  views: listOf(shape<ReviewView>({ name: isText, filter: isFilter, count: isNumber, isOwn: isFlag })),
  alike: orNull(shape<NonNullable<ReviewSnapshot['alike']>>({ pairs: listOf(isNumber), groups: listOf(isNumber) })),
  only: orNull(shape<NonNullable<ReviewSnapshot['only']>>({ title: isText, count: isNumber })),
  header: isHeader,
  state: oneOf('ready', 'no-run', 'busy', 'stale', 'error'),
  message: orNull(isText),
  readOnlyReason: orNull(isText),
  movedUp: isNumber,
  superseded: isNumber,
  canUndo: isFlag,
  canRedo: isFlag,
});

const isOutcome = shape<ReviewOutcome>({ snapshot: isSnapshot, tiles: listOf(isTile), said: isText });

const isPhoto = shape<EvidencePhoto>({
  id: isId,
  path: isText,
  label: orNull(isText),
  distance: isNumber,
  thumb: orNull(isText),
});
const isTwin = shape<EvidenceTwin>({
  id: isId,
  path: isText,
  isThis: isFlag,
  label: orNull(isText),
  split: orNull(isSplit),
  size: orNull(shape<NonNullable<EvidenceTwin['size']>>({ width: isNumber, height: isNumber })),
  bytes: orNull(isNumber),
  source: orNull(isText),
  thumb: orNull(isText),
});
const isEvidence = shape<Evidence>({
  id: isId,
  picture: orNull(isText),
  lists: listOf(
    shape<EvidenceList>({ role: oneOf('given', 'other', 'any'), label: orNull(isText), photos: listOf(isPhoto) }),
  ),
  network: orNull(
    shape<NetworkOpinion>({ prediction: isText, probability: isNumber, labelProbability: orNull(isNumber) }),
  ),
  trouble: orNull(isText),
  twins: listOf(isTwin),
});

export const reviewGuards: Guards<ReviewContract> = {
  calls: {
    open: isSnapshot,
    rows: shape<{ readonly version: number; readonly from: number; readonly tiles: readonly ReviewTile[] }>({
      version: isNumber,
      from: isNumber,
      tiles: listOf(isTile),
    }),
    ids: shape<{ readonly version: number; readonly ids: readonly ItemId[] }>({ version: isNumber, ids: listOf(isId) }),
    setFilter: isSnapshot,
    decide: isOutcome,
    undo: isOutcome,
    redo: isOutcome,
    resort: isSnapshot,
    saveView: isSnapshot,
    removeView: isSnapshot,
    peek: shape<{ readonly uri: string | null }>({ uri: orNull(isText) }),
    listSimilar: isSnapshot,
    listAll: isSnapshot,
    evidence: isEvidence,
    look: isLook,
    train: isNull,
    openFile: isNull,
  },
  pushes: {
    changed: shape<{ readonly snapshot: ReviewSnapshot }>({ snapshot: isSnapshot }),
    thumbs: shape<{ readonly uris: readonly { readonly id: ItemId; readonly uri: string }[] }>({
      uris: listOf(shape<{ readonly id: ItemId; readonly uri: string }>({ id: isId, uri: isText })),
    }),
    reveal: shape<{ readonly id: ItemId; readonly index: number; readonly why: boolean }>({
      id: isId,
      index: isNumber,
      why: isFlag,
    }),
  },
};
