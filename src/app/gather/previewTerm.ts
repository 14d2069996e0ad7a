import type { Candidate } from '../../core/gather/candidate.js';
import { allows, type LicencePolicy } from '../../core/gather/licence.js';
import type { Web } from '../../ports/web.js';
import { providerNamed } from './providerNamed.js';
import { askProvider } from './searcher.js';

export interface PreviewRequest {
  readonly provider: string;
  readonly query: string;
  readonly licence: LicencePolicy;
  readonly key: string | null;
  /** Null = the provider's own address. */
  readonly baseUrl: string | null;
  readonly count: number;
}

export interface Preview {
  readonly candidates: readonly Candidate[];
  /** Why there are fewer than asked for; null = there simply are no more. */
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly notes: readonly string[];
}

/** Pages at most: a licence filter may leave little of each. */
const mostPages = 3;

/** The first candidates that a term gives under the licence policy; downloads nothing. Throws `usage` (no such provider), `cancelled`. */
export const previewTerm = async (web: Web, request: PreviewRequest, signal?: AbortSignal): Promise<Preview> => {
  const { query, licence, key, baseUrl, count } = request;
  const provider = providerNamed(request.provider);
  const candidates: Candidate[] = [];
  const notes = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < mostPages && candidates.length < count; page++) {
    const search = { query, cursor, licence, baseUrl: baseUrl ?? provider.defaultBaseUrl, key };
    const outcome = await askProvider(web, provider, search, signal);
    if (!outcome.ok) {
      const failure = { code: outcome.failure, message: outcome.message };
      return { candidates: candidates.slice(0, count), failure, notes: [...notes] };
    }
    const found = outcome.page;
    candidates.push(...found.candidates.filter((one) => allows(licence, one.licence)));
    for (const note of found.notes) notes.add(note);
    cursor = found.next;
    if (cursor === null) break;
  }
  return { candidates: candidates.slice(0, count), failure: null, notes: [...notes] };
};
