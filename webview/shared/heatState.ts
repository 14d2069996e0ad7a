/** A heat map as it is asked for: coarse first, then finer, until it is there or nobody wants it any more. */

import { WinnowError } from '../../src/base/errors.js';
import { occlusionPasses } from '../../src/core/predict/occlusion.js';
import type { Look, LookMethod } from '../../src/protocol/evidence.js';

export type AskLook = (
  question: { readonly label: string; readonly method: LookMethod; readonly cells: number },
  signal: AbortSignal,
) => Promise<Look>;

export class HeatModel {
  readonly #redraw: () => void;
  #abort: AbortController | null = null;
  #ask: AskLook | null = null;
  /** What it is about; null = no heat map is shown. */
  subject: string | null = null;
  label = '';
  method: LookMethod = 'occlusion';
  look: Look | null = null;
  trouble: string | null = null;
  /** Of the map over the picture, 0–1. */
  opacity = 0.6;
  isBusy = false;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  /** Shows the map of another picture. @param subject the picture's id or key. */
  async show(subject: string, label: string, ask: AskLook): Promise<void> {
    this.subject = subject;
    this.#ask = ask;
    await this.change({ label, method: this.method });
  }

  /** Another class, or the other way of looking. */
  async change({ label = this.label, method = this.method }: { label?: string; method?: LookMethod }): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    Object.assign(this, { label, method, look: null, trouble: null, isBusy: true });
    this.#redraw();
    try {
      for (const cells of method === 'occlusion' ? occlusionPasses : [0]) {
        const look = await this.#ask?.({ label, method, cells }, abort.signal);
        if (this.#abort !== abort) return;
        this.look = look ?? null;
        this.#redraw();
      }
    } catch (error) {
      if (this.#abort !== abort || WinnowError.is(error, 'cancelled')) return;
      // A network without exact shares: the other way works on every one.
      if (method === 'activation' && WinnowError.is(error, 'bad-model')) this.method = 'occlusion';
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    this.isBusy = false;
    this.#redraw();
  }

  setOpacity(opacity: number): void {
    this.opacity = opacity;
    this.#redraw();
  }

  /** What is under way is given up. */
  hide(): void {
    this.#abort?.abort();
    this.#abort = null;
    Object.assign(this, { subject: null, look: null, trouble: null, isBusy: false });
  }
}
