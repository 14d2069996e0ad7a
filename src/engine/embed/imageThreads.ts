/** A handful of image threads with one queue. A thread that dies costs one picture, never the session. */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { WinnowError, type ErrorCode } from '../../base/errors.js';
import { loadSharp } from '../images/loadSharp.js';
import type { AnswerMessage, ImageAnswer, ImageTask, TaskMessage } from './imageTask.js';

interface Waiting {
  readonly task: ImageTask;
  /** Threads that died while it was under way. Suspects are tried again alone. */
  deaths: number;
  resolve(answer: ImageAnswer): void;
  reject(error: unknown): void;
}
interface Thread {
  readonly worker: Worker;
  readonly busy: Map<number, Waiting>;
}

/** One looks, two are being decoded: a large photo must not leave the network without work. */
const depth = 3;
/** Eight make augmented photos as fast as the fastest card learns from them. */
const maxThreads = 8;
const idleMs = 60_000;

export class ImageThreads {
  readonly #entry: URL;
  readonly #threads: Thread[] = [];
  readonly #queue: Waiting[] = [];
  #next = 1;
  #idle: NodeJS.Timeout | undefined;
  #isStarted: Promise<unknown> | undefined;
  readonly count: number;

  /** @param entry the bundled imageThread. */
  constructor(entry: URL, count = Math.min(availableParallelism(), maxThreads)) {
    this.#entry = entry;
    this.count = count;
  }

  /** The thread's answer; a picture whose decoder killed two threads is `bad` with 'decoder-crash'. */
  run(task: ImageTask, signal?: AbortSignal): Promise<ImageAnswer> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new WinnowError('cancelled', task.kind));
        return;
      }
      const onAbort = (): void => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(new WinnowError('cancelled', task.kind));
      };
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      const waiting: Waiting = {
        task,
        deaths: 0,
        resolve: (answer) => {
          settled();
          resolve(answer);
        },
        reject: (error) => {
          settled();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it came
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiting);
      // The main thread loads sharp first: two threads that load it at the same moment can crash.
      this.#isStarted ??= loadSharp();
      this.#isStarted.then(
        () => {
          this.#pump();
        },
        (error: unknown) => {
          waiting.reject(error);
        },
      );
    });
  }

  /** Ends all threads; what is under way is lost. */
  async dispose(): Promise<void> {
    clearTimeout(this.#idle);
    for (const { busy } of this.#threads) {
      for (const waiting of busy.values()) waiting.reject(new WinnowError('cancelled', 'the engine ends'));
      busy.clear();
    }
    await Promise.all(this.#threads.splice(0).map(({ worker }) => worker.terminate()));
  }

  /** Threads now, for tests that kill one. */
  get workers(): readonly Worker[] {
    return this.#threads.map(({ worker }) => worker);
  }

  #pump(): void {
    clearTimeout(this.#idle);
    while (this.#queue.length > 0) {
      const isSuspect = this.#queue[0]!.deaths > 0;
      const thread = this.#free(isSuspect ? 1 : depth);
      if (!thread) break;
      const waiting = this.#queue.shift()!;
      const ticket = this.#next++;
      thread.busy.set(ticket, waiting);
      thread.worker.postMessage({ ticket, task: waiting.task } satisfies TaskMessage);
    }
    if (this.#queue.length === 0 && this.#threads.every(({ busy }) => busy.size === 0)) {
      this.#idle = setTimeout(() => void this.dispose(), idleMs).unref();
    }
  }

  /** The least busy thread with room, a new one while there may be more; a thread that holds a suspect has none. */
  #free(room: number): Thread | null {
    const open = this.#threads.filter(
      ({ busy }) => busy.size < room && ![...busy.values()].some(({ deaths }) => deaths > 0),
    );
    const best = open.sort((a, b) => a.busy.size - b.busy.size)[0];
    if (best && (best.busy.size === 0 || this.#threads.length >= this.count)) return best;
    return this.#threads.length < this.count ? this.#start() : null;
  }

  #start(): Thread {
    const worker = new Worker(this.#entry);
    const thread: Thread = { worker, busy: new Map() };
    this.#threads.push(thread);
    worker.on('message', (message: AnswerMessage) => {
      const waiting = thread.busy.get(message.ticket);
      thread.busy.delete(message.ticket);
      if (waiting && 'answer' in message) waiting.resolve(message.answer);
      else if (waiting && 'error' in message) {
        const { code, message: text, detail } = message.error;
        waiting.reject(new WinnowError(code as ErrorCode, text, { detail }));
      }
      this.#pump();
    });
    // Without a listener an uncaught error in the thread would end the process; `exit` follows it.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      this.#bury(thread);
    });
    return thread;
  }

  #bury(thread: Thread): void {
    const at = this.#threads.indexOf(thread);
    if (at < 0) return;
    this.#threads.splice(at, 1);
    for (const waiting of [...thread.busy.values()].reverse()) {
      waiting.deaths++;
      if (waiting.deaths < 2) this.#queue.unshift(waiting);
      else if (waiting.task.kind === 'open')
        waiting.reject(new WinnowError('bad-model', 'The model crashes onnxruntime.'));
      else waiting.resolve({ kind: 'bad', bad: decoderCrash });
    }
    this.#pump();
  }
}

export const decoderCrash = {
  reason: 'decoder-crash',
  message: 'The decoder crashed on this file. It was left out; look at it in another program, or convert it.',
} as const;

let shared: ImageThreads | undefined;

/** The engine's threads. In the bundle the thread lies beside the engine. */
export const imageThreads = (): ImageThreads =>
  (shared ??= new ImageThreads(new URL('./imageThread.mjs', import.meta.url)));
