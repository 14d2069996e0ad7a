/** What the review page knows and does; the view only draws it. */

import { WinnowError } from '../../src/base/errors.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { isSameFilter } from '../../src/core/review/filter.js';
import {
  noFilter,
  type ReviewContract,
  type ReviewFilter,
  type ReviewSnapshot,
  type ReviewTile,
} from '../../src/protocol/review.js';
import type { Wire } from '../shared/connect.js';
import type { Pick } from '../shared/imageGrid.js';
import type { Navigation } from '../shared/navigation.js';
import { count } from '../shared/words.js';
import { Decisions } from './decisions.js';
import { EvidenceModel } from './evidenceState.js';
import { Rows } from './rows.js';
import type { Dialog, Place, Screen } from './screen.js';
import { Selection, type PullIds } from './selection.js';

export class ReviewModel {
  readonly rows: Rows;
  readonly selection: Selection;
  readonly evidence: EvidenceModel;
  readonly decisions: Decisions;
  snapshot: ReviewSnapshot | null = null;
  dialog: Dialog | null = null;
  peekUri: { readonly id: ItemId; readonly uri: string | null } | null = null;
  said = '';
  trouble: string | null = null;
  focus = 0;

  readonly #wire: Wire<ReviewContract>;
  readonly #place: Navigation<Place>;
  readonly #screen: Screen;
  #queue: Promise<unknown> = Promise.resolve();
  /** How often the focus has moved: whoever waits finds out whether the person has gone on. */
  moves = 0;
  #wantedFilter: ReviewFilter | null = null;

  constructor(wire: Wire<ReviewContract>, place: Navigation<Place>, screen: Screen) {
    this.#wire = wire;
    this.#place = place;
    this.#screen = screen;
    this.rows = new Rows(
      (version, from, to) => wire.call('rows', { version, from, to }),
      () => screen.redraw(),
      (error) => this.fail(error),
    );
    const pullIds: PullIds = (from, to) => wire.call('ids', { from, to });
    this.selection = new Selection(this.rows, pullIds, () => this.keepPlace());
    this.evidence = new EvidenceModel(wire, () => screen.redraw());
    this.decisions = new Decisions(this, wire, screen);
  }

  get total(): number {
    return this.snapshot?.total ?? 0;
  }

  get focused(): ReviewTile | undefined {
    return this.rows.at(this.focus);
  }

  /** Asks for everything again, as a new-born page does; goes back to where the person was. */
  async open(): Promise<void> {
    const kept = this.#place.read();
    try {
      this.take(await this.#wire.call('open', null), true);
      const moved = this.moves;
      if (kept && this.#isHere(kept)) await this.#return(kept, () => moved !== this.moves);
      else this.#screen.focus(0, false);
    } catch (error) {
      this.fail(error);
    }
  }

  changed(snapshot: ReviewSnapshot): void {
    if (this.snapshot && snapshot.version < this.snapshot.version) return;
    this.take(snapshot, false);
  }

  async reveal(index: number, why: boolean): Promise<void> {
    this.selection.clear();
    if (why) {
      await this.rows.ensure(index, index + 1).catch((error: unknown) => this.fail(error));
      // Another photo may be looked at closer: this one opens anew, once.
      this.dialog = null;
    }
    this.#screen.focus(index, true);
    if (why) this.showEvidence();
  }

  /** The filter that was asked for last. */
  get filter(): ReviewFilter {
    return this.#wantedFilter ?? this.snapshot?.filter ?? noFilter;
  }

  /** While one filter is on its way only the last one wanted is kept: a slider asks faster than a list answers. */
  async setFilter(change: Partial<ReviewFilter>): Promise<void> {
    const isOnItsWay = this.#wantedFilter !== null;
    this.#wantedFilter = { ...this.filter, ...change };
    if (isOnItsWay) return;
    await this.inTurn(async () => {
      try {
        for (let sent: ReviewFilter | null = null; sent !== this.#wantedFilter;) {
          sent = this.#wantedFilter;
          if (sent) this.take(await this.#wire.call('setFilter', { filter: sent }), true);
        }
      } finally {
        this.#wantedFilter = null;
      }
      this.said = `${this.total.toLocaleString('en')} shown.`;
      this.#toStart(false);
    });
  }

  async saveView(name: string): Promise<void> {
    await this.inTurn(async () => {
      this.take(await this.#wire.call('saveView', { name }), false);
      this.said = `Saved as “${name}”.`;
    });
  }

  async removeView(name: string): Promise<void> {
    await this.inTurn(async () => {
      this.take(await this.#wire.call('removeView', { name }), false);
      this.said = `“${name}” is forgotten; its photos are as they were.`;
    });
  }

  async resort(): Promise<void> {
    await this.inTurn(async () => {
      this.take(await this.#wire.call('resort', null), true);
      this.said = 'Sorted again.';
      this.#toStart(true);
    });
  }

  /** Everything that the filter shows. */
  async selectAll(): Promise<void> {
    if (this.total === 0) return;
    await this.#select(() => this.selection.all(this.total), `${count(this.total, 'photo')} selected. Escape ends it.`);
  }

  async train(): Promise<void> {
    await this.inTurn(async () => {
      await this.#wire.call('train', null);
    });
  }

  async openFile(id = this.focused?.id): Promise<void> {
    if (id !== undefined)
      await this.inTurn(async () => {
        await this.#wire.call('openFile', { id });
      });
  }

  /** The list becomes the focused photo and those most like it; null = the whole dataset again. */
  async list(what: 'similar' | 'all'): Promise<void> {
    const id = this.focused?.id;
    if (what === 'similar' && id === undefined) return;
    this.show(null);
    await this.inTurn(async () => {
      const snapshot =
        what === 'similar' && id !== undefined
          ? await this.#wire.call('listSimilar', { id })
          : await this.#wire.call('listAll', null);
      this.take(snapshot, true);
      this.said = `${snapshot.only?.title ?? 'All photos'}: ${this.total.toLocaleString('en')} shown.`;
      this.#toStart(true);
    });
  }

  /** Opens the evidence of the focused photo, or follows the focus while it is open. */
  showEvidence(): void {
    const tile = this.focused;
    if (!tile) return;
    this.dialog = 'evidence';
    void this.evidence.show(tile.id);
    this.#screen.redraw();
  }

  async peek(): Promise<void> {
    const tile = this.focused;
    if (!tile) return;
    this.dialog = 'peek';
    this.peekUri = null;
    this.#screen.redraw();
    try {
      const { uri } = await this.#wire.call('peek', { id: tile.id });
      if (this.rows.at(this.focus)?.id === tile.id) this.peekUri = { id: tile.id, uri };
      this.#screen.redraw();
    } catch (error) {
      this.fail(error);
    }
  }

  show(dialog: Dialog | null): void {
    if (dialog !== 'evidence') this.evidence.forget();
    const isDecision = dialog === 'picker' || dialog === 'trash';
    const refusal = this.snapshot?.readOnlyReason;
    if (isDecision && refusal) this.said = refusal;
    else if (!isDecision || this.decisions.targets().length > 0) this.dialog = dialog;
    this.#screen.redraw();
  }

  /** The grid moved its focus. */
  focusMoved(index: number): void {
    this.focus = index;
    this.moves++;
    this.keepPlace();
    if (this.dialog === 'peek') void this.peek();
    if (this.dialog === 'evidence') this.showEvidence();
  }

  async picked(index: number, how: Pick): Promise<void> {
    await this.#select(() => this.selection.pick(index, how), null);
  }

  async #select(pick: () => Promise<string | null>, said: string | null): Promise<void> {
    try {
      const trouble = (await pick()) ?? said;
      if (trouble !== null) this.say(trouble);
      this.#screen.redraw();
    } catch (error) {
      this.fail(error);
    }
  }

  keepPlace(): void {
    const index = this.#screen.firstVisible();
    const tile = this.rows.at(index);
    if (!this.snapshot) return;
    this.#place.write({
      filter: this.snapshot.filter,
      only: this.snapshot.only?.title ?? null,
      anchor: tile ? { id: tile.id, index } : null,
      focus: this.focus,
      selected: this.selection.kept(this.total),
    });
  }

  say(sentence: string): void {
    this.said = sentence;
    this.#screen.redraw();
  }

  fail(error: unknown): void {
    if (WinnowError.is(error, 'cancelled')) return;
    this.trouble = error instanceof Error ? error.message : String(error);
    this.#screen.redraw();
  }

  /** What the host answered; `forget` = another list, so that nothing on the screen stands. */
  take(snapshot: ReviewSnapshot, forget: boolean): void {
    this.snapshot = snapshot;
    this.rows.reset(snapshot.version, snapshot.total, forget);
    if (forget) this.selection.clear();
    this.#screen.redraw();
  }

  #toStart(take: boolean): void {
    this.#screen.scrollTo(0);
    this.#screen.focus(0, take);
  }

  #isHere({ filter, only }: Place): boolean {
    const { snapshot } = this;
    return snapshot !== null && isSameFilter(filter, snapshot.filter) && only === (snapshot.only?.title ?? null);
  }

  /** @param isElsewhere the person, or the host, has gone somewhere else meanwhile. */
  async #return(place: Place, isElsewhere: () => boolean): Promise<void> {
    if (this.total === 0) return;
    await this.selection.restore(place.selected, this.total);
    const near = Math.min(this.total - 1, place.anchor?.index ?? 0);
    await this.rows.ensure(near - 100, near + 100);
    if (isElsewhere()) return;
    const found = place.anchor ? this.rows.indexOf(place.anchor.id) : -1;
    this.#screen.scrollTo(found >= 0 ? found : near);
    this.#screen.focus(place.focus + (found >= 0 ? found - (place.anchor?.index ?? found) : 0), false);
  }

  /** One call after the other, in the order of the keys; a failure is shown and does not stop the next. */
  inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(async () => {
      try {
        await work();
        this.trouble = null;
      } catch (error) {
        this.fail(error);
      }
      this.#screen.redraw();
    });
    this.#queue = done;
    return done;
  }
}
