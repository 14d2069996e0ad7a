/** How fast a training goes, and how long it will: step events, not more than a few a second. */

import type { TrainingNews } from '../../protocol/training.js';

const smoothing = 0.98;
const quietMs = 200;

export class Pace {
  readonly #epochs: number;
  readonly #steps: number;
  readonly #batch: number;
  readonly #onEvent: (event: TrainingNews) => void;
  #step = 0;
  #smooth = 0;
  #count = 0;
  #from = 0;
  #startedAt = 0;
  #computedMs = 0;
  #waitedMs = 0;
  #toldAt = 0;

  constructor(epochs: number, perEpoch: number, batch: number, onEvent: (event: TrainingNews) => void) {
    this.#epochs = epochs;
    this.#steps = epochs * perEpoch;
    this.#batch = batch;
    this.#onEvent = onEvent;
  }

  /** @param done steps that an earlier life of this training took. */
  start(done: number): void {
    this.#step = done;
    this.#from = done;
    this.#startedAt = performance.now();
  }

  /** Times what the device does. */
  async computing<T>(work: () => Promise<T>): Promise<T> {
    const before = performance.now();
    const result = await work();
    this.#computedMs += performance.now() - before;
    return result;
  }

  /** Times what the device waits for. */
  async waiting<T>(work: Promise<T>): Promise<T> {
    const before = performance.now();
    const result = await work;
    // The first batch is waited for by everybody.
    if (this.#computedMs > 0) this.#waitedMs += performance.now() - before;
    return result;
  }

  step(epoch: number, loss: number, rate: number, momentum: number): void {
    this.#step++;
    this.#count++;
    this.#smooth = smoothing * this.#smooth + (1 - smoothing) * loss;
    const now = performance.now();
    if (now - this.#toldAt < quietMs && this.#step < this.#steps) return;
    this.#toldAt = now;
    const seconds = (now - this.#startedAt) / 1000;
    const perStep = seconds / (this.#step - this.#from);
    this.#onEvent({
      kind: 'step',
      epoch,
      epochs: this.#epochs,
      step: this.#step,
      steps: this.#steps,
      loss: this.#smooth / (1 - smoothing ** this.#count),
      rate,
      momentum,
      imagesPerSecond: this.#batch / perStep,
      secondsLeft: perStep * (this.#steps - this.#step),
      rssMb: process.memoryUsage.rss() / 2 ** 20,
      busy: this.#computedMs / (this.#computedMs + this.#waitedMs),
    });
  }
}
