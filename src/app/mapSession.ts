/** One map of one dataset: the places of the newest run's photos, and what is known of each as of now. */

import { Emitter } from '../base/emitter.js';
import { WinnowError } from '../base/errors.js';
import { Scope, type Disposable } from '../base/scope.js';
import type { ItemId, Split } from '../core/dataset/item.js';
import type { RunConfig } from '../ports/dataset.js';
import type { MapPage, MapPoint } from '../protocol/map.js';
import { currentRanking } from './currentRanking.js';
import type { OpenDataset } from './openDataset.js';
import type { FactsOf } from './photos.js';
import { reviewTable } from './review/table.js';
import { runOddness, runRows } from './runRows.js';

/** The same photos lie in the same places for everybody. */
const seed = 1;
/** A page that is told of every step would do nothing else. */
const toldEvery = 0.05;

interface Places {
  readonly run: string;
  readonly placeOf: ReadonlyMap<ItemId, readonly [x: number, y: number]>;
  /** Photos of the run without usable features. */
  readonly left: number;
}

export class MapSession implements Disposable {
  readonly #scope = new Scope();
  readonly #changed = this.#scope.add(new Emitter<MapPage>());
  readonly onDidChange = this.#changed.event;
  readonly #dataset: OpenDataset;
  #places: Places | null = null;
  #points: readonly MapPoint[] = [];
  #version = 0;
  #newest: RunConfig | null = null;
  #work: { readonly abort: AbortController; share: number } | null = null;
  #failure: string | null = null;
  #isStopped = false;
  #asked = 0;

  constructor(dataset: OpenDataset) {
    this.#dataset = dataset;
    this.#scope.add(dataset.onDidChange(() => void this.#follow()));
    this.#scope.add({ dispose: () => this.#work?.abort.abort() });
  }

  /** What there is; begins to compute where there is nothing and nobody stopped it. */
  async open(): Promise<MapPage> {
    await this.#readNewest();
    this.#beginWhereNothing();
    return this.page();
  }

  /** Anew, of the newest run. */
  async compute(): Promise<MapPage> {
    await this.#readNewest();
    if (!this.#work && this.#newest) this.#begin();
    return this.page();
  }

  cancel(): void {
    this.#work?.abort.abort();
  }

  points(from: number, to: number): { readonly version: number; readonly points: readonly MapPoint[] } {
    return { version: this.#version, points: this.#points.slice(from, to) };
  }

  page(): MapPage {
    const isStale = this.#places !== null && this.#newest !== null && this.#newest.run !== this.#places.run;
    return {
      datasetName: this.#dataset.name,
      state: this.#state(),
      message: this.#failure ?? leftSentence(this.#places?.left ?? 0),
      share: this.#work?.share ?? null,
      version: this.#version,
      points: this.#points.length,
      isStale,
    };
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #state(): MapPage['state'] {
    if (this.#places) return 'ready';
    if (this.#work) return 'computing';
    if (this.#failure !== null) return 'error';
    return this.#newest ? 'idle' : 'no-run';
  }

  async #readNewest(): Promise<void> {
    this.#newest = (await this.#dataset.snapshot()).runs[0] ?? null;
  }

  #beginWhereNothing(): void {
    if (!this.#places && !this.#work && !this.#isStopped && this.#failure === null) this.#begin();
  }

  #begin(): void {
    const run = this.#newest;
    if (!run) return;
    const work = { abort: new AbortController(), share: 0 };
    this.#work = work;
    this.#failure = null;
    this.#isStopped = false;
    this.#project(run, work)
      .then(async (places) => {
        this.#places = places;
        await this.#read();
      })
      .catch((error: unknown) => {
        if (WinnowError.is(error, 'cancelled')) this.#isStopped = true;
        else {
          // Places without points would look like a map of nothing.
          if (this.#points.length === 0) this.#places = null;
          this.#failure = error instanceof Error ? error.message : String(error);
          if (!WinnowError.is(error)) this.#dataset.log.error('the map could not be made', error);
        }
      })
      .finally(() => {
        if (this.#work === work) this.#work = null;
        this.#tell();
      })
      // The last of them only tells.
      .catch(() => undefined);
  }

  async #project(run: RunConfig, work: { readonly abort: AbortController; share: number }): Promise<Places> {
    const { engine, store } = this.#dataset;
    let told = 0;
    const rows = await runRows(this.#dataset, run);
    const places = await engine.project(
      { run: run.run, runDir: store.runs.dirOf(run.run), cacheDir: store.cacheDir, seed },
      ({ done, total }) => {
        work.share = done / total;
        if (work.share - told < toldEvery) return;
        told = work.share;
        this.#tell();
      },
      work.abort.signal,
    );
    const placeOf = new Map<ItemId, readonly [number, number]>();
    rows.forEach(({ id }, row) => {
      const [x = NaN, y = NaN] = places.subarray(row * 2, row * 2 + 2);
      if (Number.isFinite(x) && Number.isFinite(y)) placeOf.set(id, [x, y]);
    });
    return { run: run.run, placeOf, left: rows.length - placeOf.size };
  }

  /** Labels, findings and runs change; places do not. */
  async #follow(): Promise<void> {
    try {
      await this.#readNewest();
      if (this.#places) await this.#read();
      else this.#beginWhereNothing();
      this.#tell();
    } catch (error) {
      this.#dataset.log.error('the map could not follow a change', error);
    }
  }

  async #read(): Promise<void> {
    const asked = ++this.#asked;
    const points = await this.#pointsNow();
    // A slower older answer must not overwrite a newer one.
    if (asked !== this.#asked) return;
    this.#points = points;
    this.#version++;
  }

  async #pointsNow(): Promise<readonly MapPoint[]> {
    const places = this.#places;
    if (!places) return [];
    const dataset = this.#dataset;
    const snapshot = await dataset.snapshot();
    const ranked = await currentRanking(dataset);
    const rows = ranked ? await runRows(dataset, ranked.config) : [];
    const sides = new Map<ItemId, Split>(rows.map((row) => [row.id, row.split]));
    const oddness = ranked ? await runOddness(dataset, ranked.config) : null;
    const factsOf: FactsOf = (id) => dataset.store.scanner.factsOf(id);
    const { queue } = reviewTable({ snapshot, ranking: ranked?.ranking ?? null, oddness, factsOf }, sides);
    return queue.flatMap((item): MapPoint[] => {
      const place = places.placeOf.get(item.id);
      if (!place || item.status !== 'in') return [];
      return [
        {
          id: item.id,
          name: item.paths[0] ?? '',
          x: place[0],
          y: place[1],
          label: item.label,
          prediction: item.predicted,
          finding: item.decision === null ? (item.kinds[0] ?? null) : null,
          side: item.split,
        },
      ];
    });
  }

  #tell(): void {
    if (!this.#scope.isDisposed) this.#changed.fire(this.page());
  }
}

const leftSentence = (left: number): string | null =>
  left === 0
    ? null
    : left === 1
      ? '1 photo has no usable features and is not on the map. Train again to look at it anew.'
      : `${left.toLocaleString('en')} photos have no usable features and are not on the map. Train again to look at them anew.`;
