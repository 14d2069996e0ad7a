/** Many may pass together, or one alone. */

export class Turnstile {
  #together = 0;
  #isAlone = false;
  readonly #waiting: { readonly isAlone: boolean; readonly start: () => void }[] = [];

  /** Runs `work` beside others of its kind. */
  together<T>(work: () => Promise<T>): Promise<T> {
    return this.#pass(false, work);
  }

  /** Runs `work` when nobody else is inside; whoever comes later waits. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#pass(true, work);
  }

  async #pass<T>(isAlone: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.#waiting.push({ isAlone, start });
      this.#pump();
    });
    try {
      return await work();
    } finally {
      if (isAlone) this.#isAlone = false;
      else this.#together--;
      this.#pump();
    }
  }

  #pump(): void {
    for (let next = this.#waiting[0]; next && !this.#isAlone; next = this.#waiting[0]) {
      if (next.isAlone && this.#together > 0) return;
      this.#waiting.shift();
      if (next.isAlone) this.#isAlone = true;
      else this.#together++;
      next.start();
    }
  }
}
