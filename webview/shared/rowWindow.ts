/** Which rows of a long list exist in the document: those in sight, and those around the one that has the keyboard. */

import { layOut, rowsInView, rowTop, type Geometry } from './gridGeometry.js';

/** What was measured on the screen, in pixels. */
export interface View {
  /** How far the list's upper edge lies above that of the part that scrolls; negative = below it. */
  readonly above: number;
  readonly height: number;
  readonly rowHeight: number;
}

/** Until something was drawn to measure. */
const unseen: View = { above: 0, height: 0, rowHeight: 27 };
/** Enough for the next Tab to find a row, and for a quick scroll to show no gap. */
const overscan = 8;

export class RowWindow {
  #view = unseen;
  /** The row that has the keyboard; null = none has. */
  held: number | null = null;

  /** True when other rows are to be drawn than before, or elsewhere. */
  see(view: View, total: number): boolean {
    const before = this.of(total);
    const height = this.height(total);
    this.#view = view.rowHeight > 0 ? view : { ...view, rowHeight: this.#view.rowHeight };
    const now = this.of(total);
    // A list that is taller than a browser scrolls is drawn elsewhere with every step.
    if (this.height(total) < total * this.#view.rowHeight) return true;
    return height !== this.height(total) || before.length !== now.length || before.some((row, at) => row !== now[at]);
  }

  /** Indices of the rows to draw, ascending. */
  of(total: number): readonly number[] {
    const { first, last } = rowsInView(this.#at(total), this.#scrollTop, overscan);
    const wanted = new Set<number>();
    for (let row = first; row <= last; row++) wanted.add(row);
    if (this.held !== null) {
      const end = Math.min(total - 1, this.held + overscan);
      for (let row = Math.max(0, this.held - overscan); row <= end; row++) wanted.add(row);
    }
    return [...wanted].sort((a, b) => a - b);
  }

  /** Pixels, of all rows together. */
  height(total: number): number {
    return this.#at(total).scrollHeight;
  }

  /** Pixels from the list's upper edge. */
  top(row: number, total: number): number {
    return rowTop(this.#at(total), row, this.#scrollTop);
  }

  /** For `indexAfterKey` and `scrollTopShowing`. */
  geometry(total: number): Geometry {
    return this.#at(total);
  }

  get #scrollTop(): number {
    return Math.max(0, this.#view.above);
  }

  #at(total: number): Geometry {
    const { height, rowHeight } = this.#view;
    return layOut(total, { width: 1, height }, { minWidth: 1, height: rowHeight });
  }
}
