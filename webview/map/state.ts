/** What the map page knows and does. */

import type { ItemId } from '../../src/core/dataset/item.js';
import { pointsAtOnce, type MapContract, type MapPage, type MapPoint } from '../../src/protocol/map.js';
import type { Wire } from '../shared/connect.js';
import type { Navigation } from '../shared/navigation.js';
import { PageModel } from '../shared/pageModel.js';
import { count } from '../shared/words.js';
import { groupsOf, keyOf, pointWords, type Colouring, type Group, type GroupKey } from './groups.js';
import { nearest, nearestTowards, squareBetween, type Direction } from './nearest.js';
import { Thumbs } from './thumbs.js';
import { isInside, Viewport, type Spot } from './viewport.js';

export interface Place {
  readonly by: Colouring;
  readonly isTable: boolean;
}

export const rowsAPage = 100;
const reach = 12;

export class MapModel extends PageModel {
  page: MapPage | null = null;
  points: readonly MapPoint[] = [];
  by: Colouring = 'label';
  isTable = false;
  tablePage = 0;
  groups: readonly Group[] = [];
  /** Shown alone; empty = all. */
  chosen: ReadonlySet<GroupKey> = new Set();
  selected: ReadonlySet<number> = new Set();
  /** Where the keyboard is. */
  current: number | null = null;
  hovered: number | null = null;
  lasso: readonly Spot[] = [];
  readonly viewport = new Viewport();
  readonly #thumbs: Thumbs;
  #loaded = 0;
  #isLoading = false;
  readonly #wire: Wire<MapContract>;
  readonly #place: Navigation<Place>;

  constructor(wire: Wire<MapContract>, place: Navigation<Place>, redraw: () => void) {
    super(redraw);
    this.#wire = wire;
    this.#place = place;
    this.#thumbs = new Thumbs(async (id) => (await wire.call('thumb', { id })).uri);
  }

  async open(): Promise<void> {
    const kept = this.#place.read();
    if (kept) ({ by: this.by, isTable: this.isTable } = kept);
    await this.attempt(async () => this.changed(await this.#wire.call('open', null)));
  }

  changed(page: MapPage): void {
    this.page = page;
    this.redraw();
    void this.attempt(() => this.#load(), this.trouble);
  }

  compute(): Promise<void> {
    return this.attempt(async () => this.changed(await this.#wire.call('compute', null)));
  }

  cancel(): Promise<void> {
    return this.attempt(async () => {
      await this.#wire.call('cancel', null);
    });
  }

  train(): Promise<void> {
    return this.attempt(async () => {
      await this.#wire.call('train', null);
    });
  }

  colourBy(by: Colouring): void {
    this.by = by;
    this.chosen = new Set();
    this.groups = groupsOf(this.points, by);
    this.#settle();
    this.#keep();
  }

  setTable(isTable: boolean): void {
    this.isTable = isTable;
    this.hovered = null;
    this.#keep();
    this.redraw();
  }

  turnTo(tablePage: number): void {
    this.tablePage = Math.min(Math.max(0, tablePage), this.tablePages - 1);
    this.redraw();
  }

  get tablePages(): number {
    return Math.max(1, Math.ceil(this.shown.length / rowsAPage));
  }

  /** Indices of the points that the legend lets through. */
  shown: readonly number[] = [];

  isShown(index: number): boolean {
    const point = this.points[index];
    return point !== undefined && (this.chosen.size === 0 || this.chosen.has(keyOf(point, this.by)));
  }

  toggle(key: GroupKey): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(key)) chosen.add(key);
    this.chosen = chosen;
    this.#settle();
    this.said = `${count(this.shown.length, 'photo')} shown.`;
    this.redraw();
  }

  showAll(): void {
    this.chosen = new Set();
    this.#settle();
    this.said = `All ${count(this.points.length, 'photo')} shown.`;
    this.redraw();
  }

  /** What *Show in the Review* is about: the selection, else what the legend lets through; empty = everything, so nothing. */
  get offered(): readonly number[] {
    if (this.selected.size > 0) return [...this.selected].sort((a, b) => a - b);
    return this.chosen.size > 0 ? this.shown : [];
  }

  /** The point that the page tells about. */
  get told(): number | null {
    return this.hovered ?? this.current;
  }

  thumbOf(index: number): string | null {
    const point = this.points[index];
    return point ? this.#thumbs.of(point.id) : null;
  }

  async showOffered(): Promise<void> {
    const ids = this.offered.flatMap((index) => this.points[index]?.id ?? []);
    if (ids.length === 0) return;
    await this.attempt(async () => {
      await this.#wire.call('showMany', { ids });
      this.said = 'Shown in the review.';
    });
  }

  async showOne(index: number | null): Promise<void> {
    const point = index === null ? undefined : this.points[index];
    if (!point) return;
    await this.attempt(async () => {
      await this.#wire.call('showOne', { id: point.id });
      this.said = 'Shown in the review.';
    });
  }

  /** The nearest shown point within reach of a spot on the screen. */
  pointAt(spot: Spot): number | null {
    return nearest(this.shown, (index) => squareBetween(this.viewport.toScreen(this.points[index]!), spot), reach ** 2);
  }

  hover(index: number | null): void {
    if (index === this.hovered) return;
    this.hovered = index;
    this.redraw();
    void this.attempt(() => this.#askThumb(), this.trouble);
  }

  goTo(index: number | null): void {
    const point = index === null ? undefined : this.points[index];
    this.current = point ? index : null;
    if (point) {
      this.viewport.bringIn(point);
      const chosen = this.selected.has(index!) ? ', selected' : '';
      this.said = `${pointWords(point)}${chosen}`;
    }
    this.redraw();
    void this.attempt(() => this.#askThumb(), this.trouble);
  }

  /** The nearest shown point that lies more in that direction than aside. */
  step(direction: Direction): void {
    const from = this.points[this.current ?? -1];
    if (!from) {
      const { centre } = this.viewport;
      this.goTo(nearest(this.shown, (index) => squareBetween(this.points[index]!, centre)));
      return;
    }
    const found = nearestTowards(this.points, this.shown, from, direction);
    if (found === null) {
      this.said = `No photo further ${direction === 'up' || direction === 'down' ? `${direction}wards` : `to the ${direction}`}.`;
      this.redraw();
    } else this.goTo(found);
  }

  /** By the order of the list: every point can be reached, also those that lie on one another. */
  leap(to: 'next' | 'previous' | 'first' | 'last'): void {
    const { shown } = this;
    const at = this.current === null ? -1 : shown.indexOf(this.current);
    const place = { next: at + 1, previous: at - 1, first: 0, last: shown.length - 1 }[to];
    this.goTo(shown[Math.min(Math.max(0, place), shown.length - 1)] ?? null);
  }

  select(indices: readonly number[], keepsOthers: boolean): void {
    this.selected = new Set([...(keepsOthers ? this.selected : []), ...indices]);
    this.said = this.selected.size === 0 ? 'Nothing selected.' : `${count(this.selected.size, 'photo')} selected.`;
    this.redraw();
  }

  /** Selects a point or lets it go again. */
  mark(index: number | null): void {
    if (index === null) return;
    const others = [...this.selected].filter((other) => other !== index);
    this.select(this.selected.has(index) ? others : [...others, index], false);
  }

  drawLasso(spots: readonly Spot[]): void {
    this.lasso = spots;
    this.redraw();
  }

  /** @param keepsOthers adds to what is selected. */
  closeLasso(keepsOthers: boolean): void {
    const polygon = this.lasso;
    this.lasso = [];
    this.select(
      this.shown.filter((index) => isInside(this.viewport.toScreen(this.points[index]!), polygon)),
      keepsOthers,
    );
  }

  moveView(change: (viewport: Viewport) => void): void {
    change(this.viewport);
    this.redraw();
  }

  /** All points of the newest version, by ranges; begins anew when they change on the way. */
  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      while (this.page && this.page.version !== this.#loaded) {
        const { version, points: total } = this.page;
        const points: MapPoint[] = [];
        let isOther = false;
        while (points.length < total && !isOther) {
          const from = points.length;
          const to = Math.min(total, from + pointsAtOnce);
          const part = await this.#wire.call('points', { version, from, to });
          isOther = part.version !== version || part.points.length === 0;
          points.push(...part.points);
        }
        if (isOther) this.page = await this.#wire.call('open', null);
        else this.#take(points, version);
      }
    } finally {
      this.#isLoading = false;
    }
  }

  #take(points: readonly MapPoint[], version: number): void {
    const placeOf = new Map(points.map(({ id }, index) => [id, index]));
    const moved = (index: number): number | null => placeOf.get(this.points[index]?.id ?? ('' as ItemId)) ?? null;
    this.selected = new Set([...this.selected].flatMap((index) => moved(index) ?? []));
    this.current = this.current === null ? null : moved(this.current);
    this.hovered = null;
    this.points = points;
    this.#loaded = version;
    this.groups = groupsOf(points, this.by);
    const there = new Set(this.groups.map(({ key }) => key));
    this.chosen = new Set([...this.chosen].filter((key) => there.has(key)));
    this.#settle();
  }

  /** What follows from the points and the legend. */
  #settle(): void {
    this.shown = [...this.points.keys()].filter((index) => this.isShown(index));
    if (this.current !== null && !this.isShown(this.current)) this.current = null;
    this.selected = new Set([...this.selected].filter((index) => this.isShown(index)));
    this.tablePage = Math.min(this.tablePage, this.tablePages - 1);
    this.redraw();
  }

  #askThumb(): Promise<void> {
    return this.#thumbs.ask(
      () => this.points[this.told ?? -1]?.id,
      () => this.redraw(),
    );
  }

  #keep(): void {
    this.#place.write({ by: this.by, isTable: this.isTable });
  }
}
