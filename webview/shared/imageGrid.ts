/** A virtualised ARIA grid of equal cells: only the rows in view (and the focused one) exist in the document. */

import { html, nothing, render, type TemplateResult } from 'lit';
import {
  indexAfterKey,
  layOut,
  rowsInView,
  rowTop,
  scrollTopOf,
  scrollTopShowing,
  type Geometry,
} from './gridGeometry.js';

export interface Cell {
  readonly content: TemplateResult;
  /** What assistive technology reads. */
  readonly name: string;
  readonly className: string;
  readonly isSelected: boolean;
  readonly isBusy: boolean;
}

export type Pick = 'only' | 'toggle' | 'range';

export interface GridSource {
  total(): number;
  cell(index: number): Cell;
  /** The cells [from, to) are about to be drawn: fetch what is missing. */
  need(from: number, to: number): void;
  focused(index: number): void;
  picked(index: number, how: Pick): void;
  opened(index: number): void;
  scrolled(): void;
}

const overscanRows = 2;

export class ImageGrid {
  readonly #container: HTMLElement;
  readonly #spacer: HTMLElement;
  readonly #source: GridSource;
  readonly #cell: { readonly minWidth: number; readonly height: number };
  readonly #rows = new Map<number, HTMLElement>();
  #at: Geometry;
  #focus = 0;
  #isScheduled = false;

  /** @param container an empty, scrolling element with a label; it becomes the grid. */
  constructor(
    container: HTMLElement,
    source: GridSource,
    cell: { readonly minWidth: number; readonly height: number },
  ) {
    this.#container = container;
    this.#source = source;
    this.#cell = cell;
    this.#at = layOut(0, { width: 0, height: 0 }, cell);
    container.setAttribute('role', 'grid');
    container.setAttribute('aria-multiselectable', 'true');
    this.#spacer = document.createElement('div');
    this.#spacer.className = 'grid-spacer';
    this.#spacer.setAttribute('role', 'presentation');
    container.append(this.#spacer);
    container.addEventListener('scroll', () => {
      this.#schedule();
      source.scrolled();
    });
    container.addEventListener('focusin', (event) => {
      const index = indexOf(event.target);
      if (index !== null && index !== this.#focus) this.#moveFocus(index);
    });
    container.addEventListener('click', (event) => {
      const index = indexOf(event.target);
      if (index === null) return;
      this.focus(index);
      source.picked(index, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only');
    });
    container.addEventListener('dblclick', (event) => {
      const index = indexOf(event.target);
      if (index !== null) source.opened(index);
    });
    new ResizeObserver(() => this.#relayOut()).observe(container);
  }

  get focusIndex(): number {
    return this.#focus;
  }

  get firstVisible(): number {
    return rowsInView(this.#at, this.#container.scrollTop).first * this.#at.columns;
  }

  /** Index of the last cell of which something shows; −1 when there is none. */
  get lastVisible(): number {
    const { last } = rowsInView(this.#at, this.#container.scrollTop);
    return Math.min(this.#at.total, (last + 1) * this.#at.columns) - 1;
  }

  get hasFocus(): boolean {
    return this.#container.contains(document.activeElement);
  }

  /** Draws again in this frame; scrolling and focus stay. */
  update(): void {
    if (this.#at.total !== this.#source.total()) this.#relayOut();
    else this.#schedule();
  }

  /**
   * Puts the roving focus on a cell and shows it, scrolling as little as possible. `take` false leaves the keyboard where
   * it is, unless a cell has it: two cells with a focus each would say one thing and do another.
   */
  focus(index: number, take = true): void {
    const isOurs = take || this.hasFocus;
    if (this.#at.total !== this.#source.total()) this.#relayOut();
    if (this.#at.total === 0) return;
    const within = Math.min(this.#at.total - 1, Math.max(0, index));
    const top = scrollTopShowing(this.#at, Math.floor(within / this.#at.columns), this.#container.scrollTop);
    if (top !== this.#container.scrollTop) this.#container.scrollTop = top;
    this.#moveFocus(within);
    this.#draw();
    const cell = this.#cellAt(within);
    if (!isOurs || !cell) return;
    cell.focus({ preventScroll: true });
    // The grid shows it already; in a low window the page may still have to scroll.
    cell.scrollIntoView({ block: 'nearest' });
  }

  /** Scrolls so that this cell's row is the first. */
  scrollTo(index: number): void {
    this.#relayOut();
    const row = Math.floor(index / this.#at.columns);
    this.#container.scrollTop = scrollTopOf(this.#at, row * this.#at.rowHeight);
    this.#draw();
  }

  /** True when the key moved the focus. Shift extends the selection, Ctrl with an arrow leaves it, else it ends. */
  handleKey(key: string): boolean {
    const isKeeping = key.startsWith('Ctrl+Arrow');
    const isRange = key.includes('Shift+');
    const next = indexAfterKey(this.#at, this.#focus, (isKeeping ? key.slice(5) : key).replace('Shift+', ''));
    if (next === null || this.#at.total === 0) return false;
    const from = this.#focus;
    this.focus(next);
    if (isRange) {
      this.#source.picked(from, 'range');
      this.#source.picked(next, 'range');
    } else if (!isKeeping) this.#source.picked(next, 'only');
    return true;
  }

  #moveFocus(index: number): void {
    this.#focus = index;
    this.#source.focused(index);
    this.#schedule();
  }

  #cellAt(index: number): HTMLElement | null {
    return this.#spacer.querySelector(`[data-index="${index}"]`);
  }

  #relayOut(): void {
    const first = this.firstVisible;
    const before = this.#at;
    this.#at = layOut(
      this.#source.total(),
      { width: this.#container.clientWidth, height: this.#container.clientHeight },
      this.#cell,
    );
    this.#focus = Math.max(0, Math.min(this.#at.total - 1, this.#focus));
    this.#spacer.style.height = `${this.#at.scrollHeight}px`;
    this.#container.style.setProperty('--columns', String(this.#at.columns));
    this.#container.setAttribute('aria-rowcount', String(this.#at.rows));
    this.#container.setAttribute('aria-colcount', String(this.#at.columns));
    if (before.columns !== this.#at.columns && before.total > 0) {
      const row = Math.floor(first / this.#at.columns);
      this.#container.scrollTop = scrollTopOf(this.#at, row * this.#at.rowHeight);
    }
    this.#draw();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }

  #draw(): void {
    const held = this.hasFocus ? document.activeElement : null;
    const top = this.#container.scrollTop;
    const { first, last } = rowsInView(this.#at, top, overscanRows);
    const wanted = new Set<number>();
    // The focused row stays in the document wherever the view is, or the keyboard would fall to the page.
    if (this.#at.total > 0) wanted.add(Math.floor(this.#focus / this.#at.columns));
    for (let row = first; row <= last; row++) wanted.add(row);
    for (const [row, element] of this.#rows) {
      if (wanted.has(row)) continue;
      element.remove();
      this.#rows.delete(row);
    }
    if (last >= first) {
      this.#source.need(first * this.#at.columns, Math.min(this.#at.total, (last + 1) * this.#at.columns));
    }
    for (const row of [...wanted].sort((a, b) => a - b)) {
      const element = this.#rows.get(row) ?? this.#insertRow(row);
      element.style.transform = `translateY(${rowTop(this.#at, row, top)}px)`;
      render(this.#rowContent(row), element);
    }
    // A row that went has taken the keyboard with it.
    if (held && !held.isConnected) this.#cellAt(this.#focus)?.focus({ preventScroll: true });
  }

  /** New rows go where they belong; rows that exist are never moved, as that would drop the focus. */
  #insertRow(row: number): HTMLElement {
    const element = document.createElement('div');
    element.className = 'grid-row';
    element.setAttribute('role', 'row');
    element.setAttribute('aria-rowindex', String(row + 1));
    const after = [...this.#rows.keys()].filter((other) => other > row).sort((a, b) => a - b)[0];
    this.#spacer.insertBefore(element, after === undefined ? null : (this.#rows.get(after) ?? null));
    this.#rows.set(row, element);
    return element;
  }

  #rowContent(row: number): TemplateResult[] {
    const cells: TemplateResult[] = [];
    for (let column = 0; column < this.#at.columns; column++) {
      const index = row * this.#at.columns + column;
      if (index >= this.#at.total) break;
      const cell = this.#source.cell(index);
      cells.push(
        html`<div
          role="gridcell"
          class="grid-cell ${cell.className}"
          data-index=${index}
          tabindex=${index === this.#focus ? '0' : '-1'}
          aria-colindex=${column + 1}
          aria-selected=${cell.isSelected ? 'true' : 'false'}
          aria-busy=${cell.isBusy ? 'true' : nothing}
          aria-label=${cell.name}
        >
          ${cell.content}
        </div>`,
      );
    }
    return cells;
  }
}

const indexOf = (target: EventTarget | null): number | null => {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return cell ? Number(cell.dataset['index']) : null;
};
