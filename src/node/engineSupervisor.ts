/** The engine's process: started at the first call, started anew after a crash, ended with its owner. */

import { Emitter } from '../base/emitter.js';
import { WinnowError } from '../base/errors.js';
import { Turnstile } from '../base/turnstile.js';
import type { ItemId } from '../core/dataset/item.js';
import type { Log } from '../ports/log.js';
import type { Handlers, In, Out } from '../protocol/contract.js';
import type * as wire from '../protocol/engine.js';
import { EngineChild, type Heartbeat } from './engineChild.js';
import { findNode, thisRuntime, type NodeRuntime } from './nodeRuntime.js';
import { watchProgress } from './watchProgress.js';

export interface EngineProcessOptions {
  /** The bundled engine, dist/engine.mjs. */
  readonly bundle: string;
  /** The setting `winnow.nodePath`; null = find one. */
  readonly nodePath: string | null;
  /** 'wasm' = the last rung, without native code. */
  readonly rung: 'auto' | 'wasm';
  readonly log: Log;
  /** How long a cancelled call may go on before the process is ended; for tests. */
  readonly cancelMs?: number;
  /** How long a training may get nothing done before its process is ended. */
  readonly hangMs?: number;
}

type Calls = wire.EngineContract['calls'];
export type EnginePushes = Handlers<wire.EngineContract['pushes']>;

const slowMs = 10_000;

export class EngineSupervisor {
  readonly #options: EngineProcessOptions;
  readonly #pushes: EnginePushes;
  readonly #turnstile = new Turnstile();
  readonly #beat = new Emitter<Heartbeat>();
  #runtime: Promise<NodeRuntime> | undefined;
  #child: Promise<EngineChild> | undefined;
  #isDisposed = false;
  #wasSlow = false;

  /** Each second while the process lives. */
  readonly onDidBeat = this.#beat.event;

  /** @param pushes what the process says without being asked. */
  constructor(options: EngineProcessOptions, pushes: EnginePushes) {
    this.#options = options;
    this.#pushes = pushes;
  }

  /** Ends the process; the next call starts another one, on the runtime as it is set then. */
  restart(): void {
    const child = this.#child;
    this.#child = undefined;
    this.#runtime = undefined;
    child?.then(
      (engine) => {
        engine.stop();
      },
      () => undefined,
    );
  }

  dispose(): void {
    this.#isDisposed = true;
    this.restart();
    this.#beat.dispose();
  }

  async call<K extends keyof Calls>(name: K, input: In<Calls[K]>, signal?: AbortSignal): Promise<Out<Calls[K]>> {
    WinnowError.throwIfAborted(signal, name);
    const child = await this.#started();
    let timer: NodeJS.Timeout | undefined;
    // Ask first; a main loop that does not listen is ended.
    const onAbort = (): void => {
      timer = setTimeout(() => {
        child.stop();
      }, this.#options.cancelMs ?? 5_000);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await child.endpoint.call(name, input, signal);
    } catch (error) {
      if (signal?.aborted) throw new WinnowError('cancelled', name, { cause: error });
      if (WinnowError.is(error, 'peer-gone')) throw child.goneError();
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** A call whose process is ended when it gets nothing done. */
  async watched<K extends 'fineTune' | 'findRate'>(
    name: K,
    input: In<Calls[K]>,
    signal: AbortSignal | undefined,
  ): Promise<Out<Calls[K]>> {
    WinnowError.throwIfAborted(signal, name);
    const child = await this.#started();
    const limitMs = this.#options.hangMs ?? 60_000;
    const watch = watchProgress(this.onDidBeat, limitMs, () => {
      child.stop(
        `The training got nothing done for ${Math.round(limitMs / 1000)} s, so its process was ended. Its last checkpoint and its best epoch are kept; go on with it, on the CPU (device: cpu) if it happens again.`,
      );
    });
    try {
      return await this.call(name, input, signal);
    } catch (error) {
      // Two processes must not write into one run.
      if (WinnowError.is(error, 'peer-gone')) await child.whenEnded;
      throw error;
    } finally {
      watch.dispose();
    }
  }

  /**
   * Runs `work` on the files. When native code takes the process down, the files it was looking at are tried alone:
   * @returns those that take it down again.
   */
  async aroundCrashes(
    files: readonly wire.SourceFile[],
    work: (files: readonly wire.SourceFile[]) => Promise<void>,
  ): Promise<readonly ItemId[]> {
    let left = files;
    const suspected: wire.SourceFile[] = [];
    while (left.length > 0 || files.length === 0) {
      const suspects = await this.#turnstile.together(() => this.#suspectsOf(() => work(left)));
      if (suspects === null) break;
      suspected.push(...left.filter(({ id }) => suspects.has(id)));
      left = left.filter(({ id }) => !suspects.has(id));
    }
    const crashed: ItemId[] = [];
    for (const file of suspected) {
      // Alone, or another call's files would take the blame for this one's.
      if (await this.#turnstile.alone(() => this.#suspectsOf(() => work([file])))) crashed.push(file.id);
    }
    return crashed;
  }

  /** Null when the work got done; the ids under suspicion when the process crashed; else throws. */
  async #suspectsOf(work: () => Promise<void>): Promise<ReadonlySet<string> | null> {
    const child = await this.#started();
    try {
      await work();
      return null;
    } catch (error) {
      if (!WinnowError.is(error, 'peer-gone') || child.suspects.length === 0) throw error;
      this.#options.log.warn(
        `The engine crashed while it looked at ${child.suspects.length} file(s); it goes on without.`,
      );
      return new Set(child.suspects);
    }
  }

  #started(): Promise<EngineChild> {
    if (this.#isDisposed) return Promise.reject(new WinnowError('peer-gone', 'The engine was disposed of.'));
    const current = this.#child;
    if (!current) return (this.#child = this.#start());
    // Whoever finds it dead first starts the next one; the others wait for that one.
    const renewed = (): Promise<EngineChild> => {
      if (this.#child === current || !this.#child) this.#child = this.#start();
      return this.#child;
    };
    return current.then((child) => (child.hasEnded ? renewed() : child), renewed);
  }

  async #start(): Promise<EngineChild> {
    const { bundle, nodePath, rung, log } = this.#options;
    this.#runtime ??= findNode({
      setting: nodePath,
      env: process.env,
      own: thisRuntime(),
      platform: process.platform,
    });
    const pending = this.#runtime;
    const runtime = await pending.catch((error: unknown) => {
      // Node may be installed, or the setting mended, by the next call.
      this.#runtime = undefined;
      throw error;
    });
    return EngineChild.start({
      bundle,
      runtime,
      rung,
      log,
      pushes: this.#pushes,
      onHeartbeat: (beat) => {
        const isSlow = beat.busyMs > slowMs;
        if (isSlow && !this.#wasSlow) {
          const seconds = Math.round(beat.busyMs / 1000);
          log.warn(`The engine is alive, but has been too busy to answer for ${seconds} s.`);
        }
        this.#wasSlow = isSlow;
        this.#beat.fire(beat);
      },
    });
  }
}
