/** What may arrive on the audit wire. */

import type { AuditContract, AuditPage, AuditPhoto } from '../../src/protocol/audit.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { isAuditResults } from '../shared/auditGuard.js';
import type { Guards } from '../shared/connect.js';
import { isNull, isNumber, isText, listOf, oneOf, orNull, shape, type Guard } from '../shared/guard.js';

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
  results: orNull(isAuditResults),
});

export const auditGuards: Guards<AuditContract> = {
  calls: { open: isAuditPage, answer: isAuditPage, undo: isAuditPage, train: isNull, review: isNull },
  pushes: { changed: isAuditPage },
};
