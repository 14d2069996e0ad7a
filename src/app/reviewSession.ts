/** One review of one dataset, whoever shows it: the list, the decisions, and the promise that nothing on the screen moves. */

import { Emitter } from '../base/emitter.js';
import { WinnowError } from '../base/errors.js';
import { Scope, type Disposable } from '../base/scope.js';
import type { ItemId, Split } from '../core/dataset/item.js';
import type { Ranking } from '../core/findings/ranking.js';
import { reviewHeader } from '../core/review/progress.js';
import type { AlikeCounts } from '../core/image/alikeCounts.js';
import { refOf, type EntryRef } from '../core/journal/entry.js';
import { arrangementOf } from '../core/review/filter.js';
import { groupsOf } from '../core/review/groups.js';
import { reorderBelow, sortQueue } from '../core/review/queue.js';
import type { QueueItem } from '../core/review/queueItem.js';
import { presetViews, type SavedView } from '../core/review/views.js';
import {
  noFilter,
  type ReviewAction,
  type ReviewFilter,
  type ReviewOutcome,
  type ReviewSnapshot,
  type ReviewTile,
  type TileGroup,
} from '../protocol/review.js';
import type { Evidence } from '../protocol/shownEvidence.js';
import { pendingMoves } from './apply.js';
import { auditedRemaining } from './audit.js';
import { currentRanking, warmRanking } from './currentRanking.js';
import { decide, redo, undo } from './decide.js';
import type { MakeThumbs } from './makeThumbs.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { changedBetween, countsOf, leftOut, reviewsOf, said, viewsNow } from './reviewSummary.js';
import { evidenceOf } from './evidence.js';
import { listedSimilar, onlySimilar, similarPhotos } from './similar.js';
import { reviewTable, type ReviewTable } from './reviewTiles.js';
import { alikeCountsOf, type FactsOf, type RunOddness } from './photos.js';
import { runOddness, runRows } from './runRows.js';

/** Where the views lie that a person saved for this dataset. */
export interface ViewMemory {
  read(): readonly SavedView[];
  write(views: readonly SavedView[]): Promise<void>;
}

const noMemory = (): ViewMemory => {
  let kept: readonly SavedView[] = [];
  return {
    read: () => kept,
    write: (views) => {
      kept = views;
      return Promise.resolve();
    },
  };
};

interface View {
  readonly snapshot: DatasetSnapshot;
  readonly ranking: Ranking | null;
  readonly run: string | null;
  readonly table: ReviewTable;
  readonly failure: string | null;
  /** Null while no duplicates are shown. */
  readonly alike: AlikeCounts | null;
}

export class ReviewSession implements Disposable {
  readonly #scope = new Scope();
  readonly #changed = this.#scope.add(new Emitter<ReviewSnapshot>());
  readonly #thumbsMade = this.#scope.add(new Emitter<readonly { id: ItemId; uri: string }[]>());
  /** After a change that this session did not ask for: another window, files, a run. */
  readonly onDidChange = this.#changed.event;
  readonly onDidMakeThumbs = this.#thumbsMade.event;

  readonly #dataset: OpenDataset;
  readonly #makeThumbs: MakeThumbs;
  readonly #thumbs = new Map<ItemId, string>();
  readonly #thumbsAsked = new Set<ItemId>();
  readonly #views: ViewMemory;
  readonly #warming = new AbortController();
  #warmed: string | null = null;
  #filter: ReviewFilter = noFilter;
  #only: { readonly title: string; readonly placeOf: ReadonlyMap<ItemId, number> } | null = null;
  #groupOf: (item: QueueItem) => TileGroup | null = () => null;
  #order: readonly ItemId[] = [];
  #version = 0;
  #movedUp = 0;
  #lastVisible = 0;
  #view: View | undefined;
  #busy: string | null = null;
  #interim: Ranking | null = null;
  #isActing = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(dataset: OpenDataset, makeThumbs: MakeThumbs, views: ViewMemory = noMemory()) {
    this.#dataset = dataset;
    this.#views = views;
    this.#makeThumbs = makeThumbs;
    this.#scope.add(
      dataset.onDidChange(() => {
        if (this.#isActing) return;
        void this.#alone(async () => {
          await this.#load();
          this.#settle(this.#lastVisible);
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
      await this.#load();
      if (interim) this.#sort();
      else this.#settle(this.#lastVisible);
      this.#changed.fire(this.#shown());
    });
  }

  open(filter: ReviewFilter | null): Promise<ReviewSnapshot> {
    return this.#alone(async () => {
      if (filter) this.#filter = filter;
      this.#warmUp(await this.#load());
      this.#sort();
      return this.#shown();
    });
  }

  /** Once a run. What is wrong with it is told when somebody decides. */
  #warmUp({ run }: View): void {
    if (run === null || run === this.#warmed) return;
    this.#warmed = run;
    warmRanking(this.#dataset, this.#warming.signal).catch(() => undefined);
  }

  setFilter(filter: ReviewFilter): Promise<ReviewSnapshot> {
    return this.open(filter);
  }

  resort(): Promise<ReviewSnapshot> {
    return this.open(null);
  }

  /** Lists these photos alone, in this order; null = all again. Filters apply within them and are cleared first. */
  listOnly(only: { readonly title: string; readonly ids: readonly ItemId[] } | null): Promise<ReviewSnapshot> {
    return this.#alone(async () => {
      this.#only = only && { title: only.title, placeOf: new Map(only.ids.map((id, place) => [id, place])) };
      this.#filter = noFilter;
      await this.#load();
      this.#sort();
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
      const view = this.#view ?? (await this.#load());
      const wanted = name.trim();
      if (wanted === '') throw new WinnowError('usage', 'A view needs a name. Nothing was saved.');
      if (presetViews(view.table.queue).some((preset) => preset.name === wanted)) {
        throw new WinnowError('usage', `“${wanted}” is one of Winnow's own views; give yours another name.`);
      }
      const others = this.#views.read().filter((saved) => saved.name !== wanted);
      await this.#views.write([...others, { name: wanted, filter: this.#filter }]);
      return this.#shown();
    });
  }

  removeView(name: string): Promise<ReviewSnapshot> {
    return this.#alone(async () => {
      if (!this.#view) await this.#load();
      await this.#views.write(this.#views.read().filter((saved) => saved.name !== name));
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
    if (!this.#view) await this.open(null);
    const ids = this.#order.slice(Math.max(0, from), Math.max(0, to));
    this.#wantThumbs(ids);
    return { version: this.#version, from: Math.max(0, from), tiles: this.#tiles(ids) };
  }

  decide(ids: readonly ItemId[], action: ReviewAction, lastVisible: number): Promise<ReviewOutcome> {
    return this.#act(ids, lastVisible, async (view) => {
      if (action.kind === 'accept') return this.#accept(ids, view);
      const known = action.kind === 'keep' && ids.length > 1 ? ids.filter((id) => view.table.byId.get(id)?.label) : ids;
      const given = action.kind === 'relabel' ? { ...action, allowNewClass: true } : action;
      await decide(this.#dataset, known.length > 0 ? known : ids, given, 'user');
      return (
        said(action, known.length) + leftOut(ids.length - known.length, 'has no label to keep', 'have no label to keep')
      );
    });
  }

  /** Each photo gets its own suggestion: several entries, one step. */
  async #accept(ids: readonly ItemId[], view: View): Promise<string> {
    const bySuggestion = new Map<string, ItemId[]>();
    let without = 0;
    for (const id of ids) {
      const to = view.table.suggestionOf(id);
      if (to === null) without++;
      else bySuggestion.set(to, [...(bySuggestion.get(to) ?? []), id]);
    }
    if (bySuggestion.size === 0) {
      throw new WinnowError('nothing-to-do', 'There is no suggestion here; nothing was changed.');
    }
    let step: EntryRef | undefined;
    for (const [to, some] of bySuggestion) {
      const entries = await decide(this.#dataset, some, { kind: 'relabel', to, allowNewClass: false }, 'user', step);
      step ??= entries[0] && refOf(entries[0]);
    }
    const [only] = bySuggestion.keys();
    return (
      (bySuggestion.size === 1 && only !== undefined
        ? said({ kind: 'relabel', to: only }, ids.length - without)
        : `Relabelled ${String(ids.length - without)} photos to ${String(bySuggestion.size)} classes, as suggested. Undo: z`) +
      leftOut(without, 'has no suggestion', 'have no suggestion')
    );
  }

  /** Ids [from, to) of the list, for a selection that reaches beyond the screen. */
  ids(from: number, to: number): { version: number; ids: readonly ItemId[] } {
    return { version: this.#version, ids: this.#order.slice(from, to) };
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
      await this.#load();
      if (this.#order.length === 0) this.#sort();
      let index = this.#order.indexOf(id);
      if (index < 0) {
        this.#filter = noFilter;
        this.#only = null;
        await this.#load();
        this.#sort();
        index = this.#order.indexOf(id);
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
        this.#settle(lastVisible);
        const changed = ids.length > 0 ? ids : changedBetween(before.table, after.table);
        return { snapshot: this.#shown(), tiles: this.#tiles(changed), said: sentence };
      } finally {
        this.#isActing = false;
      }
    });
  }

  async #load(): Promise<View> {
    const snapshot = await this.#dataset.snapshot();
    let ranking: Ranking | null = null;
    let run: string | null = null;
    let failure: string | null = null;
    let oddness: RunOddness | null = null;
    let sides: ReadonlyMap<ItemId, Split> = new Map();
    try {
      const ranked = await currentRanking(this.#dataset);
      ranking = ranked?.ranking ?? this.#interim;
      run = ranked?.config.run ?? null;
      if (ranked) {
        sides = new Map((await runRows(this.#dataset, ranked.config)).map((row) => [row.id, row.split]));
        oddness = await runOddness(this.#dataset, ranked.config);
      }
    } catch (error) {
      if (!WinnowError.is(error)) throw error;
      failure = error.message;
    }
    const factsOf: FactsOf = (id) => this.#dataset.store.scanner.factsOf(id);
    const { alikeBits } = this.#filter;
    const view = {
      snapshot,
      ranking,
      run,
      table: reviewTable({ snapshot, ranking, oddness, factsOf, alikeBits }, sides),
      failure,
      alike: arrangementOf(this.#filter) === 'alike' ? alikeCountsOf(snapshot, factsOf, oddness) : null,
    };
    this.#view = view;
    this.#groupOf = groupsOf(view.table.queue, this.#filter);
    return view;
  }

  #sort(): void {
    if (!this.#view) return;
    this.#order = this.#sorted(this.#view.table);
    this.#movedUp = 0;
    this.#version++;
  }

  #settle(lastVisible: number): void {
    const table = this.#view?.table;
    if (!table) return;
    const { order, movedUp } = reorderBelow(
      this.#order,
      this.#sorted(table),
      new Set(table.byId.keys()),
      (id) => table.byId.get(id)?.decision !== null || table.byId.get(id)?.status !== 'in',
      this.#order.length === 0 ? -1 : lastVisible,
    );
    this.#order = order;
    this.#movedUp = movedUp;
    this.#version++;
  }

  #sorted({ queue }: ReviewTable): readonly ItemId[] {
    const placeOf = this.#only?.placeOf;
    if (!placeOf) return sortQueue(queue, this.#filter);
    const some = sortQueue(
      queue.filter(({ id }) => placeOf.has(id)),
      this.#filter,
    );
    return [...some].sort((a, b) => placeOf.get(a)! - placeOf.get(b)!);
  }

  #tiles(ids: readonly ItemId[]): ReviewTile[] {
    const table = this.#view?.table;
    return ids.flatMap((id) => {
      const row = table?.byId.get(id);
      return (row && table?.tile(id, this.#groupOf(row), this.#thumbs.get(id) ?? null)) ?? [];
    });
  }

  #wantThumbs(ids: readonly ItemId[]): void {
    const missing = ids.filter((id) => !this.#thumbs.has(id) && !this.#thumbsAsked.has(id));
    if (missing.length === 0) return;
    for (const id of missing) this.#thumbsAsked.add(id);
    this.#makeThumbs(missing, 256).then(
      (made) => {
        for (const [id, uri] of made) this.#thumbs.set(id, uri);
        if (!this.#scope.isDisposed) this.#thumbsMade.fire([...made].map(([id, uri]) => ({ id, uri })));
      },
      (error: unknown) => {
        for (const id of missing) this.#thumbsAsked.delete(id);
        this.#dataset.log.error('thumbnails failed', error);
      },
    );
  }

  #shown(): ReviewSnapshot {
    const view = this.#view;
    if (!view) throw new WinnowError('internal', 'the review was asked before it was loaded');
    const { snapshot, ranking, table } = view;
    const undecided = new Set(
      table.queue.filter((row) => row.status === 'in' && row.decision === null).map((row) => row.id),
    );
    return {
      version: this.#version,
      total: this.#order.length,
      datasetName: this.#dataset.name,
      run: view.run,
      vocab: snapshot.state.vocab,
      counts: countsOf(table),
      filter: this.#filter,
      only: this.#only && { title: this.#only.title, count: this.#only.placeOf.size },
      views: viewsNow(table.queue, this.#views.read()),
      alike: view.alike,
      header: reviewHeader(
        reviewsOf(snapshot),
        ranking ? ranking.items.filter((row) => undecided.has(row.id)).map((row) => row.wrongProbability) : null,
        { total: table.queue.filter((row) => row.status === 'in').length, pending: pendingMoves(snapshot).length },
        auditedRemaining(snapshot),
      ),
      ...this.#stateOf(view),
      readOnlyReason: this.#dataset.readOnlyReason,
      movedUp: this.#movedUp,
      superseded: table.queue.filter(({ isSuperseded }) => isSuperseded).length,
      canUndo: snapshot.state.undoable.length > 0,
      canRedo: snapshot.state.redoable.length > 0,
    };
  }

  #stateOf(view: View): Pick<ReviewSnapshot, 'state' | 'message'> {
    if (this.#busy !== null) return { state: 'busy', message: this.#busy };
    if (view.failure !== null) return { state: 'error', message: view.failure };
    if (view.run === null) return { state: 'no-run', message: null };
    if (view.table.unjudged > 0) {
      const photos = view.table.unjudged === 1 ? '1 photo has' : `${String(view.table.unjudged)} photos have`;
      return { state: 'stale', message: `${photos} come since the last training.` };
    }
    return { state: 'ready', message: null };
  }
}
