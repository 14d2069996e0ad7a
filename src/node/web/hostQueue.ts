/** Who may ask whom, when: a few requests a host, a few in all, and a rest for hosts that are unwell. */

import type { Clock } from './clock.js';
import { retryLimits } from './retryPlan.js';

const breaksAfter = 5;
const pauseMs = 60_000;
/** Pauses in a row without a success in between: then the host is given up. */
const mostPauses = 3;

interface Host {
  limit: number;
  active: number;
  /** No request before this time. */
  notBefore: number;
  failures: number;
  pauses: number;
  parked: string | null;
}

interface Waiting {
  readonly host: Host;
  readonly start: () => void;
}

export class HostQueue {
  readonly #hosts = new Map<string, Host>();
  readonly #waiting: Waiting[] = [];
  #active = 0;

  constructor(
    private readonly perHost: number,
    private readonly global: number,
    private readonly clock: Clock,
  ) {}

  /** Why a host is not asked any more; null = it may be. */
  parked(name: string): string | null {
    return this.#host(name).parked;
  }

  /** Waits for a turn at the host. The answer gives it back. Rejects when the signal aborts. */
  async turn(name: string, signal?: AbortSignal): Promise<() => void> {
    const host = this.#host(name);
    for (;;) {
      // A host that rests must not hold a place that another could use.
      for (let wait = this.#restOf(host); wait > 0; wait = this.#restOf(host)) await this.clock.sleep(wait, signal);
      await this.#slot(host, signal);
      const release = this.#releaseOf(host);
      if (this.#restOf(host) <= 0) return release;
      release();
    }
  }

  #restOf(host: Host): number {
    return host.notBefore - this.clock.now();
  }

  succeeded(name: string): void {
    const host = this.#host(name);
    host.failures = 0;
    host.pauses = 0;
  }

  /** A host that fails five times in a row rests for a minute; after three such rests it is given up. */
  failed(name: string): void {
    const host = this.#host(name);
    host.failures++;
    if (host.failures < breaksAfter) return;
    host.failures = 0;
    host.pauses++;
    if (host.pauses > mostPauses) host.parked = 'it kept failing';
    else this.#rest(host, pauseMs);
  }

  /** The server asked for less: half as many at once, and none before `waitMs` have passed; too long a wait parks it. */
  slowDown(name: string, waitMs: number | null): void {
    const host = this.#host(name);
    host.limit = Math.max(1, Math.floor(host.limit / 2));
    if (waitMs === null) return;
    if (waitMs > retryLimits.longestRetryAfterMs) host.parked = 'it asked to come back much later';
    else this.#rest(host, waitMs);
  }

  #rest(host: Host, ms: number): void {
    host.notBefore = Math.max(host.notBefore, this.clock.now() + ms);
  }

  #host(name: string): Host {
    let host = this.#hosts.get(name);
    if (!host) {
      host = { limit: this.perHost, active: 0, notBefore: 0, failures: 0, pauses: 0, parked: null };
      this.#hosts.set(name, host);
    }
    return host;
  }

  #slot(host: Host, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        const at = this.#waiting.indexOf(waiting);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the caller's own reason
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        host,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#pump();
    });
  }

  #releaseOf(host: Host): () => void {
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      host.active--;
      this.#active--;
      this.#pump();
    };
  }

  /** In the order they came, past those whose host is busy. */
  #pump(): void {
    for (let at = 0; at < this.#waiting.length && this.#active < this.global;) {
      const { host, start } = this.#waiting[at]!;
      if (host.active >= host.limit) {
        at++;
        continue;
      }
      this.#waiting.splice(at, 1);
      host.active++;
      this.#active++;
      start();
    }
  }
}
