/** What may arrive on the audit wire. */

import type { AuditAccuracy, AuditResults, Share } from '../../src/core/review/audit.js';
import type { AuditContract, AuditPage, AuditPhoto } from '../../src/protocol/audit.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import type { Guards } from '../shared/connect.js';
import { isNull, isNumber, isText, listOf, oneOf, orNull, shape, type Guard } from '../shared/guard.js';

const isShare = shape<Share>({ count: isNumber, of: isNumber, low: isNumber, high: isNumber });
const isRange = shape<{ readonly low: number; readonly high: number }>({ low: isNumber, high: isNumber });
const isItemId = (value: unknown): value is ItemId => isText(value);

export const isAuditPage: Guard<AuditPage> = shape<AuditPage>({
  datasetName: isText,
  state: oneOf('ready', 'no-run', 'busy', 'error'),
  message: orNull(isText),
  readOnlyReason: orNull(isText),
  vocab: listOf(isText),
  asked: isNumber,
  answered: isNumber,
  photos: listOf(shape<AuditPhoto>({ id: isItemId, uri: orNull(isText) })),
  results: orNull(
    shape<AuditResults>({
      judged: isNumber,
      cannotTell: isNumber,
      wrongBefore: isShare,
      wrongNow: isShare,
      remaining: orNull(isRange),
      images: isNumber,
      mended: isNumber,
      accuracy: orNull(
        shape<AuditAccuracy>({
          before: isShare,
          after: isShare,
          difference: isRange,
          verdict: oneOf('better', 'worse', 'cannot-tell'),
        }),
      ),
    }),
  ),
});

export const auditGuards: Guards<AuditContract> = {
  calls: { open: isAuditPage, answer: isAuditPage, undo: isAuditPage, train: isNull, review: isNull },
  pushes: { changed: isAuditPage },
};
