/** What gatherings have asked and tried so far, in memory and on the disk. */

import type { Candidate } from '../../core/gather/candidate.js';
import type { FetchedLine, LogLine, PageLine, SearchFailedLine } from '../../core/gather/logLine.js';
import type { GatherRow } from '../../core/gather/report.js';
import type { GatherFiles } from '../../ports/dataset.js';

const keyOf = (...parts: readonly (string | null)[]): string => JSON.stringify(parts);

export class GatherLog {
  readonly #files: GatherFiles;
  readonly #pages = new Map<string, PageLine>();
  readonly #searches: (PageLine | SearchFailedLine)[] = [];
  readonly #rows = new Map<string, GatherRow>();
  readonly #fetched = new Map<string, FetchedLine>();
  #unwritten: LogLine[] = [];
  #writing: Promise<void> = Promise.resolve();

  private constructor(files: GatherFiles) {
    this.#files = files;
  }

  static async open(files: GatherFiles): Promise<GatherLog> {
    const log = new GatherLog(files);
    for (const line of await files.readLog()) log.#take(line);
    return log;
  }

  /** Resolves when the lines are written. Throws what the disk refuses. */
  add(...lines: readonly LogLine[]): Promise<void> {
    for (const line of lines) this.#take(line);
    // What comes while a write is under way goes together in the next.
    this.#unwritten.push(...lines);
    const written = this.#writing.then(() => this.#write());
    this.#writing = written.catch(() => undefined);
    return written;
  }

  pageOf(search: Pick<PageLine, 'provider' | 'query' | 'licence' | 'cursor'>): PageLine | null {
    return this.#pages.get(keyOf(search.provider, search.query, search.licence, search.cursor)) ?? null;
  }

  /** Pages and failures in the order they came. */
  get searches(): readonly (PageLine | SearchFailedLine)[] {
    return this.#searches;
  }

  rowOf(label: string, url: string): GatherRow | null {
    return this.#rows.get(keyOf(label, url)) ?? null;
  }

  /** The last row of each label and URL, in the order they were first tried. */
  get rows(): readonly GatherRow[] {
    return [...this.#rows.values()];
  }

  /** A file that came and was not judged. */
  fetchedOf(label: string, url: string): FetchedLine | null {
    return this.#fetched.get(keyOf(label, url)) ?? null;
  }

  /** Names of files under way that are still of use. */
  get partNames(): ReadonlySet<string> {
    return new Set([...this.#fetched.values()].map(({ part }) => part));
  }

  /** The candidate that stands behind a URL, as its search told it. */
  candidateOf(url: string): Candidate | null {
    for (const page of this.#pages.values()) {
      const found = page.candidates.find((candidate) => candidate.imageUrl === url);
      if (found) return found;
    }
    return null;
  }

  async #write(): Promise<void> {
    const lines = this.#unwritten;
    this.#unwritten = [];
    if (lines.length > 0) await this.#files.appendLog(lines);
  }

  #take(line: LogLine): void {
    switch (line.kind) {
      case 'page':
        this.#pages.set(keyOf(line.provider, line.query, line.licence, line.cursor), line);
        this.#searches.push(line);
        break;
      case 'search-failed':
        this.#searches.push(line);
        break;
      case 'fetched':
        this.#fetched.set(keyOf(line.label, line.url), line);
        break;
      case 'row':
        this.#rows.set(keyOf(line.row.label, line.row.url), line.row);
        this.#fetched.delete(keyOf(line.row.label, line.row.url));
        break;
    }
  }
}
