/** The gather log: what searches answered and what became of each URL, so that a resumed gathering repeats nothing. */

import { isRecord } from '../../base/record.js';
import type { Candidate } from './candidate.js';
import type { LicencePolicy } from './licence.js';
import type { GatherRow } from './report.js';

/** One page of one search: what a resumed gathering reads instead of asking again. */
export interface PageLine {
  readonly kind: 'page';
  readonly provider: string;
  readonly query: string;
  readonly licence: LicencePolicy;
  readonly cursor: string | null;
  readonly candidates: readonly Candidate[];
  readonly next: string | null;
  readonly notes: readonly string[];
  readonly quotaLeft: number | null;
}

/** A search that gave nothing; the next gathering asks again. */
export interface SearchFailedLine {
  readonly kind: 'search-failed';
  readonly provider: string;
  readonly query: string;
  readonly code: string;
  readonly message: string;
}

/** A file that has come and is not judged yet: after a crash it is used, not fetched again. */
export interface FetchedLine {
  readonly kind: 'fetched';
  readonly label: string;
  readonly url: string;
  /** Name in the folder of files under way. */
  readonly part: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly status: number;
  readonly finalUrl: string;
  readonly attempts: number;
}

export interface RowLine {
  readonly kind: 'row';
  readonly row: GatherRow;
}

export type LogLine = PageLine | SearchFailedLine | FetchedLine | RowLine;

const hasTexts = (value: Record<string, unknown>, ...keys: readonly string[]): boolean =>
  keys.every((key) => typeof value[key] === 'string');

/** Whether a line is one that can be used; the log is disposable, so what is odd is simply left out. */
export const isLogLine = (value: unknown): value is LogLine => {
  if (!isRecord(value)) return false;
  switch (value['kind']) {
    case 'page':
      return (
        hasTexts(value, 'provider', 'query', 'licence') &&
        Array.isArray(value['candidates']) &&
        value['candidates'].every((one) => isRecord(one) && hasTexts(one, 'provider', 'imageUrl')) &&
        Array.isArray(value['notes'])
      );
    case 'search-failed':
      return hasTexts(value, 'provider', 'query', 'code', 'message');
    case 'fetched':
      return hasTexts(value, 'label', 'url', 'part', 'sha256', 'finalUrl');
    case 'row':
      return isRecord(value['row']) && hasTexts(value['row'], 'label', 'provider', 'url', 'outcome', 'message');
    default:
      return false;
  }
};
