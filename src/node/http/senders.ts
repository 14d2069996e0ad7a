/** Pictures that are being received, so that a slow sender keeps its place only while nobody else needs it. */

export interface Sender {
  /** So many bytes have come. */
  readonly came: (bytes: number) => void;
  /** Aborts when its place is given to somebody else. */
  readonly evicted: AbortSignal;
  readonly done: () => void;
}

export interface Pace {
  /** Before this nobody is called slow. */
  readonly graceMs: number;
  /** Whoever sends fewer bytes a second than this is slow. */
  readonly bytesPerSecond: number;
}

interface Receiving {
  readonly startedMs: number;
  readonly abort: AbortController;
  bytes: number;
}

export class Senders {
  readonly #receiving = new Set<Receiving>();
  readonly #pace: Pace;
  readonly #now: () => number;

  constructor(pace: Pace, now: () => number = () => performance.now()) {
    this.#pace = pace;
    this.#now = now;
  }

  add(): Sender {
    const receiving: Receiving = { startedMs: this.#now(), abort: new AbortController(), bytes: 0 };
    this.#receiving.add(receiving);
    return {
      came: (bytes) => (receiving.bytes = bytes),
      evicted: receiving.abort.signal,
      done: () => this.#receiving.delete(receiving),
    };
  }

  /** Takes the slowest one's place away. False = all are fast enough, or have only begun. */
  evictSlowest(): boolean {
    const now = this.#now();
    let slowest: Receiving | null = null;
    let least = this.#pace.bytesPerSecond;
    for (const receiving of this.#receiving) {
      const ms = now - receiving.startedMs;
      const pace = (1000 * receiving.bytes) / ms;
      if (ms < this.#pace.graceMs || pace >= least) continue;
      [slowest, least] = [receiving, pace];
    }
    if (!slowest) return false;
    this.#receiving.delete(slowest);
    slowest.abort.abort();
    return true;
  }
}
