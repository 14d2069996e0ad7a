/** The evidence of the focused photo: asked for when the panel opens and when the focus moves under it. */

import { WinnowError } from '../../src/base/errors.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import type { ReviewContract } from '../../src/protocol/review.js';
import type { Evidence } from '../../src/protocol/shownEvidence.js';
import type { Wire } from '../shared/connect.js';
import { HeatModel } from '../shared/heatState.js';

export class EvidenceModel {
  readonly #wire: Wire<ReviewContract>;
  readonly #redraw: () => void;
  #asked: { readonly id: ItemId; readonly abort: AbortController } | null = null;
  readonly heat: HeatModel;
  shown: Evidence | null = null;
  trouble: string | null = null;

  constructor(wire: Wire<ReviewContract>, redraw: () => void) {
    this.#wire = wire;
    this.#redraw = redraw;
    this.heat = new HeatModel(redraw);
  }

  /** What speaks for this label in the photo; a second time hides it. */
  toggleHeat(id: ItemId, label: string): void {
    if (this.heat.subject === id) {
      this.heat.hide();
      this.#redraw();
    } else void this.heat.show(id, label, (question, signal) => this.#wire.call('look', { id, ...question }, signal));
  }

  /** Of this photo from now on; what was asked about another one is given up. */
  async show(id: ItemId): Promise<void> {
    if (this.#asked?.id === id && this.trouble === null) return;
    this.#asked?.abort.abort();
    this.heat.hide();
    const asked = { id, abort: new AbortController() };
    this.#asked = asked;
    this.shown = null;
    this.trouble = null;
    this.#redraw();
    try {
      const evidence = await this.#wire.call('evidence', { id }, asked.abort.signal);
      if (this.#asked === asked) this.shown = evidence;
    } catch (error) {
      if (this.#asked !== asked || WinnowError.is(error, 'cancelled')) return;
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    this.#redraw();
  }

  /** The panel is closed: what is under way is nobody's question. */
  forget(): void {
    this.#asked?.abort.abort();
    this.heat.hide();
    this.#asked = null;
    this.shown = null;
    this.trouble = null;
  }
}
