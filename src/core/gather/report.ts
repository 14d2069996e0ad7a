/** What a gathering tells: how it goes while it runs, and every URL it tried afterwards. */

/** Why an image that was found is not in the dataset (or not yet). `failed` ones may be tried again; `rejected` ones would fail again. */
export interface GatherRow {
  readonly label: string;
  readonly provider: string;
  readonly query: string;
  readonly rank: number;
  readonly url: string;
  readonly outcome: 'gathered' | 'rejected' | 'failed';
  /** A stable word: a `FetchFailure`, a `BadReason`, 'too-small', 'animated', 'exact-duplicate', 'near-duplicate', 'licence'; null when gathered. */
  readonly reason: string | null;
  /** A sentence for a person. */
  readonly message: string;
  readonly status: number | null;
  readonly bytes: number;
  /** By magic number, e.g. 'jpeg', 'html'; null when nothing came. */
  readonly type: string | null;
  /** Where redirects led; null when there was none. */
  readonly redirectedTo: string | null;
  readonly attempts: number;
  /** Relative to the dataset folder; null unless gathered. */
  readonly path: string | null;
  /** Gathered, but 7–10 bits of perceptual hash from this one: look at both. */
  readonly lookAlike: string | null;
  readonly at: string;
}

export interface ProviderTally {
  readonly id: string;
  readonly calls: number;
  readonly found: number;
  readonly quotaLeft: number | null;
  /** Null = all went well; else why it gave no more, as a `ProviderFailure` or `FetchFailure`, and a sentence. */
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly notes: readonly string[];
}

export type ClassState = 'waiting' | 'searching' | 'downloading' | 'done' | 'exhausted' | 'stopped';

export interface ClassTally {
  readonly label: string;
  readonly terms: readonly string[];
  readonly wanted: number;
  /** In the dataset now, earlier gatherings included. */
  readonly gathered: number;
  readonly found: number;
  readonly downloading: number;
  readonly verified: number;
  /** By reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly state: ClassState;
}

/** How a gathering stands, told while it runs. */
export interface GatherProgress {
  readonly classes: readonly ClassTally[];
  readonly providers: readonly ProviderTally[];
}

export interface GatherReport {
  readonly classes: readonly ClassTally[];
  readonly providers: readonly ProviderTally[];
  /** Terms of two classes that return the same images. */
  readonly overlaps: readonly {
    readonly labels: readonly [string, string];
    readonly images: number;
    readonly message: string;
  }[];
  readonly rows: readonly GatherRow[];
  readonly timingMs: number;
}
