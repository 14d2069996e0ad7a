/** Tells the prediction page what has changed: the first thing at once, what follows a few times a second. */

import type { Disposable } from '../../base/scope.js';
import type { PredictionChange } from '../../protocol/prediction.js';

const everyMs = 100;

export class PredictionFeed implements Disposable {
  readonly #since: (revision: number) => PredictionChange;
  readonly #emit: (change: PredictionChange) => void;
  #told = 0;
  #toldAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  /** @param since what leads from that revision to now. */
  constructor(since: (revision: number) => PredictionChange, emit: (change: PredictionChange) => void) {
    this.#since = since;
    this.#emit = emit;
  }

  /** A page has been told everything up to this revision. */
  opened(revision: number): void {
    this.#told = revision;
  }

  /** @param isUrgent somebody waits for this. */
  changed(isUrgent = false): void {
    if (this.#isDisposed) return;
    const wait = isUrgent ? 0 : this.#toldAt + everyMs - performance.now();
    if (wait <= 0) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), wait);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#toldAt = performance.now();
    const change = this.#since(this.#told);
    if (change.revision === this.#told) return;
    this.#told = change.revision;
    this.#emit(change);
  }
}
