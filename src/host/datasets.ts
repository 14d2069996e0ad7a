/** The datasets that are open in this window: several at once, remembered across reloads. */

import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type * as vscode from 'vscode';
import { Emitter } from '../base/emitter.js';
import { Scope, type Disposable } from '../base/scope.js';
import type { OpenDataset } from '../app/openDataset.js';
import type { DatasetWatch } from './datasetWatch.js';
import type { OutputLog } from './outputLog.js';

export interface Opened {
  readonly dataset: OpenDataset;
  readonly watch: DatasetWatch;
}
export type Opener = (dir: string) => Promise<Opened>;

const rememberedKey = 'winnow.datasets';

export class Datasets implements Disposable {
  readonly #scope = new Scope();
  readonly #listChanged = this.#scope.add(new Emitter<null>());
  readonly #contentChanged = this.#scope.add(new Emitter<OpenDataset>());
  /** After one was opened or closed. */
  readonly onDidChangeList = this.#listChanged.event;
  /** After a dataset's snapshot has become another one. */
  readonly onDidChangeContent = this.#contentChanged.event;

  /** By folder, the last used one last. */
  readonly #open = new Map<string, Opened>();
  readonly #opening = new Map<string, Promise<OpenDataset>>();
  readonly #opener: Opener;
  readonly #memory: vscode.Memento;
  readonly #log: OutputLog;
  #restored: Promise<void> | undefined;
  #isRestoring = false;

  constructor(opener: Opener, memory: vscode.Memento, log: OutputLog) {
    this.#opener = opener;
    this.#memory = memory;
    this.#log = log;
  }

  /** In the order of their names. */
  list(): readonly OpenDataset[] {
    return [...this.#open.values()]
      .map(({ dataset }) => dataset)
      .sort((a, b) => a.name.localeCompare(b.name) || a.store.dir.localeCompare(b.store.dir));
  }

  get lastUsed(): OpenDataset | null {
    return [...this.#open.values()].at(-1)?.dataset ?? null;
  }

  /** What was open before a reload has been opened again, or cannot be. */
  get isRestored(): boolean {
    return this.#restored !== undefined && !this.#isRestoring;
  }

  get hasRemembered(): boolean {
    return this.#remembered().length > 0;
  }

  find(dir: string): OpenDataset | null {
    return this.#open.get(path.resolve(dir))?.dataset ?? null;
  }

  /** Opens a folder, or answers the dataset that is open on it. Throws what reading it throws. */
  async open(dir: string): Promise<OpenDataset> {
    const folder = path.resolve(dir);
    const known = this.#open.get(folder)?.dataset;
    if (known) {
      this.use(known);
      return known;
    }
    const running = this.#opening.get(folder) ?? this.#load(folder);
    this.#opening.set(folder, running);
    try {
      return await running;
    } finally {
      this.#opening.delete(folder);
    }
  }

  close(dataset: OpenDataset): void {
    const opened = this.#open.get(dataset.store.dir);
    if (opened?.dataset !== dataset) return;
    this.#open.delete(dataset.store.dir);
    opened.watch.dispose();
    dataset.dispose();
    void this.#remember();
    this.#listChanged.fire(null);
  }

  /** Opens every dataset anew, with what it may do now; their panels close with the old ones. */
  async reopen(): Promise<void> {
    const open = [...this.#open.values()];
    const dirs = open.map(({ dataset }) => dataset.store.dir);
    for (const { dataset } of open) this.close(dataset);
    for (const dir of dirs) await this.open(dir);
  }

  /** Makes it the last used one. */
  use(dataset: OpenDataset): void {
    const opened = this.#open.get(dataset.store.dir);
    if (!opened) return;
    this.#open.delete(dataset.store.dir);
    this.#open.set(dataset.store.dir, opened);
    void this.#remember();
  }

  /** Reads it again at least each second until the answer is disposed. */
  show(dataset: OpenDataset): Disposable {
    return this.#open.get(dataset.store.dir)?.watch.show() ?? { dispose: () => undefined };
  }

  /** The dataset whose folder holds the file, the nearest first; one that is not open yet is opened. Null = none. */
  async nearest(file: string): Promise<OpenDataset | null> {
    await this.restore();
    for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
      const known = this.find(dir);
      if (known) return known;
      if (existsSync(path.join(dir, '.winnow', 'runs')) || existsSync(path.join(dir, 'winnow.json'))) {
        return this.open(dir);
      }
      if (dir === path.dirname(dir)) return null;
    }
  }

  /** Opens what was open before the window was reloaded; a folder that is gone is forgotten with a line in the log. */
  restore(): Promise<void> {
    this.#restored ??= (async () => {
      this.#isRestoring = true;
      for (const dir of this.#remembered()) {
        try {
          await this.open(dir);
        } catch (error) {
          this.#log.warn(`the dataset ${dir} could not be opened again: ${String(error)}`);
        }
      }
      this.#isRestoring = false;
      this.#listChanged.fire(null);
    })();
    return this.#restored;
  }

  dispose(): void {
    for (const { dataset, watch } of this.#open.values()) {
      watch.dispose();
      dataset.dispose();
    }
    this.#open.clear();
    this.#scope.dispose();
  }

  async #load(folder: string): Promise<OpenDataset> {
    const opened = await this.#opener(existsSync(folder) ? realpathSync.native(folder) : folder);
    const { dataset } = opened;
    const twin = this.#open.get(dataset.store.dir);
    if (twin) {
      opened.watch.dispose();
      dataset.dispose();
      return twin.dataset;
    }
    try {
      await dataset.snapshot();
    } catch (error) {
      opened.watch.dispose();
      dataset.dispose();
      throw error;
    }
    this.#scope.add(dataset.onDidChange(() => this.#contentChanged.fire(dataset)));
    this.#open.set(dataset.store.dir, opened);
    void this.#remember();
    this.#listChanged.fire(null);
    return dataset;
  }

  #remembered(): readonly string[] {
    const value = this.#memory.get<unknown>(rememberedKey);
    return Array.isArray(value) ? value.filter((dir): dir is string => typeof dir === 'string') : [];
  }

  async #remember(): Promise<void> {
    // A window that ends half-way through a restore must not forget the other half.
    if (this.#isRestoring) return;
    await this.#memory.update(rememberedKey, [...this.#open.keys()]);
  }
}
