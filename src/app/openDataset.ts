/** An open dataset: what lies in its folder, what its journal says, and its runs; kept until something changes. */

import type { Disposable } from '../base/scope.js';
import type { DatasetSpec } from '../core/dataset/spec.js';
import type { Scan } from '../core/dataset/item.js';
import type { Entry } from '../core/journal/entry.js';
import type { DatasetState } from '../core/journal/state.js';
import type { DatasetStore, RunConfig } from '../ports/dataset.js';
import type { Engine } from '../ports/engine.js';
import type { Log } from '../ports/log.js';

export interface DatasetSnapshot {
  readonly spec: DatasetSpec;
  readonly scan: Scan;
  readonly entries: readonly Entry[];
  readonly state: DatasetState;
  /** Finished runs, newest first. */
  readonly runs: readonly RunConfig[];
}

export declare class OpenDataset implements Disposable {
  constructor(store: DatasetStore, engine: Engine, log: Log);
  readonly store: DatasetStore;
  readonly engine: Engine;
  readonly log: Log;
  /** The folder's name, for people. */
  readonly name: string;
  /** After the snapshot has become another one (decision here or elsewhere, files, runs). */
  readonly onDidChange: (listener: (snapshot: DatasetSnapshot) => void) => Disposable;
  /** As last read; reads at the first call. */
  snapshot(signal?: AbortSignal): Promise<DatasetSnapshot>;
  /** Reads spec, folder, journal and runs again. */
  refresh(signal?: AbortSignal): Promise<DatasetSnapshot>;
  /** Reads the journal and the runs again, not the folder: cheap, after each decision and each second while a window shows it. */
  reread(): Promise<DatasetSnapshot>;
  dispose(): void;
}
