/** The panels of one kind, one a dataset: opened once, restored after a reload, closed with their dataset. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../../base/scope.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { PanelType } from '../commandIds.js';
import type { Datasets } from '../datasets.js';

/** A panel as its family needs it. */
export interface DatasetPanel extends Disposable {
  readonly dataset: OpenDataset;
  readonly wire: { readonly panel: vscode.WebviewPanel };
}

export interface PanelKind {
  readonly type: PanelType;
  readonly titleOf: (dataset: OpenDataset) => string;
}

/**
 * @param goesOn the panel stands in for a tab that was there before: a reload kept it, or left it asleep.
 * @param restored the panel that a reload kept.
 */
export type MakePanel<P> = (dataset: OpenDataset, goesOn: boolean, restored?: vscode.WebviewPanel) => P;

export class PanelFamily<P extends DatasetPanel> implements Disposable {
  readonly #scope = new Scope();
  readonly #panels = new Map<OpenDataset, P>();
  readonly #kind: PanelKind;
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
          if (dataset) this.#keep(this.#make(dataset, true, restored));
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
    const added = this.#keep(this.#make(dataset, asleep.length > 0));
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
    if (!this.#panels.has(dataset)) this.#keep(this.#make(dataset, true));
  }

  dispose(): void {
    this.#scope.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #keep(added: P): P {
    const { dataset } = added;
    const before = this.#panels.get(dataset);
    this.#panels.set(dataset, added);
    added.wire.panel.onDidDispose(() => {
      added.dispose();
      if (this.#panels.get(dataset) === added) this.#panels.delete(dataset);
    });
    before?.wire.panel.dispose();
    return added;
  }

  /**
   * Tabs that a reload left in the background: VS Code wakes such a panel when somebody looks at it, and tells
   * nobody of it before. One of them beside a new panel would be a second one of the same dataset.
   */
  #asleep(title: string): readonly vscode.Tab[] {
    if (this.panels.some(({ wire }) => wire.panel.title === title)) return [];
    return vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(
        ({ input, label }) =>
          // The editor puts a prefix of its own before the type.
          input instanceof vscode.TabInputWebview && input.viewType.endsWith(this.#kind.type) && label === title,
      );
  }
}
