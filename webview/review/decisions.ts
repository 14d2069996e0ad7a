/** Decisions by the person: what they are about, what is asked first, and where the focus goes after. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type {
  ReviewAction,
  ReviewContract,
  ReviewOutcome,
  ReviewSnapshot,
  ReviewTile,
} from '../../src/protocol/review.js';
import type { Wire } from '../shared/connect.js';
import type { Rows } from './rows.js';
import type { Dialog, Screen } from './screen.js';
import type { Selection } from './selection.js';

/** More photos than these are asked about before they are decided at once. */
const askFrom = 20;

/** The list that is decided about, as the page knows it. */
export interface DecidedList {
  readonly snapshot: ReviewSnapshot | null;
  readonly rows: Rows;
  readonly selection: Selection;
  readonly focused: ReviewTile | undefined;
  readonly focus: number;
  readonly total: number;
  /** How often the focus has moved. */
  readonly moves: number;
  said: string;
  say(sentence: string): void;
  show(dialog: Dialog): void;
  fail(error: unknown): void;
  take(snapshot: ReviewSnapshot, forget: boolean): void;
  /** One after another, in the order of the keys. */
  inTurn(work: () => Promise<void>): Promise<void>;
}

export class Decisions {
  /** On their way to the disk. */
  readonly saving = new Set<ItemId>();
  /** What waits for a yes. */
  toConfirm: ReviewAction | null = null;
  readonly #list: DecidedList;
  readonly #wire: Wire<ReviewContract>;
  readonly #screen: Screen;

  constructor(list: DecidedList, wire: Wire<ReviewContract>, screen: Screen) {
    this.#list = list;
    this.#wire = wire;
    this.#screen = screen;
  }

  /** What an action is about: the selection, else the focused photo. */
  targets(): readonly ItemId[] {
    if (this.#list.selection.size > 0) return this.#list.selection.ids();
    return this.#list.focused ? [this.#list.focused.id] : [];
  }

  /** Decides at once, or asks first where it is about so many that nobody has looked at each. */
  async decide(action: ReviewAction): Promise<void> {
    const refusal = this.#refusal(action);
    if (refusal !== null) {
      this.#list.say(refusal);
      return;
    }
    // Trash has asked already.
    if (this.targets().length > askFrom && action.kind !== 'trash') {
      this.toConfirm = action;
      this.#list.show('confirm');
    } else await this.#decideNow(action);
  }

  async confirm(): Promise<void> {
    const action = this.toConfirm;
    this.toConfirm = null;
    if (action) await this.#decideNow(action);
  }

  /** Sends one decision for the targets; the focus goes to the next undecided tile at once, the mark comes when it is on disk. */
  async #decideNow(action: ReviewAction): Promise<void> {
    const here = this.#list.rows.find(new Set(this.targets()));
    const hopeless = new Set(here.filter(({ tile }) => tile.suggestion === null).map(({ tile }) => tile.id));
    const ids = this.targets().filter((id) => action.kind !== 'accept' || !hopeless.has(id));
    for (const id of ids) this.saving.add(id);
    const last = here.reduce(
      (max, { index, tile }) => (this.saving.has(tile.id) ? Math.max(max, index) : max),
      this.#list.focus,
    );
    this.#list.selection.clear();
    this.#screen.redraw();
    const advancing = action.kind === 'restore' ? undefined : this.#advance(last);
    await this.#list.inTurn(async () => {
      await advancing;
      try {
        this.#outcome(await this.#wire.call('decide', { ids, action, lastVisible: this.#screen.lastVisible() }));
      } finally {
        for (const id of ids) this.saving.delete(id);
      }
    });
  }

  async undo(): Promise<void> {
    await this.#travel('undo');
  }

  async redo(): Promise<void> {
    await this.#travel('redo');
  }

  #refusal(action: ReviewAction): string | null {
    const targets = this.targets();
    if (this.#list.snapshot?.readOnlyReason) return this.#list.snapshot.readOnlyReason;
    if (this.#list.selection.isPicking) return 'The range is still being fetched: press the key again in a moment.';
    if (targets.length === 0) {
      return this.#list.total > 0
        ? 'The photo is still being fetched: press the key again in a moment.'
        : 'There is no photo here to decide on.';
    }
    const here = this.#list.rows.find(new Set(targets));
    if (
      action.kind === 'accept' &&
      here.length === targets.length &&
      here.every(({ tile }) => tile.suggestion === null)
    ) {
      return 'There is no suggestion here: k keeps the label, 1–9 or l change it.';
    }
    return null;
  }

  async #travel(way: 'undo' | 'redo'): Promise<void> {
    if (this.#list.snapshot?.readOnlyReason) {
      this.#list.say(this.#list.snapshot.readOnlyReason);
      return;
    }
    await this.#list.inTurn(async () => {
      const outcome = await this.#wire.call(way, { lastVisible: this.#screen.lastVisible() });
      this.#outcome(outcome);
      const index = Math.min(...outcome.tiles.map((tile) => this.#list.rows.indexOf(tile.id)).filter((at) => at >= 0));
      if (Number.isFinite(index)) this.#screen.focus(index, true);
    });
  }

  #outcome(outcome: ReviewOutcome): void {
    this.#list.rows.replace(outcome.tiles);
    this.#list.said = outcome.said;
    this.#list.take(outcome.snapshot, false);
  }

  /** Moves to the next undecided tile below; stays when there is none, or when the person has moved on meanwhile. */
  async #advance(from: number): Promise<void> {
    const moved = this.#list.moves;
    for (let index = from + 1; index < this.#list.total; index++) {
      if (!this.#list.rows.at(index)) {
        await this.#list.rows.ensure(index, index + 1).catch((error: unknown) => this.#list.fail(error));
        if (moved !== this.#list.moves) return;
      }
      const tile = this.#list.rows.at(index);
      if (!tile) return;
      if (tile.decision !== null || tile.status !== 'in' || this.saving.has(tile.id)) continue;
      this.#screen.focus(index, true);
      return;
    }
  }
}
