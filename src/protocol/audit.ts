/** The wire of the audit: one photo at a time, nothing that tells its label or what a model thinks of it. */

import type { ItemId } from '../core/dataset/item.js';
import type { AuditResults } from '../core/review/audit.js';
import { event, request, type Contract } from './contract.js';

export interface AuditPhoto {
  readonly id: ItemId;
  /** 1,024 px; null = it could not be made. */
  readonly uri: string | null;
}

export interface AuditPage {
  readonly datasetName: string;
  /** 'no-run' offers Train; 'ready' has a photo or, when all is answered, results. */
  readonly state: 'ready' | 'no-run' | 'busy' | 'error';
  readonly message: string | null;
  readonly readOnlyReason: string | null;
  readonly vocab: readonly string[];
  readonly asked: number;
  readonly answered: number;
  /** The one asked now, then those after it, so that they are loaded when their turn comes. */
  readonly photos: readonly AuditPhoto[];
  readonly results: AuditResults | null;
}

export const auditContract = {
  version: 1,
  calls: {
    open: request<null, AuditPage>(),
    /** A null label = cannot tell. */
    answer: request<{ readonly id: ItemId; readonly label: string | null }, AuditPage>(),
    /** Takes the last answer back. */
    undo: request<null, AuditPage>(),
    train: request<null, null>(),
    review: request<null, null>(),
  },
  pushes: { changed: event<AuditPage>() },
} as const satisfies Contract;
export type AuditContract = typeof auditContract;
