/** Badges on suspicious images in the Explorer, and the folders that its menu speaks of. */

import path from 'node:path';
import * as vscode from 'vscode';
import { Scope, type Disposable } from '../../base/scope.js';
import { suspicionsOf, type Suspicion } from '../../app/suspicions.js';
import type { Datasets } from '../datasets.js';
import type { OutputLog } from '../outputLog.js';
import { hasBadges } from '../settings.js';
import { factsOf } from './datasetFacts.js';

/** Decisions come in a row: one update for those of half a second. */
const batchMs = 500;
/** The editor drops what one event names beyond these. */
const eventUris = 250;
/** More than these, and asking for all of them again is cheaper. */
const maxUris = 5_000;

export class SuspicionBadges implements vscode.FileDecorationProvider, Disposable {
  readonly #scope = new Scope();
  readonly #changed = new vscode.EventEmitter<vscode.Uri[] | undefined>();
  readonly onDidChangeFileDecorations = this.#changed.event;
  readonly #datasets: Datasets;
  readonly #log: OutputLog;
  /** By absolute path. */
  #known: ReadonlyMap<string, Suspicion> = new Map();
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(datasets: Datasets, log: OutputLog) {
    this.#datasets = datasets;
    this.#log = log;
    this.#scope.add(this.#changed);
    this.#scope.add(vscode.window.registerFileDecorationProvider(this));
    this.#scope.add(datasets.onDidChangeList(() => this.#soon()));
    this.#scope.add(datasets.onDidChangeContent(() => this.#soon()));
    this.#scope.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('winnow.explorer.badges')) this.#soon();
      }),
    );
    this.#scope.add({ dispose: () => clearTimeout(this.#timer) });
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const suspicion = uri.scheme === 'file' ? this.#known.get(uri.fsPath) : undefined;
    if (!suspicion) return undefined;
    const [first = '', ...others] = suspicion.whys;
    const more =
      others.length === 0
        ? ''
        : others.length === 1
          ? vscode.l10n.t(' (and 1 more reason)')
          : vscode.l10n.t(' (and {0} more reasons)', others.length);
    return new vscode.FileDecoration(
      '?',
      vscode.l10n.t('Winnow: {0}', first) + more,
      new vscode.ThemeColor('list.warningForeground'),
    );
  }

  /** Once everything that has changed so far is shown. */
  async settled(): Promise<void> {
    if (this.#timer !== undefined) this.#now();
    await this.#work;
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#now(), batchMs);
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#work = this.#work
      .then(() => this.#update())
      .catch((error: unknown) => this.#log.error('the badges could not be worked out', error));
  }

  async #update(): Promise<void> {
    const known = new Map<string, Suspicion>();
    const folders = new Set<string>();
    for (const dataset of this.#datasets.list()) {
      const { snapshot, findings } = await factsOf(dataset);
      for (const { paths } of snapshot.scan.items) {
        for (const one of paths) folders.add(path.dirname(fileOf(dataset.store.absolute(one))));
      }
      if (!hasBadges()) continue;
      for (const [one, suspicion] of suspicionsOf(snapshot, findings)) {
        known.set(fileOf(dataset.store.absolute(one)), suspicion);
      }
    }
    if (this.#scope.isDisposed) return;
    void vscode.commands.executeCommand('setContext', 'winnow.imageFolders', [...folders]);
    const before = this.#known;
    this.#known = known;
    const changed = [...new Set([...before.keys(), ...known.keys()])].filter(
      (file) => before.get(file)?.whys.join('\n') !== known.get(file)?.whys.join('\n'),
    );
    if (changed.length > maxUris) this.#changed.fire(undefined);
    else {
      for (let from = 0; from < changed.length; from += eventUris) {
        this.#changed.fire(changed.slice(from, from + eventUris).map((file) => vscode.Uri.file(file)));
      }
    }
  }
}

/** A path as the editor writes it (drive letters). */
const fileOf = (file: string): string => vscode.Uri.file(file).fsPath;
