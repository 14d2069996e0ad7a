/** What a provider of images is: a pure request builder and a tolerant parser. Whoever sends the request is not here. */

import type { Candidate } from './candidate.js';
import type { LicencePolicy } from './licence.js';

export interface WebRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One page of one search. */
export interface Search {
  readonly query: string;
  /** Opaque, from the page before; null = the first page. */
  readonly cursor: string | null;
  readonly licence: LicencePolicy;
  /** Where the provider answers; a setting, so that a company's proxy or a test can stand there. No slash at the end. */
  readonly baseUrl: string;
  readonly key: string | null;
}

export interface ResultPage {
  /** In the provider's order; `rank` counts on from the page before. */
  readonly candidates: readonly Candidate[];
  /** Null = the source is exhausted. */
  readonly next: string | null;
  /** Sentences for a person: the provider altered the query, hid results … */
  readonly notes: readonly string[];
  /** Calls left, when the provider says so. */
  readonly quotaLeft: number | null;
}

/** What came back, whatever the status. Header names are lower case. */
export interface WebReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why a provider gave nothing: told apart from "no results". */
export type ProviderFailure =
  | 'needs-key'
  | 'bad-key'
  | 'refused'
  | 'rate-limited'
  | 'quota-used-up'
  | 'bad-query'
  | 'unavailable'
  | 'not-understood';

export type PageOutcome =
  | { readonly ok: true; readonly page: ResultPage }
  | { readonly ok: false; readonly failure: ProviderFailure; readonly message: string };

export interface Provider {
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** One line for whoever chooses: what is there, under which licences. */
  readonly about: string;
  readonly defaultBaseUrl: string;
  readonly key: {
    readonly isRequired: boolean;
    /** Environment variable of the command line. */
    readonly env: string;
    /** Where to get one. */
    readonly url: string;
  } | null;
  /** False where the provider tells no licence, so that only the policy 'any' finds something. */
  readonly tellsLicence: boolean;
  /** Images a query can give at most. */
  readonly depth: number;
  /** Images a page holds, to say how many calls a gathering takes. */
  readonly pageSize: number;
  request(search: Search): WebRequest;
  /** Never throws: what is missing or odd is left out or told. */
  parse(reply: WebReply, search: Search): PageOutcome;
}
