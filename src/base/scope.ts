/** Disposal: things that end together, last in first out; one failing end does not stop the rest. */

export interface Disposable {
  dispose(): void;
}

export class Scope implements Disposable {
  #ends: Disposable[] | undefined = [];

  get isDisposed(): boolean {
    return this.#ends === undefined;
  }

  /** Ends `thing` with this scope, at once when the scope has already ended. */
  add<T extends Disposable>(thing: T): T {
    if (this.#ends) this.#ends.push(thing);
    else thing.dispose();
    return thing;
  }

  dispose(): void {
    const ends = this.#ends;
    this.#ends = undefined;
    const failures: unknown[] = [];
    for (const end of (ends ?? []).reverse()) {
      try {
        end.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
