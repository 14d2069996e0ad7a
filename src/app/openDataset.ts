/** An open dataset: what lies in its folder, what its journal says, and its runs; kept until something changes. */

import { Emitter } from '../base/emitter.js';
import { WinnowError } from '../base/errors.js';
import type { Disposable } from '../base/scope.js';
import type { DatasetSpec } from '../core/dataset/spec.js';
import type { Scan } from '../core/dataset/item.js';
import type { Entry } from '../core/journal/entry.js';
import { movesOf } from '../core/journal/moveHistory.js';
import { replay } from '../core/journal/replay.js';
import { withSources } from '../core/gather/sources.js';
import type { DatasetState } from '../core/journal/state.js';
import type { DatasetStore, RunConfig } from '../ports/dataset.js';
import type { Engine } from '../ports/engine.js';
import type { Log } from '../ports/log.js';
import { recoverApply } from './recoverApply.js';

export interface DatasetSnapshot {
  readonly spec: DatasetSpec;
  readonly scan: Scan;
  readonly entries: readonly Entry[];
  readonly state: DatasetState;
  /** Finished runs, newest first. */
  readonly runs: readonly RunConfig[];
}

export class OpenDataset implements Disposable {
  readonly store: DatasetStore;
  readonly engine: Engine;
  readonly log: Log;
  /** The folder's name, for people. */
  readonly name: string;
  readonly #changed = new Emitter<DatasetSnapshot>();
  /** After the snapshot has become another one (decision here or elsewhere, files, runs). */
  readonly onDidChange = this.#changed.event;
  #snapshot: DatasetSnapshot | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** The first read under way, so that views that open together share it. */
  #first: Promise<DatasetSnapshot> | undefined;

  constructor(store: DatasetStore, engine: Engine, log: Log) {
    this.store = store;
    this.engine = engine;
    this.log = log;
    this.name = store.dir.split(/[/\\]/).findLast((part) => part !== '') ?? store.dir;
  }

  /** Why nothing can be decided here, as of the last read; null = decisions are possible. */
  get readOnlyReason(): string | null {
    return this.store.journal.problem?.message ?? null;
  }

  /** As last read; reads at the first call. */
  async snapshot(signal?: AbortSignal): Promise<DatasetSnapshot> {
    if (this.#snapshot) return this.#snapshot;
    this.#first ??= this.refresh(signal).finally(() => {
      this.#first = undefined;
    });
    return this.#first;
  }

  /** Reads spec, folder, journal and runs again. */
  refresh(signal?: AbortSignal): Promise<DatasetSnapshot> {
    return this.#alone(() => this.#refresh(signal));
  }

  /** Reads the journal and the runs again, not the folder: cheap, after each decision and each second while a window shows it. */
  reread(): Promise<DatasetSnapshot> {
    return this.#alone(async () => {
      const before = this.#snapshot;
      if (!before) return this.#refresh();
      const { journal, runs } = this.store;
      const entries = await journal.read();
      const list = await runs.list();
      const isSameRuns = list.length === before.runs.length && list.every((run, i) => run.run === before.runs[i]?.run);
      if (entries === before.entries && isSameRuns) return before;
      // Files have moved or come: the paths of the last scan are not true any more.
      if (countFileEntries(entries) !== countFileEntries(before.entries)) return this.#refresh();
      return this.#set({ ...before, entries, runs: list, state: replay(entries, before.scan) });
    });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #refresh(signal?: AbortSignal): Promise<DatasetSnapshot> {
    const { store } = this;
    if (store.isWritable) await this.#recover();
    const entries = await store.journal.read();
    for (const note of store.journal.takeNotes()) this.log.warn(note);
    const spec = await store.spec.read();
    const scan = withSources(await store.scanner.scan(spec, movesOf(entries), signal), spec, entries);
    const runs = await store.runs.list();
    return this.#set({ spec, scan, entries, runs, state: replay(entries, scan) });
  }

  /** Finishes an apply that a crash cut short. When somebody is applying right now, that is no crash. */
  async #recover(): Promise<void> {
    try {
      const sentence = await recoverApply(this.store);
      if (sentence !== null) this.log.info(sentence);
    } catch (error) {
      if (!WinnowError.is(error)) throw error;
      if (error.code !== 'busy') this.log.warn(error.message);
    }
  }

  #set(snapshot: DatasetSnapshot): DatasetSnapshot {
    this.#snapshot = snapshot;
    this.#changed.fire(snapshot);
    return snapshot;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(work);
    this.#queue = next.catch(() => undefined);
    return next;
  }
}

const countFileEntries = (entries: readonly Entry[]): number =>
  entries.reduce((sum, entry) => sum + (entry.kind === 'moved' || entry.kind === 'gathered' ? 1 : 0), 0);
