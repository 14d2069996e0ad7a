/** What the confusion page knows and does. */

import { byCodePoint } from '../../src/base/compare.js';
import type { ConfusionContract, ConfusionState } from '../../src/protocol/confusion.js';
import type { Wire } from '../shared/connect.js';
import type { Navigation } from '../shared/navigation.js';
import { PageModel } from '../shared/pageModel.js';

export type Column = 'label' | 'precision' | 'recall' | 'f1' | 'support';
export interface Sort {
  readonly by: Column;
  readonly isDescending: boolean;
}
/** Row and column of the roving focus; −1 = the heading cell. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}
export interface Place {
  readonly sort: Sort;
  readonly cell: CellPlace;
}
export type PerClass = ConfusionState['perClass'][number];

export class ConfusionModel extends PageModel {
  state: ConfusionState | null = null;
  sort: Sort = { by: 'recall', isDescending: false };
  cell: CellPlace = { row: 0, column: 0 };
  readonly #wire: Wire<ConfusionContract>;
  readonly #place: Navigation<Place>;

  constructor(wire: Wire<ConfusionContract>, place: Navigation<Place>, redraw: () => void) {
    super(redraw);
    this.#wire = wire;
    this.#place = place;
  }

  async open(): Promise<void> {
    const kept = this.#place.read();
    if (kept) ({ sort: this.sort, cell: this.cell } = kept);
    await this.attempt(async () => this.changed(await this.#wire.call('open', null)));
  }

  changed(state: ConfusionState): void {
    this.state = state;
    this.cell = this.#within(this.cell);
    this.redraw();
  }

  async showCell(actual: string | null, predicted: string | null): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('showCell', { actual, predicted });
      this.said = 'Shown in the review.';
    });
  }

  async train(): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('train', null);
    });
  }

  moveTo(cell: CellPlace): void {
    this.cell = this.#within(cell);
    this.#keep();
    this.redraw();
  }

  /** The cell that a key leads to; null when the key moves nothing. */
  cellAfter(key: string): CellPlace | null {
    const { row, column } = this.cell;
    const last = (this.state?.vocab.length ?? 0) - 1;
    const steps: Readonly<Record<string, CellPlace>> = {
      ArrowRight: { row, column: column + 1 },
      ArrowLeft: { row, column: column - 1 },
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      Home: { row, column: 0 },
      End: { row, column: last },
      'Ctrl+Home': { row: 0, column: 0 },
      'Ctrl+End': { row: last, column: last },
      PageDown: { row: row + 10, column },
      PageUp: { row: Math.max(0, row - 10), column },
    };
    return Object.hasOwn(steps, key) ? this.#within(steps[key] ?? this.cell) : null;
  }

  sortBy(by: Column): void {
    this.sort = { by, isDescending: this.sort.by === by ? !this.sort.isDescending : by === 'support' };
    this.#keep();
    this.redraw();
  }

  /** Classes in the chosen order; unknown figures last, ties by name. */
  sortedClasses(): PerClass[] {
    const { by, isDescending } = this.sort;
    const sign = isDescending ? -1 : 1;
    return [...(this.state?.perClass ?? [])].sort((a, b) => {
      if (by === 'label') return sign * byCodePoint(a.label, b.label);
      const [x, y] = [a[by], b[by]];
      if (x === null || y === null) return x === y ? byCodePoint(a.label, b.label) : x === null ? 1 : -1;
      return x === y ? byCodePoint(a.label, b.label) : sign * (x - y);
    });
  }

  #keep(): void {
    this.#place.write({ sort: this.sort, cell: this.cell });
  }

  #within({ row, column }: CellPlace): CellPlace {
    const last = (this.state?.vocab.length ?? 0) - 1;
    const side = (at: number): number => Math.min(last, Math.max(-1, at));
    const place = { row: side(row), column: side(column) };
    // The corner above the row headings is no button.
    return place.row < 0 && place.column < 0 ? { row: 0, column: 0 } : place;
  }
}

/** 0 (nothing) to 5: a fifth of the row each; a cell that holds anything is at least 1. */
export const heat = (count: number, rowTotal: number): number =>
  count === 0 || rowTotal === 0 ? 0 : Math.max(1, Math.ceil((5 * count) / rowTotal));
