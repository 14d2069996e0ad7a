/** What the prediction pane knows and does. */

import type {
  PredictionChange,
  PredictionContract,
  PredictionState,
  TableFormat,
} from '../../src/protocol/prediction.js';
import type { Wire } from '../shared/connect.js';
import type { Navigation } from '../shared/navigation.js';
import { PageModel } from '../shared/pageModel.js';
import { HeatModel } from '../shared/heatState.js';
import { count } from '../shared/words.js';
import type { Incoming } from './incoming.js';
import { merged } from './merge.js';
import { Sight } from './sight.js';
import { sortedRows, type Column, type Sort } from './sorting.js';

/** Null = by the number of pictures. */
export type View = 'cards' | 'table' | null;
export interface Place {
  readonly view: View;
  readonly sort: Sort | null;
}

/** More than a person compares by looking. */
const manyCards = 24;

export class PredictionModel extends PageModel {
  state: PredictionState | null = null;
  isDropping = false;
  readonly expanded = new Set<string>();
  /** Of one card at a time. */
  readonly heat: HeatModel;
  /** Null = as they came, newest first. */
  sort: Sort | null = null;
  #view: View = null;
  #isOpening = false;
  readonly #sight = new Sight();
  /** The latest revision that the host has spoken of while the page was asking for everything. */
  #heard = 0;
  #sorted: {
    readonly cards: PredictionState['cards'];
    readonly sort: Sort | null;
    readonly rows: PredictionState['cards'];
  } | null = null;
  readonly #wire: Wire<PredictionContract>;
  readonly #place: Navigation<Place>;

  constructor(wire: Wire<PredictionContract>, place: Navigation<Place>, redraw: () => void) {
    super(redraw);
    this.#wire = wire;
    this.#place = place;
    this.heat = new HeatModel(redraw);
    const kept = place.read();
    if (kept) {
      this.#view = kept.view;
      this.sort = kept.sort;
    }
  }

  get isTable(): boolean {
    return (this.#view ?? ((this.state?.cards.length ?? 0) > manyCards ? 'table' : 'cards')) === 'table';
  }

  /** How many wait for an answer. */
  get open(): number {
    return this.state?.cards.filter((card) => card.state === 'busy').length ?? 0;
  }

  /** The cards as the table shows them. */
  rows(): PredictionState['cards'] {
    const [cards, sort] = [this.state?.cards ?? [], this.sort];
    if (this.#sorted?.cards !== cards || this.#sorted.sort !== sort) {
      this.#sorted = { cards, sort, rows: sortedRows(cards, sort) };
    }
    return this.#sorted.rows;
  }

  show(view: 'cards' | 'table'): void {
    this.#view = view;
    this.#placed();
  }

  /** Once more turns it round. */
  sortBy(by: Column): void {
    const isFigure = by === 'probability' || by === 'difference';
    this.sort = { by, isDescending: this.sort?.by === by ? !this.sort.isDescending : isFigure };
    this.said = `Sorted by ${by}, ${this.sort.isDescending ? 'descending' : 'ascending'}.`;
    this.#placed();
  }

  #placed(): void {
    this.#place.write({ view: this.#view, sort: this.sort });
    this.redraw();
  }

  /** False while the model in use was never trained, or none may be asked; a dropped file may still have another dataset's model. */
  get canPredict(): boolean {
    return this.state !== null && this.state.state !== 'no-run' && this.state.state !== 'error';
  }

  /** Asks for everything: at the start, and when a change does not lead on from what is known. */
  async load(): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    await this.attempt(async () => {
      let state;
      do {
        this.#heard = 0;
        state = await this.#wire.call('open', null);
        this.#show(state, state.cards);
      } while (state.revision < this.#heard);
    }, this.trouble);
    this.#isOpening = false;
  }

  changed(change: PredictionChange): void {
    this.#heard = Math.max(this.#heard, change.revision);
    const next = this.state && merged(this.state, change);
    if (next) this.#show(next, [...change.added, ...change.changed]);
    else void this.load();
  }

  /** @param fresh the cards that are not as they were. */
  #show(state: PredictionState, fresh: PredictionState['cards']): void {
    const before = new Map(this.state?.cards.map((card) => [card.key, card.state]));
    const done = fresh.filter((card) => card.state === 'done' && before.get(card.key) === 'busy');
    const newest = done[0];
    if (newest)
      this.said = done.length === 1 ? `${newest.name}: ${newest.prediction ?? ''}` : `${done.length} answers.`;
    this.state = state;
    if (this.heat.subject !== null && !state.cards.some(({ key }) => key === this.heat.subject)) this.heat.hide();
    this.redraw();
    this.#illustrate();
  }

  /** Cards came into sight or left it: those in sight get their thumbnails. */
  sees(cards: readonly { readonly key: string; readonly isInSight: boolean }[]): void {
    for (const { key, isInSight } of cards) this.#sight.sees(key, isInSight);
    this.#illustrate();
  }

  #illustrate(): void {
    const keys = this.#sight.wanting(this.state?.cards ?? []);
    if (keys.length === 0) return;
    void this.attempt(async () => {
      await this.#wire.call('illustrate', { keys });
    }, this.trouble);
  }

  async take({ files, uris, refused }: Incoming): Promise<void> {
    this.isDropping = false;
    const words = [...refused];
    if (files.length + uris.length === 0 && refused.length === 0) {
      words.push('There was no picture in that. Drop image files, or copy a picture and paste it.');
    } else if (files.length > 0 && !this.canPredict) words.push(this.#whyNot);
    else if (files.length + uris.length > 0) words.push(`Looking at ${count(files.length + uris.length, 'picture')}.`);
    this.said = words.join(' ');
    this.trouble = refused.length > 0 ? refused.join(' ') : null;
    this.redraw();
    await this.attempt(async () => {
      for (const file of this.canPredict ? files : []) {
        const bytes = new Uint8Array(await file.arrayBuffer());
        await this.#wire.call('predictImage', { name: file.name || 'pasted picture', bytes });
      }
      if (uris.length > 0) await this.#wire.call('predictUris', { uris });
    }, this.trouble);
  }

  get #whyNot(): string {
    const refusal = this.state?.state === 'error' ? this.state.message : null;
    return refusal ?? 'There is no model yet: train first.';
  }

  async save(format: TableFormat): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('save', { format });
    });
  }

  async addToDataset(key: string): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('addToDataset', { key });
    });
  }

  async ask(what: 'pickFiles' | 'chooseModel' | 'train' | 'clear' | 'stop'): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call(what, null);
    });
  }

  async augment(isOn: boolean): Promise<void> {
    this.said = isOn
      ? 'From the next picture on the network also looks at four changed views of each.'
      : 'From the next picture on the network looks at each once.';
    await this.attempt(async () => {
      await this.#wire.call('augment', { isOn });
    });
  }

  async findSimilar(key: string): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('findSimilar', { key });
    });
  }

  /** Opens the card's own file, or that of its n-th neighbour. */
  async openFile(key: string, neighbour: number | null): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('openFile', { key, neighbour });
    });
  }

  /** What speaks for the label in a card's picture; a second time hides it. */
  toggleHeat(key: string, label: string): void {
    if (this.heat.subject === key) {
      this.heat.hide();
      this.redraw();
    } else void this.heat.show(key, label, (question, signal) => this.#wire.call('look', { key, ...question }, signal));
  }

  say(sentence: string): void {
    this.said = sentence;
    this.redraw();
  }

  toggle(key: string): void {
    if (!this.expanded.delete(key)) this.expanded.add(key);
    this.redraw();
  }

  dropping(isDropping: boolean): void {
    if (this.isDropping === isDropping) return;
    this.isDropping = isDropping;
    this.redraw();
  }
}
