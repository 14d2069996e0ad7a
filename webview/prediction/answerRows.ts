/** The table's rows on the screen: follows what scrolls, keeps the keyboard where it is, and takes it from row to row. */

import { indexAfterKey } from '../shared/gridGeometry.js';
import { keyName } from '../shared/keys.js';
import { RowWindow } from '../shared/rowWindow.js';

interface Held {
  readonly key: string;
  /** Which of the row's controls; -1 = the row itself. */
  readonly control: number;
}

export class AnswerRows {
  readonly window = new RowWindow();
  readonly #root: HTMLElement;
  readonly #keys: () => readonly string[];
  readonly #draw: () => void;
  #held: Held | null = null;
  #main: HTMLElement | null = null;
  #isScheduled = false;
  #isDrawing = false;

  /** @param keys of all rows, as the table lists them. */
  constructor(root: HTMLElement, keys: () => readonly string[], draw: () => void) {
    this.#root = root;
    this.#keys = keys;
    this.#draw = draw;
    root.addEventListener('focusin', ({ target }) => this.#take(heldBy(target)));
    root.addEventListener('focusout', ({ relatedTarget }) => {
      // A row that is put elsewhere, and a person who goes to another window, come back to it.
      if (this.#isDrawing || !document.hasFocus()) return;
      if (heldBy(relatedTarget) === null) this.#held = null;
    });
    root.addEventListener('keydown', (event) => {
      if (heldBy(event.target) !== null && this.#obey(keyName(event))) event.preventDefault();
    });
  }

  /** Before each drawing. */
  prepare(): void {
    this.#isDrawing = true;
    const at = this.#held === null ? -1 : this.#keys().indexOf(this.#held.key);
    this.window.held = at < 0 ? null : at;
  }

  /** After each drawing: draws again when what was drawn is not what is in sight. */
  settle(): void {
    this.#isDrawing = false;
    const main = this.#root.querySelector<HTMLElement>('main');
    if (main && main !== this.#main) {
      this.#main = main;
      main.addEventListener('scroll', () => this.#schedule());
      new ResizeObserver(() => this.#schedule()).observe(main);
    }
    if (this.#measure()) {
      this.#draw();
      return;
    }
    // A row that was put elsewhere has lost the keyboard.
    if (this.#held !== null && document.activeElement === document.body) this.#focus(this.#held, true);
  }

  /** True when other rows are to be drawn. */
  #measure(): boolean {
    const body = this.#root.querySelector<HTMLElement>('table.answers tbody');
    if (!this.#main || !body) return false;
    const scroller = this.#main.getBoundingClientRect();
    return this.window.see(
      {
        above: scroller.top - body.getBoundingClientRect().top,
        height: this.#main.clientHeight,
        rowHeight: body.querySelector('tr')?.getBoundingClientRect().height ?? 0,
      },
      this.#keys().length,
    );
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      if (this.#measure()) this.#draw();
    });
  }

  /** Its neighbours are drawn at once, for the next Tab. */
  #take(held: Held | null): void {
    const isElsewhere = held?.key !== this.#held?.key;
    this.#held = held;
    if (held && isElsewhere) this.#draw();
  }

  #obey(key: string): boolean {
    const held = this.#held;
    if (!held) return false;
    if (key === 'ArrowLeft' || key === 'ArrowRight') {
      this.#focus({ ...held, control: Math.max(0, held.control + (key === 'ArrowLeft' ? -1 : 1)) });
      return true;
    }
    const keys = this.#keys();
    const far = key === 'Home' || key === 'End' ? `Ctrl+${key}` : key;
    const next = indexAfterKey(this.window.geometry(keys.length), keys.indexOf(held.key), far);
    const to = next === null ? undefined : keys[next];
    if (to === undefined) return false;
    this.#held = { key: to, control: held.control };
    this.#draw();
    this.#focus(this.#held);
    return true;
  }

  #focus({ key, control }: Held, preventScroll = false): void {
    const row = this.#root.querySelector<HTMLElement>(`tr[data-key="${CSS.escape(key)}"]`);
    const controls = row ? [...row.querySelectorAll<HTMLElement>('button')] : [];
    const wanted = controls[Math.min(control, controls.length - 1)] ?? row;
    wanted?.focus({ preventScroll: true });
    // What has the keyboard already, since a drawing put its row elsewhere, would not be scrolled to by `focus`.
    if (!preventScroll) wanted?.scrollIntoView({ block: 'nearest' });
  }
}

const heldBy = (target: EventTarget | null): Held | null => {
  const row = target instanceof Element ? target.closest<HTMLElement>('table.answers tbody tr') : null;
  const key = row?.dataset['key'];
  if (!row || key === undefined) return null;
  return { key, control: [...row.querySelectorAll('button')].findIndex((one) => one === target) };
};
