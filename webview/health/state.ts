/** What the health page knows and does. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { FindingKind } from '../../src/core/findings/finding.js';
import type { CollectReport } from '../../src/core/health/collectReport.js';
import type { HealthContract, HealthState } from '../../src/protocol/health.js';
import type { Wire } from '../shared/connect.js';
import type { Navigation } from '../shared/navigation.js';
import { PageModel } from '../shared/pageModel.js';

export interface Place {
  /** Names of the sections whose details are open. */
  readonly opened: readonly string[];
}

export class HealthModel extends PageModel {
  state: HealthState | null = null;
  isBusy = false;
  /** What to collect next, once it was worked out. */
  collected: CollectReport | null = null;
  isCollecting = false;
  progress: { readonly done: number; readonly total: number } | null = null;
  #opened = new Set<string>();
  readonly #wire: Wire<HealthContract>;
  readonly #place: Navigation<Place>;

  constructor(wire: Wire<HealthContract>, place: Navigation<Place>, redraw: () => void) {
    super(redraw);
    this.#wire = wire;
    this.#place = place;
  }

  async open(): Promise<void> {
    this.#opened = new Set(this.#place.read()?.opened);
    await this.#ask('open');
  }

  /** Makes the report anew. */
  async refresh(): Promise<void> {
    await this.#ask('refresh');
  }

  changed(state: HealthState): void {
    this.state = state;
    this.redraw();
  }

  async review(shown: { readonly kind?: FindingKind; readonly label?: string }): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('review', { kind: shown.kind ?? null, label: shown.label ?? null });
      this.said = 'Shown in the review.';
    });
  }

  async openFile(id: ItemId): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('openFile', { id });
    });
  }

  async collect(): Promise<void> {
    this.isCollecting = true;
    this.progress = null;
    this.redraw();
    try {
      await this.attempt(async () => {
        this.collected = await this.#wire.call('collect', null);
        this.said = 'What to collect next has been worked out.';
      });
    } finally {
      this.isCollecting = false;
      this.redraw();
    }
  }

  collecting(progress: { readonly done: number; readonly total: number }): void {
    this.progress = progress;
    this.redraw();
  }

  async stopCollecting(): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('stopCollecting', null);
      this.said = 'Stopped.';
    });
  }

  async audit(): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('audit', null);
    });
  }

  async train(): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('train', null);
    });
  }

  isOpen(name: string): boolean {
    return this.#opened.has(name);
  }

  detail(name: string, isOpen: boolean): void {
    if (isOpen === this.#opened.has(name)) return;
    if (isOpen) this.#opened.add(name);
    else this.#opened.delete(name);
    this.#place.write({ opened: [...this.#opened] });
  }

  async #ask(name: 'open' | 'refresh'): Promise<void> {
    this.isBusy = true;
    this.redraw();
    try {
      await this.attempt(async () => {
        this.state = await this.#wire.call(name, null);
      });
    } finally {
      this.isBusy = false;
      this.redraw();
    }
  }
}
