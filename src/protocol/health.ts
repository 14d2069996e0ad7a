/** The wire of the health page: how the dataset is, and what it would do differently. Shares are 0–1. */

import type { FindingKind } from '../core/findings/finding.js';
import type { ItemId } from '../core/dataset/item.js';
import type { CollectReport } from '../core/health/collectReport.js';
import type { HealthReport } from '../core/health/healthReport.js';
import { event, request, type Contract } from './contract.js';

export interface HealthState {
  readonly datasetName: string;
  /** 'stale': something changed since the report was made; 'no-run': the report knows only what needs no model. */
  readonly state: 'ready' | 'no-run' | 'busy' | 'stale' | 'error';
  readonly message: string | null;
  readonly report: HealthReport | null;
}

export const healthContract = {
  version: 1,
  calls: {
    /** Makes the report where there is none of these labels yet: seconds for thousands of photos. */
    open: request<null, HealthState>(),
    /** Makes it anew. */
    refresh: request<null, HealthState>(),
    /** Shows the photos of a kind of finding, or of a class, in the review; both null = all. */
    review: request<{ readonly kind: FindingKind | null; readonly label: string | null }, null>(),
    openFile: request<{ readonly id: ItemId }, null>(),
    audit: request<null, null>(),
    /** Takes a while; `collecting` tells how far it is. */
    collect: request<null, CollectReport>(),
    stopCollecting: request<null, null>(),
    train: request<null, null>(),
  },
  pushes: {
    changed: event<HealthState>(),
    collecting: event<{ readonly done: number; readonly total: number }>(),
  },
} as const satisfies Contract;
export type HealthContract = typeof healthContract;
