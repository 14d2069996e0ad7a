/** What the audit page knows and does. */

import type { AuditContract, AuditPage } from '../../src/protocol/audit.js';
import type { Wire } from '../shared/connect.js';
import type { Navigation } from '../shared/navigation.js';
import { PageModel } from '../shared/pageModel.js';

export interface Place {
  readonly isDetailed: boolean;
}

export class AuditModel extends PageModel {
  page: AuditPage | null = null;
  /** What was typed to find a class. */
  typed = '';
  /** The class button that the Tab key reaches. */
  at = 0;
  isDetailed = false;
  isSaving = false;
  readonly #wire: Wire<AuditContract>;
  readonly #place: Navigation<Place>;

  constructor(wire: Wire<AuditContract>, place: Navigation<Place>, redraw: () => void) {
    super(redraw);
    this.#wire = wire;
    this.#place = place;
  }

  /** Classes to choose from: those that begin with what was typed, then those that contain it. */
  get offered(): readonly string[] {
    const query = this.typed.trim().toLocaleLowerCase();
    const found = (this.page?.vocab ?? []).filter((name) => name.toLocaleLowerCase().includes(query));
    const begins = (name: string): boolean => name.toLocaleLowerCase().startsWith(query);
    return [...found.filter(begins), ...found.filter((name) => !begins(name))];
  }

  get canAnswer(): boolean {
    const { page } = this;
    return page !== null && page.photos.length > 0 && page.readOnlyReason === null && !this.isSaving;
  }

  get canUndo(): boolean {
    return this.page !== null && this.page.answered > 0 && this.page.readOnlyReason === null && !this.isSaving;
  }

  async open(): Promise<void> {
    this.isDetailed = this.#place.read()?.isDetailed ?? false;
    await this.attempt(async () => this.changed(await this.#wire.call('open', null)));
  }

  changed(page: AuditPage): void {
    this.page = page;
    this.at = Math.min(this.at, Math.max(0, this.offered.length - 1));
    this.redraw();
  }

  /** Null = cannot tell. A key pressed while the answer before it is being written is not for the next photo. */
  async answer(label: string | null): Promise<void> {
    const photo = this.page?.photos[0];
    if (!photo || !this.canAnswer) return;
    await this.#act(async () => {
      const page = await this.#wire.call('answer', { id: photo.id, label });
      this.typed = '';
      this.at = 0;
      this.say(`${label ?? 'Cannot tell'}. ${placeWords(page)}`);
      return page;
    });
  }

  async undo(): Promise<void> {
    if (!this.canUndo) return;
    await this.#act(async () => {
      const page = await this.#wire.call('undo', null);
      this.say(`Taken back. ${placeWords(page)}`);
      return page;
    });
  }

  async review(): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('review', null);
    });
  }

  async train(): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call('train', null);
    });
  }

  type(typed: string): void {
    this.typed = typed;
    this.at = 0;
    this.redraw();
  }

  moveTo(at: number): void {
    this.at = Math.min(this.offered.length - 1, Math.max(0, at));
    this.redraw();
  }

  detail(isDetailed: boolean): void {
    if (isDetailed === this.isDetailed) return;
    this.isDetailed = isDetailed;
    this.#place.write({ isDetailed });
    this.redraw();
  }

  say(words: string): void {
    this.said = words;
    this.redraw();
  }

  async #act(work: () => Promise<AuditPage>): Promise<void> {
    this.isSaving = true;
    this.redraw();
    try {
      await this.attempt(async () => {
        this.page = await work();
      });
    } finally {
      this.isSaving = false;
      this.redraw();
    }
  }
}

const placeWords = (page: AuditPage): string =>
  page.photos.length > 0 ? `Photo ${page.answered + 1} of ${page.asked}.` : 'That was the last photo.';
