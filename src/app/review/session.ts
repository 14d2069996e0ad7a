/** One review of one dataset, whoever shows it: the list, the decisions, and the promise that nothing on the screen moves. */

import { Emitter } from '../../base/emitter.js';
import { WinnowError } from '../../base/errors.js';
import { Scope, type Disposable } from '../../base/scope.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { Ranking } from '../../core/findings/ranking.js';
import {
  noFilter,
  type ReviewAction,
  type ReviewFilter,
  type ReviewOutcome,
  type ReviewSnapshot,
  type ReviewTile,
} from '../../protocol/review.js';
import type { Evidence } from '../../protocol/shownEvidence.js';
import { warmRanking } from '../currentRanking.js';
import { redo, undo } from '../decide.js';
import { evidenceOf } from '../evidence.js';
import type { MakeThumbs } from '../makeThumbs.js';
import type { OpenDataset } from '../openDataset.js';
import { listedSimilar, onlySimilar, similarPhotos } from '../similar.js';
import { decideShown } from './decideShown.js';
import { onlyThese, ReviewList } from './list.js';
import { noMemory, removeView, saveView, type ViewMemory } from './savedViews.js';
import { keepable, noList, type ListMemory, type ShownList } from './shownList.js';
import { changedBetween, snapshotOf } from './summary.js';
import { Thumbs } from './thumbs.js';
import { viewOf, type View } from './view.js';

export class ReviewSession implements Disposable {
  readonly #scope = new Scope();
  readonly #changed = this.#scope.add(new Emitter<ReviewSnapshot>());
  /** After a change that this session did not ask for: another window, files, a run. */
  readonly onDidChange = this.#changed.event;
  readonly thumbs: Thumbs;

  readonly #dataset: OpenDataset;
  readonly #makeThumbs: MakeThumbs;
  readonly #views: ViewMemory;
  readonly #kept: ListMemory;
  readonly #list = new ReviewList();
  readonly #warming = new AbortController();
  #warmed: string | null = null;
  #lastVisible = 0;
  #view: View | undefined;
  #busy: string | null = null;
  #interim: Ranking | null = null;
  #isActing = false;
  #queue: Promise<unknown> = Promise.resolve();

  /** @param kept what the session begins with, and where it says what it lists. */
  constructor(dataset: OpenDataset, makeThumbs: MakeThumbs, views: ViewMemory = noMemory(), kept: ListMemory = noList) {
    this.#dataset = dataset;
    this.#views = views;
    this.#kept = kept;
    const before = kept.read();
    if (before) {
      this.#list.filter = before.filter;
      this.#list.only = before.only && onlyThese(before.only);
    }
    this.#makeThumbs = makeThumbs;
    this.thumbs = this.#scope.add(new Thumbs(makeThumbs, dataset.log));
    this.#scope.add(
      dataset.onDidChange(() => {
        if (this.#isActing) return;
        void this.#alone(async () => {
          this.#list.settle((await this.#load()).table, this.#lastVisible);
          this.#changed.fire(this.#shown());
        });
      }),
    );
  }

  /** What runs now (a training …); null = nothing. A first ranking may come before the run is done. */
  setBusy(message: string | null, interim: Ranking | null = null): void {
    this.#busy = message;
    this.#interim = message === null ? null : (interim ?? this.#interim);
    void this.#alone(async () => {
      const { table } = await this.#load();
      if (interim) this.#list.sort(table);
      else this.#list.settle(table, this.#lastVisible);
      this.#changed.fire(this.#shown());
    });
  }

  /** What was listed last, put in order anew. */
  open(): Promise<ReviewSnapshot> {
    return this.#sortAnew(this.#list.filter);
  }

  setFilter(filter: ReviewFilter): Promise<ReviewSnapshot> {
    return this.#sortAnew(filter);
  }

  resort(): Promise<ReviewSnapshot> {
    return this.open();
  }

  #sortAnew(filter: ReviewFilter): Promise<ReviewSnapshot> {
    return this.#alone(async () => {
      this.#list.filter = filter;
      this.#keep();
      const view = await this.#load();
      this.#warmUp(view);
      this.#list.sort(view.table);
      return this.#shown();
    });
  }

  /** Once a run. What is wrong with it is told when somebody decides. */
  #warmUp({ run }: View): void {
    if (run === null || run === this.#warmed) return;
    this.#warmed = run;
    warmRanking(this.#dataset, this.#warming.signal).catch(() => undefined);
  }

  /** Lists these photos alone, in this order; null = all again. The filter applies within them. */
  listOnly(only: ShownList['only'], filter = noFilter): Promise<ReviewSnapshot> {
    return this.#alone(async () => {
      this.#list.only = only && onlyThese(only);
      this.#list.filter = filter;
      this.#keep();
      this.#list.sort((await this.#load()).table);
      return this.#shown();
    });
  }

  /** The photo and those most like it, nearest first. Throws `no-run`, `unknown-item`. */
  async listSimilar(id: ItemId, signal?: AbortSignal): Promise<ReviewSnapshot> {
    return this.listOnly(onlySimilar(await similarPhotos(this.#dataset, { id }, listedSimilar, signal)));
  }

  /** Keeps the filter in force under a name. Throws `usage` when the name is empty or ours. */
  saveView(name: string): Promise<ReviewSnapshot> {
    return this.#alone(async () => {
      const { table } = this.#view ?? (await this.#load());
      await saveView(this.#views, table.queue, name, this.#list.filter);
      return this.#shown();
    });
  }

  removeView(name: string): Promise<ReviewSnapshot> {
    return this.#alone(async () => {
      if (!this.#view) await this.#load();
      await removeView(this.#views, name);
      return this.#shown();
    });
  }

  snapshot(): Promise<ReviewSnapshot> {
    return this.#alone(async () => {
      if (!this.#view) await this.#load();
      return this.#shown();
    });
  }

  async rows(from: number, to: number): Promise<{ version: number; from: number; tiles: readonly ReviewTile[] }> {
    if (!this.#view) await this.open();
    const ids = this.#list.order.slice(Math.max(0, from), Math.max(0, to));
    this.thumbs.want(ids);
    return { version: this.#list.version, from: Math.max(0, from), tiles: this.#tiles(ids) };
  }

  decide(ids: readonly ItemId[], action: ReviewAction, lastVisible: number): Promise<ReviewOutcome> {
    return this.#act(ids, lastVisible, ({ table }) => decideShown(this.#dataset, table, ids, action));
  }

  /** Ids [from, to) of the list, for a selection that reaches beyond the screen. */
  ids(from: number, to: number): { version: number; ids: readonly ItemId[] } {
    return { version: this.#list.version, ids: this.#list.order.slice(from, to) };
  }

  undo(lastVisible: number): Promise<ReviewOutcome> {
    return this.#act([], lastVisible, async () => {
      const [entry] = await undo(this.#dataset, {}, 'user');
      return entry ? 'Undone. Redo: y' : '';
    });
  }

  redo(lastVisible: number): Promise<ReviewOutcome> {
    return this.#act([], lastVisible, async () => {
      await redo(this.#dataset, 'user');
      return 'Done again. Undo: z';
    });
  }

  /** Where an item is in the list, clearing the filter when it hides it; null when it is not in the dataset. */
  reveal(id: ItemId): Promise<number | null> {
    return this.#alone(async () => {
      const list = this.#list;
      const { table } = await this.#load();
      if (list.order.length === 0) list.sort(table);
      let index = list.order.indexOf(id);
      if (index < 0) {
        list.filter = noFilter;
        list.only = null;
        this.#keep();
        list.sort((await this.#load()).table);
        index = list.order.indexOf(id);
      }
      return index < 0 ? null : index;
    });
  }

  async peek(id: ItemId): Promise<string | null> {
    return (await this.#makeThumbs([id], 1024)).get(id) ?? null;
  }

  /** Why a photo was found. Throws `unknown-item`, `cancelled`. */
  async evidence(id: ItemId, signal?: AbortSignal): Promise<Evidence> {
    const view = this.#view ?? (await this.#alone(() => this.#load()));
    return evidenceOf(this.#dataset, view.table, id, this.#makeThumbs, signal);
  }

  dispose(): void {
    this.#warming.abort();
    this.#scope.dispose();
  }

  #keep(): void {
    const { filter, only } = this.#list;
    this.#kept.write(keepable({ filter, only: only && { title: only.title, ids: [...only.placeOf.keys()] } }));
  }

  /** One thing at a time: a decision, a filter and a change from elsewhere never interleave. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(work);
    this.#queue = next.catch(() => undefined);
    return next;
  }

  #act(ids: readonly ItemId[], lastVisible: number, work: (view: View) => Promise<string>): Promise<ReviewOutcome> {
    return this.#alone(async () => {
      this.#lastVisible = lastVisible;
      const before = this.#view ?? (await this.#load());
      this.#isActing = true;
      try {
        const sentence = await work(before);
        const after = await this.#load();
        this.#list.settle(after.table, lastVisible);
        const changed = ids.length > 0 ? ids : changedBetween(before.table, after.table);
        return { snapshot: this.#shown(), tiles: this.#tiles(changed), said: sentence };
      } finally {
        this.#isActing = false;
      }
    });
  }

  async #load(): Promise<View> {
    const view = await viewOf(this.#dataset, this.#list.filter, this.#interim);
    this.#view = view;
    this.#list.take(view.table);
    return view;
  }

  #tiles(ids: readonly ItemId[]): ReviewTile[] {
    const table = this.#view?.table;
    return ids.flatMap((id) => {
      const row = table?.byId.get(id);
      return (row && table?.tile(id, this.#list.groupOf(row), this.thumbs.of(id))) ?? [];
    });
  }

  #shown(): ReviewSnapshot {
    if (!this.#view) throw new WinnowError('internal', 'the review was asked before it was loaded');
    return snapshotOf(this.#dataset, this.#view, this.#list, this.#views.read(), this.#busy);
  }
}
