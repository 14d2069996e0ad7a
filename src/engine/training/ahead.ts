/** Batches that are asked for some steps before they are needed: a step blocks the thread that asks. */
export class Ahead<T> {
  readonly #make: (at: number) => Promise<T>;
  readonly #count: number;
  readonly #coming = new Map<number, Promise<T>>();

  /** @param count under way at a time, the one that is taken included. */
  constructor(make: (at: number) => Promise<T>, count: number) {
    this.#make = make;
    this.#count = count;
  }

  /** The one of `at`, and asks for those after it. @param end none from here on. */
  take(at: number, end: number): Promise<T> {
    for (let next = at; next < Math.min(end, at + this.#count); next++) {
      if (this.#coming.has(next)) continue;
      const coming = this.#make(next);
      // A training that ends meanwhile takes no more of them.
      coming.catch(() => undefined);
      this.#coming.set(next, coming);
    }
    const taken = this.#coming.get(at)!;
    this.#coming.delete(at);
    return taken;
  }
}
