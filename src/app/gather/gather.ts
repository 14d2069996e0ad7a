/** Search terms → verified, deduplicated files with provenance: the pipeline that fills a dataset. */

import { WinnowError } from '../../base/errors.js';
import type { Candidate } from '../../core/gather/candidate.js';
import type { LicencePolicy } from '../../core/gather/licence.js';
import type { GatherProgress, GatherReport } from '../../core/gather/report.js';
import type { Web } from '../../ports/web.js';
import type { OpenDataset } from '../openDataset.js';

export interface GatherOptions {
  /** Provider id → key. */
  readonly keys: Readonly<Record<string, string>>;
  /** Provider id → where it answers, instead of its own address. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /** Only these classes; absent = all of the spec. */
  readonly labels?: readonly string[];
  /** Tries again what failed before: all of it, or these URLs. */
  readonly retry?: 'failed' | readonly string[];
  readonly by?: string;
}

export type OnGather = (progress: GatherProgress) => void;

/**
 * Gathers what the spec's classes still lack, and tells every URL that was tried.
 * Throws `busy`, `read-only`, `bad-spec`, `usage`, `disk-full`, `cancelled`; what is done is kept, and the next call goes on from there.
 */
export const gather = async (
  _dataset: OpenDataset,
  _web: Web,
  _options: GatherOptions,
  _onProgress?: OnGather,
  _signal?: AbortSignal,
): Promise<GatherReport> => Promise.reject(new WinnowError('internal', 'gathering is being built'));

/** What all gatherings so far have tried, from the journal and the log; fetches nothing. */
export const readGatherReport = async (_dataset: OpenDataset): Promise<GatherReport> =>
  Promise.reject(new WinnowError('internal', 'gathering is being built'));

export interface PreviewRequest {
  readonly provider: string;
  readonly query: string;
  readonly licence: LicencePolicy;
  readonly key: string | null;
  readonly baseUrl: string | null;
  readonly count: number;
}

export interface Preview {
  readonly candidates: readonly Candidate[];
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly notes: readonly string[];
}

/** The first candidates that a term gives; downloads nothing. */
export const previewTerm = async (_web: Web, _request: PreviewRequest, _signal?: AbortSignal): Promise<Preview> =>
  Promise.reject(new WinnowError('internal', 'gathering is being built'));
