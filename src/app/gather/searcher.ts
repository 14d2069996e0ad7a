/** Asks providers page by page, each page once for ever: what the log has is not asked again. */

import { WinnowError } from '../../base/errors.js';
import type { LicencePolicy } from '../../core/gather/licence.js';
import type { PageLine } from '../../core/gather/logLine.js';
import type { PageOutcome, Provider, Search } from '../../core/gather/provider.js';
import type { Web } from '../../ports/web.js';
import type { GatherLog } from './gatherLog.js';

export interface SearcherOptions {
  readonly licence: LicencePolicy;
  readonly keys: Readonly<Record<string, string>>;
  readonly baseUrls: Readonly<Record<string, string>>;
}

/** What is wrong with a query alone; anything else is the provider's, and it is left in peace for the rest of the gathering. */
const ofTheQuery: ReadonlySet<string> = new Set(['bad-query', 'not-understood']);

/** One page, from the network. Never throws but `cancelled`. */
export const askProvider = async (
  web: Web,
  provider: Provider,
  search: Search,
  signal?: AbortSignal,
): Promise<PageOutcome | { readonly ok: false; readonly failure: string; readonly message: string }> => {
  if (provider.key?.isRequired && search.key === null) {
    return {
      ok: false,
      failure: 'needs-key',
      message: `${provider.title} needs a key (${provider.key.env}); get one at ${provider.key.url}. The others go on without it.`,
    };
  }
  if (!provider.tellsLicence && search.licence !== 'any') {
    return {
      ok: false,
      failure: 'licence',
      message: `${provider.title} tells no licence, so nothing of it passes "${search.licence}". Ask it with the licence "any", or leave it out.`,
    };
  }
  const answer = await web.get(provider.request(search), signal);
  return answer.ok ? provider.parse(answer.reply, search) : answer;
};

export class Searcher {
  readonly #web: Web;
  readonly #log: GatherLog;
  readonly #options: SearcherOptions;
  readonly #signal: AbortSignal | undefined;
  /** One call at a time for each provider. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #failed = new Set<string>();

  constructor(web: Web, log: GatherLog, options: SearcherOptions, signal: AbortSignal | undefined) {
    this.#web = web;
    this.#log = log;
    this.#options = options;
    this.#signal = signal;
  }

  /** Null when the provider gave none; the log says why. Throws `cancelled`, `disk-full`. */
  page(provider: Provider, query: string, cursor: string | null): Promise<PageLine | null> {
    const turn = (this.#turns.get(provider.id) ?? Promise.resolve()).then(() => this.#page(provider, query, cursor));
    this.#turns.set(
      provider.id,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #page(provider: Provider, query: string, cursor: string | null): Promise<PageLine | null> {
    const { licence, keys, baseUrls } = this.#options;
    const known = this.#log.pageOf({ provider: provider.id, query, licence, cursor });
    if (known) return known;
    if (this.#failed.has(provider.id)) return null;
    WinnowError.throwIfAborted(this.#signal, 'gather');
    const search: Search = {
      query,
      cursor,
      licence,
      baseUrl: baseUrls[provider.id] ?? provider.defaultBaseUrl,
      key: keys[provider.id] ?? null,
    };
    const outcome = await askProvider(this.#web, provider, search, this.#signal);
    if (!outcome.ok) {
      const { failure: code, message } = outcome;
      if (!ofTheQuery.has(code)) this.#failed.add(provider.id);
      await this.#log.add({ kind: 'search-failed', provider: provider.id, query, code, message });
      return null;
    }
    const line: PageLine = { kind: 'page', provider: provider.id, query, licence, cursor, ...outcome.page };
    await this.#log.add(line);
    return line;
  }
}
