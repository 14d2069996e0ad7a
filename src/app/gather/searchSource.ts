/** The candidates of a class: its terms at its providers, taken in turn, so that first results come first. */

import type { Candidate } from '../../core/gather/candidate.js';
import { allows, type LicencePolicy } from '../../core/gather/licence.js';
import type { Provider } from '../../core/gather/provider.js';
import type { GatherRow } from '../../core/gather/report.js';
import type { CandidateSource } from './classRun.js';
import type { GatherLog } from './gatherLog.js';
import type { Searcher } from './searcher.js';

/** Pages in a row that bring nothing new; a provider that goes on so will not stop. */
const patience = 3;

class TermStream {
  readonly #searcher: Searcher;
  readonly #provider: Provider;
  readonly #query: string;
  readonly #seen = new Set<string>();
  #waiting: Candidate[] = [];
  /** Undefined = before the first page; null = after the last. */
  #cursor: string | null | undefined;
  isCut = false;

  constructor(searcher: Searcher, provider: Provider, query: string) {
    this.#searcher = searcher;
    this.#provider = provider;
    this.#query = query;
  }

  async next(): Promise<Candidate | null> {
    for (let fruitless = 0; this.#waiting.length === 0; fruitless++) {
      if (this.#cursor === null || fruitless === patience) return null;
      const page = await this.#searcher.page(this.#provider, this.#query, this.#cursor ?? null);
      if (!page) {
        this.isCut = true;
        this.#cursor = null;
        return null;
      }
      this.#waiting = page.candidates.filter(({ imageUrl }) => !this.#seen.has(imageUrl));
      for (const { imageUrl } of page.candidates) this.#seen.add(imageUrl);
      this.#cursor = page.next;
    }
    return this.#waiting.shift() ?? null;
  }
}

export interface SearchedClass {
  readonly label: string;
  readonly terms: readonly string[];
  readonly wanted: number;
  readonly licence: LicencePolicy;
  readonly providers: readonly Provider[];
  readonly isRetry?: (row: GatherRow) => boolean;
}

export const searchSource = (
  { label, terms, wanted, licence, providers, isRetry }: SearchedClass,
  searcher: Searcher,
  log: GatherLog,
): CandidateSource => {
  const streams = terms.flatMap((term) => providers.map((provider) => new TermStream(searcher, provider, term)));
  const open = [...streams];
  let at = 0;
  const anyNext = async (): Promise<Candidate | null> => {
    while (open.length > 0) {
      at %= open.length;
      const candidate = await open[at]!.next();
      if (!candidate) {
        open.splice(at, 1);
        continue;
      }
      at++;
      return candidate;
    }
    return null;
  };
  return {
    label,
    wanted,
    ...(isRetry ? { isRetry } : {}),
    isCut: () => streams.some((stream) => stream.isCut),
    next: async () => {
      for (;;) {
        const candidate = await anyNext();
        if (!candidate || allows(licence, candidate.licence)) return candidate;
        if (!log.rowOf(label, candidate.imageUrl))
          await log.add({ kind: 'row', row: unlicensed(label, candidate, licence) });
      }
    },
  };
};

const unlicensed = (label: string, candidate: Candidate, policy: LicencePolicy): GatherRow => {
  const { provider, query, rank, imageUrl: url, licence } = candidate;
  const message =
    licence === null
      ? `Its licence is not known, so it does not pass "${policy}"; it was not fetched.`
      : `Its licence (${licence}) does not pass "${policy}"; it was not fetched.`;
  const nothing = { status: null, bytes: 0, type: null, redirectedTo: null, attempts: 0, path: null, lookAlike: null };
  const at = new Date().toISOString();
  return { label, provider, query, rank, url, outcome: 'rejected', reason: 'licence', message, ...nothing, at };
};
