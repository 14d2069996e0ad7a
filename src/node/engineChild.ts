/** One life of the engine process: started, spoken to, ended; with what it said last and what it was looking at. */

import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { WinnowError } from '../base/errors.js';
import type { Log } from '../ports/log.js';
import type { Handlers } from '../protocol/contract.js';
import { Endpoint } from '../protocol/endpoint.js';
import { engineContract, type EngineContract } from '../protocol/engine.js';
import type { Transport } from '../protocol/wire.js';
import { cleanEnv, type NodeRuntime } from './nodeRuntime.js';
import { childTransport } from './processTransport.js';

export interface ChildOptions {
  readonly bundle: string;
  readonly runtime: NodeRuntime;
  readonly rung: 'auto' | 'wasm';
  readonly log: Log;
  readonly pushes: Handlers<EngineContract['pushes']>;
  readonly onHeartbeat: (beat: Heartbeat) => void;
}

/** Each second, from a thread that the engine's main loop cannot block. */
export interface Heartbeat {
  /** How long the main loop has not answered. */
  readonly busyMs: number;
  readonly rssMb: number;
  /** Processor time of all its threads so far. */
  readonly cpuMs: number;
  /** Rises whenever a long work got something done. */
  readonly progress: number;
}

type EngineEndpoint = Endpoint<EngineContract['calls'], EngineContract['pushes']>;

const startMs = 30_000;
const killMs = 2_000;
const keptStderr = 4_000;
const sidePipe = 4;
const crashSignals = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP']);

export class EngineChild {
  readonly endpoint: EngineEndpoint;
  readonly #child: ChildProcess;
  #stderr = '';
  #ended: { readonly code: number | null; readonly signal: string | null } | undefined;
  #isWanted = true;
  /** Why it was ended, where its owner has a reason. */
  #reason: string | null = null;
  readonly whenEnded: Promise<void>;
  readonly #inFlight = new Map<string, number>();

  /** Resolves when the engine has said hello. Throws `no-runtime` or `peer-gone` with what it wrote to stderr. */
  static async start(options: ChildOptions): Promise<EngineChild> {
    let hello: (() => void) | undefined;
    const greeted = new Promise<void>((resolve) => (hello = resolve));
    const engine = new EngineChild(options, () => hello?.());
    let timer: NodeJS.Timeout | undefined;
    const gone = new Promise<never>((_, reject) => {
      const fail = (): void => reject(engine.goneError('did not start'));
      engine.#child.once('exit', fail);
      engine.#child.once('error', fail);
      timer = setTimeout(() => {
        reject(new WinnowError('peer-gone', `The engine did not answer within ${startMs / 1000} s. Try again.`));
      }, startMs);
    });
    try {
      await Promise.race([greeted, gone]);
      return engine;
    } catch (error) {
      engine.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(options: ChildOptions, onHello: () => void) {
    const { bundle, runtime, rung, log } = options;
    this.#child = spawn(runtime.file, [bundle], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
      cwd: path.dirname(bundle),
      env: {
        // glibc gives every thread a heap of its own and keeps what it held: 130 MB more, for nothing (docs/benchmarks.md).
        MALLOC_ARENA_MAX: '2',
        ...cleanEnv(process.env),
        WINNOW_RUNG: rung === 'wasm' ? 'wasm' : 'native',
        WINNOW_SIDE_PIPE: String(sidePipe),
      },
      serialization: 'json',
      windowsHide: true,
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-keptStderr);
    });
    this.whenEnded = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#ended = { code, signal };
        resolve();
      });
    });
    this.#child.on('error', (error) => {
      this.#stderr += error.message;
    });
    const side = this.#child.stdio[sidePipe] as Readable | null;
    side?.on('error', () => undefined);
    if (side) createInterface({ input: side }).on('line', (line) => this.#hear(line, options));
    this.endpoint = new Endpoint(
      greeting(childTransport(this.#child), onHello),
      options.pushes,
      (error, where) => log.error(`engine, ${where}`, error),
      engineContract.version,
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined || this.endpoint.isEnded;
  }

  /** Items that native code was looking at when the process crashed; none when it ended in any other way. */
  get suspects(): readonly string[] {
    const { code, signal } = this.#ended ?? {};
    // Windows says an access violation by the exit code.
    const isCrash = (signal != null && crashSignals.has(signal)) || (code ?? 0) >= 0xc0000000;
    return isCrash ? [...this.#inFlight.keys()] : [];
  }

  /** Why the process is no more, in a sentence. */
  goneError(what = 'stopped'): WinnowError {
    const { code, signal } = this.#ended ?? {};
    if (this.#reason !== null) return new WinnowError('peer-gone', this.#reason);
    const how = signal ? `by ${signal}` : code == null ? '' : `with code ${code}`;
    const said = this.#stderr.trim().split('\n').slice(-3).join(' ').slice(-600);
    if (signal === 'SIGKILL' && this.#isWanted) {
      const why = `The engine was ${what === 'stopped' ? 'killed' : 'killed at its start'}: probably out of memory.`;
      return new WinnowError('peer-gone', `${why} What is decided and cached is safe; try again.`, {
        detail: { signal },
      });
    }
    return new WinnowError(
      'peer-gone',
      `The engine ${what}${how === '' ? '' : ` (${how})`}. What is decided and cached is safe; try again.${said === '' ? '' : ` It said: ${said}`}`,
      { detail: { code, signal } },
    );
  }

  /** Ends the process: the channel first, then a signal, then force. @param reason the sentence for whoever waits. */
  stop(reason: string | null = null): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this.#reason = reason;
    this.endpoint.end('the engine was stopped');
    if (this.#child.connected) this.#child.disconnect();
    this.#child.kill('SIGTERM');
    setTimeout(() => {
      if (!this.#ended) this.#child.kill('SIGKILL');
    }, killMs).unref();
  }

  #hear(line: string, { onHeartbeat }: ChildOptions): void {
    let told: { begin?: string; end?: string; heartbeat?: Heartbeat };
    try {
      told = JSON.parse(line) as typeof told;
    } catch {
      // Two threads share the pipe; a torn line is no reason to stop.
      return;
    }
    if (told.begin !== undefined) this.#inFlight.set(told.begin, (this.#inFlight.get(told.begin) ?? 0) + 1);
    if (told.end !== undefined) {
      const left = (this.#inFlight.get(told.end) ?? 1) - 1;
      if (left > 0) this.#inFlight.set(told.end, left);
      else this.#inFlight.delete(told.end);
    }
    if (told.heartbeat) onHeartbeat(told.heartbeat);
  }
}

const greeting = (inner: Transport, onHello: () => void): Transport => ({
  ...inner,
  onFrame: (listener) => {
    inner.onFrame((frame) => {
      if (typeof frame === 'object' && frame !== null && 't' in frame && frame.t === 'hello') onHello();
      listener(frame);
    });
  },
});
