/** The panels of one kind, one a dataset: opened once, restored after a reload, closed with their dataset. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../../base/scope.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { PanelType } from '../commandIds.js';
import type { Datasets } from '../datasets.js';
import { restoredFrom, sleepingTabs, type Origin } from './origin.js';

/** A panel as its family needs it. */
export interface DatasetPanel extends Disposable {
  readonly dataset: OpenDataset;
  readonly wire: { readonly panel: vscode.WebviewPanel };
}

export interface PanelKind {
  readonly type: PanelType;
  readonly titleOf: (dataset: OpenDataset) => string;
}

export type MakePanel<P> = (dataset: OpenDataset, origin: Origin) => P;

export class PanelFamily<P extends DatasetPanel> implements Disposable {
  readonly #scope = new Scope();
  readonly #panels = new Map<OpenDataset, P>();
  readonly #kind: PanelKind;
  /** Titles of the panels that have been awake in this window. */
  readonly #woken = new Set<string>();
  readonly #make: MakePanel<P>;

  constructor(kind: PanelKind, datasets: Datasets, make: MakePanel<P>) {
    this.#kind = kind;
    this.#make = make;
    this.#scope.add(
      vscode.window.registerWebviewPanelSerializer(kind.type, {
        deserializeWebviewPanel: async (restored: vscode.WebviewPanel) => {
          // Who opens the panel anew meanwhile closes this one as a sleeping one.
          const closed = new AbortController();
          restored.onDidDispose(() => closed.abort());
          await datasets.restore();
          if (closed.signal.aborted) return;
          // Its title is all that VS Code keeps for us.
          const dataset = datasets.list().find((one) => kind.titleOf(one) === restored.title);
          if (dataset) this.#keep(this.#make(dataset, restoredFrom(restored)));
          else restored.dispose();
        },
      }),
    );
  }

  get panels(): readonly P[] {
    return [...this.#panels.values()];
  }

  /** The panel of a dataset, opened when there is none. */
  of(dataset: OpenDataset): P {
    const open = this.#panels.get(dataset);
    if (open) return open;
    const asleep = this.#asleep(this.#kind.titleOf(dataset));
    const added = this.#keep(this.#make(dataset, { goesOn: asleep.length > 0, restored: null }));
    if (asleep.length > 0) void vscode.window.tabGroups.close(asleep, true);
    return added;
  }

  /** Brings the panel of a dataset forward. */
  show(dataset: OpenDataset): P {
    const panel = this.of(dataset);
    panel.wire.panel.reveal(undefined, false);
    return panel;
  }

  /** In the place of a panel that was closed with its dataset, which was opened anew. */
  again(dataset: OpenDataset): void {
    if (!this.#panels.has(dataset)) this.#keep(this.#make(dataset, { goesOn: true, restored: null }));
  }

  dispose(): void {
    this.#scope.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #keep(added: P): P {
    const { dataset } = added;
    const before = this.#panels.get(dataset);
    this.#woken.add(this.#kind.titleOf(dataset));
    this.#panels.set(dataset, added);
    added.wire.panel.onDidDispose(() => {
      added.dispose();
      if (this.#panels.get(dataset) === added) this.#panels.delete(dataset);
    });
    before?.wire.panel.dispose();
    return added;
  }

  #asleep(title: string): readonly vscode.Tab[] {
    // Only a reload puts a panel to sleep; a tab of one that was awake is one that is just being closed.
    return this.#woken.has(title) ? [] : sleepingTabs(this.#kind.type, title);
  }
}
