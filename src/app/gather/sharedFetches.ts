/** An address that several classes ask for is fetched once: the next class gets a copy of what has come. */

import type { Candidate } from '../../core/gather/candidate.js';
import type { GatherFiles } from '../../ports/dataset.js';
import type { FetchOutcome } from '../../ports/web.js';

/** Brings one file into the folder. Outcomes are values. */
export type Fetch = (candidate: Candidate, folder: string, signal: AbortSignal) => Promise<FetchOutcome>;

interface Come {
  readonly outcome: Promise<FetchOutcome>;
  readonly copies: Promise<unknown>[];
  /** Where the bytes lie since they were let go of, absolute; null = nowhere. Undefined = where they came to. */
  file?: Promise<string | null>;
}

export class SharedFetches {
  readonly #files: Pick<GatherFiles, 'copyPart'>;
  readonly #fetch: Fetch;
  readonly #come = new Map<string, Come>();

  constructor(files: Pick<GatherFiles, 'copyPart'>, fetch: Fetch) {
    this.#files = files;
    this.#fetch = fetch;
  }

  /** What was thrown away meanwhile is fetched again. A copy counts no attempt. */
  async fetch(candidate: Candidate, folder: string, signal: AbortSignal): Promise<FetchOutcome> {
    const url = candidate.imageUrl;
    const before = this.#come.get(url);
    if (before) {
      const outcome = await before.outcome;
      if (!outcome.ok) return { ...outcome, attempts: 0 };
      const copying = (before.file ?? Promise.resolve(outcome.file)).then((file) =>
        file === null ? null : this.#files.copyPart(file, outcome.sha256),
      );
      before.copies.push(copying);
      const file = await copying;
      if (file !== null) return { ...outcome, file, attempts: 0 };
    }
    const outcome = this.#fetch(candidate, folder, signal);
    this.#come.set(url, { outcome, copies: [] });
    return outcome;
  }

  /**
   * Lets go of what came from an address, once nobody copies it any more.
   * @param go moves or drops the file, and tells where it lies then (absolute), null = nowhere.
   */
  async release(url: string, go: () => Promise<string | null>): Promise<void> {
    const come = this.#come.get(url);
    const gone = Promise.allSettled(come?.copies ?? []).then(go);
    if (come) come.file = gone.catch(() => null);
    await gone;
  }
}
