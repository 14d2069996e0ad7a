/** Notices what happens to a dataset from outside: files (batched), other writers' decisions (within a second while shown). */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../base/scope.js';
import type { OpenDataset } from '../app/openDataset.js';
import { changeOf, type Change } from './fileChange.js';

const batchMs = 300;
const pollMs = 1000;

export class DatasetWatch implements Disposable {
  readonly #scope = new Scope();
  readonly #dataset: OpenDataset;
  #pending: Change = 'none';
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> | undefined;
  #viewers = 0;

  constructor(dataset: OpenDataset) {
    this.#dataset = dataset;
    const base = vscode.Uri.file(dataset.store.dir);
    const watcher = this.#scope.add(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(base, '**/*')));
    const noticed = (uri: vscode.Uri): void => this.#notice(changeOf(uri.path.slice(base.path.length + 1)));
    this.#scope.add(watcher.onDidCreate(noticed));
    this.#scope.add(watcher.onDidChange(noticed));
    this.#scope.add(watcher.onDidDelete(noticed));
    // File events do not cross every mount, and another machine's clone may be synced in: while somebody looks, ask.
    const poll = setInterval(() => {
      if (this.#viewers > 0) this.#notice('journal');
    }, pollMs);
    this.#scope.add({ dispose: () => clearInterval(poll) });
    this.#scope.add({ dispose: () => clearTimeout(this.#timer) });
  }

  /** Something shows the dataset until the answer is disposed. */
  show(): Disposable {
    this.#viewers++;
    let isOver = false;
    return {
      dispose: () => {
        if (!isOver) this.#viewers--;
        isOver = true;
      },
    };
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #notice(change: Change): void {
    if (change === 'none' || this.#scope.isDisposed) return;
    if (this.#pending !== 'files') this.#pending = change;
    if (this.#timer === undefined && !this.#work) this.#timer = setTimeout(() => this.#read(), batchMs);
  }

  #read(): void {
    this.#timer = undefined;
    const change = this.#pending;
    this.#pending = 'none';
    this.#work = (change === 'files' ? this.#dataset.refresh() : this.#dataset.reread())
      .then(
        () => undefined,
        (error: unknown) => this.#dataset.log.warn(`reading ${this.#dataset.name} again failed: ${String(error)}`),
      )
      .finally(() => {
        this.#work = undefined;
        // What came while reading is read next.
        this.#notice(this.#pending);
      });
  }
}
