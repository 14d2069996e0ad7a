/** The engine behind its port: started at the first call, started anew after a crash, ended with its owner. */

import { readFile } from 'node:fs/promises';
import { Emitter } from '../base/emitter.js';
import { WinnowError } from '../base/errors.js';
import { Turnstile } from '../base/turnstile.js';
import type { ItemId } from '../core/dataset/item.js';
import type { Ranking } from '../core/findings/ranking.js';
import type { Engine, OnProgress } from '../ports/engine.js';
import type { Log } from '../ports/log.js';
import type { In, Out } from '../protocol/contract.js';
import type * as wire from '../protocol/engine.js';
import type { Look, LookJob, SimilarJob, SimilarResult } from '../protocol/evidence.js';
import type {
  AugmentedJob,
  FindRateEvent,
  FindRateJob,
  FindRateResult,
  FineTuneJob,
  FineTuneResult,
  SelfTestResult,
  TrainingEvent,
} from '../protocol/training.js';
import { EngineChild, type Heartbeat } from './engineChild.js';
import { watchProgress } from './watchProgress.js';
import { findNode, thisRuntime, type NodeRuntime } from './nodeRuntime.js';

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
type Bad = Extract<wire.Inspection, { readonly bad: unknown }>['bad'];

const decoderCrash: Bad = {
  reason: 'decoder-crash',
  message: 'The decoder crashed on this file. It was left out; look at it in another program, or convert it.',
};
const slowMs = 10_000;

export class EngineProcess implements Engine {
  readonly #options: EngineProcessOptions;
  readonly #progress = new Map<number, OnProgress>();
  readonly #training = new Map<number, (event: TrainingEvent) => void>();
  readonly #finding = new Map<number, (event: FindRateEvent) => void>();
  readonly #turnstile = new Turnstile();
  readonly #beat = new Emitter<Heartbeat>();
  #runtime: Promise<NodeRuntime> | undefined;
  #child: Promise<EngineChild> | undefined;
  #nextProgress = 1;
  #isDisposed = false;
  #wasSlow = false;

  /** Each second while the process lives. */
  readonly onDidBeat = this.#beat.event;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
  }

  info(signal?: AbortSignal): Promise<wire.EngineInfo> {
    return this.#call('info', null, signal);
  }

  async inspect(
    files: readonly wire.SourceFile[],
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<readonly wire.Inspection[]> {
    const found = new Map<ItemId, wire.Inspection>();
    const crashed = await this.#aroundCrashes(files, async (some) => {
      const { results } = await this.#withProgress('inspect', { files: some }, onProgress, signal);
      for (const result of results) found.set(result.id, result);
    });
    for (const id of crashed) found.set(id, { id, bad: decoderCrash });
    return files.map(({ id }) => found.get(id)!);
  }

  async catalogue(signal?: AbortSignal): Promise<readonly wire.CatalogueRow[]> {
    return (await this.#call('catalogue', null, signal)).rows;
  }

  resolveBackbone(request: wire.BackboneRequest, signal?: AbortSignal): Promise<wire.BackboneRef> {
    return this.#call('resolveBackbone', request, signal);
  }

  async embed(job: wire.EmbedJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<wire.EmbedResult> {
    const results: wire.EmbedResult[] = [];
    const crashed = await this.#aroundCrashes(job.files, async (files) => {
      results.push(await this.#withProgress('embed', { ...job, files }, onProgress, signal));
    });
    const [first] = results;
    if (first && results.length === 1 && crashed.length === 0) return first;
    const sum = (of: (result: wire.EmbedResult) => number): number => results.reduce((s, each) => s + of(each), 0);
    return {
      failed: [...results.flatMap(({ failed }) => failed), ...crashed.map((id) => ({ id, bad: decoderCrash }))],
      facts: results.flatMap(({ facts }) => facts),
      dim: results.find(({ dim }) => dim > 0)?.dim ?? 0,
      hits: sum(({ hits }) => hits),
      misses: sum(({ misses }) => misses) + crashed.length,
      inference: first?.inference ?? 'none',
      timingMs: {
        decode: sum(({ timingMs }) => timingMs.decode),
        embed: sum(({ timingMs }) => timingMs.embed),
        wall: sum(({ timingMs }) => timingMs.wall),
      },
    };
  }

  fit(job: wire.FitJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<wire.FitResult> {
    return this.#withProgress('fit', job, onProgress, signal);
  }

  rank(job: wire.RankJob, signal?: AbortSignal): Promise<Ranking> {
    return this.#call('rank', job, signal);
  }

  leaveOut(job: wire.LeaveOutJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<wire.LeaveOutResult> {
    return this.#withProgress('leaveOut', job, onProgress, signal);
  }

  confidences(job: wire.RankJob, signal?: AbortSignal): Promise<wire.Confidences> {
    return this.#call('confidences', job, signal);
  }

  collect(job: wire.CollectJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<wire.CollectResult> {
    return this.#withProgress('collect', job, onProgress, signal);
  }

  heldOutRows(run: { readonly run: string; readonly runDir: string }): Promise<{ readonly probabilities: number[] }> {
    return this.#call('heldOutRows', run);
  }

  async predict(
    job: wire.PredictJob,
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<readonly wire.PredictAnswer[]> {
    return (await this.#withProgress('predict', job, onProgress, signal)).answers;
  }

  similar(job: SimilarJob, signal?: AbortSignal): Promise<SimilarResult> {
    return this.#call('similar', job, signal);
  }

  async project(job: wire.ProjectJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<Float32Array> {
    const { file, rows } = await this.#withProgress('project', job, onProgress, signal);
    const bytes = await readFile(file);
    if (bytes.byteLength !== rows * 8) throw new WinnowError('no-run', 'The map on the disk is broken. Make it anew.');
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }

  look(job: LookJob, signal?: AbortSignal): Promise<Look> {
    return this.#call('look', job, signal);
  }

  async fineTune(
    job: FineTuneJob,
    onEvent: (event: TrainingEvent) => void,
    signal?: AbortSignal,
  ): Promise<FineTuneResult> {
    const progressId = this.#nextProgress++;
    this.#training.set(progressId, onEvent);
    try {
      return await this.#watched('fineTune', { ...job, progressId }, signal);
    } finally {
      this.#training.delete(progressId);
    }
  }

  async findRate(
    job: FindRateJob,
    onEvent: (event: FindRateEvent) => void,
    signal?: AbortSignal,
  ): Promise<FindRateResult> {
    const progressId = this.#nextProgress++;
    this.#finding.set(progressId, onEvent);
    try {
      return await this.#watched('findRate', { ...job, progressId }, signal);
    } finally {
      this.#finding.delete(progressId);
    }
  }

  async augmented(job: AugmentedJob, signal?: AbortSignal): Promise<readonly string[] | null> {
    return (await this.#call('augmented', job, signal)).paths;
  }

  async stopFineTune(run: string): Promise<void> {
    await this.#call('stopFineTune', { run });
  }

  trainingSelfTest(device: 'cpu' | 'webgpu'): Promise<SelfTestResult> {
    return this.#call('trainingSelfTest', { device });
  }

  exportRun(job: wire.ExportJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<wire.ExportResult> {
    return this.#withProgress('exportRun', job, onProgress, signal);
  }

  writeSample(
    job: { readonly dir: string; readonly seed: number },
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<{ readonly files: number }> {
    return this.#withProgress('writeSample', job, onProgress, signal);
  }

  async thumbnails(job: wire.ThumbnailJob, signal?: AbortSignal): Promise<readonly (string | null)[]> {
    const found = new Map<ItemId, string | null>();
    await this.#aroundCrashes(job.files, async (files) => {
      const { paths } = await this.#call('thumbnails', { ...job, files }, signal);
      files.forEach(({ id }, at) => found.set(id, paths[at] ?? null));
    });
    return job.files.map(({ id }) => found.get(id) ?? null);
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

  async #withProgress<
    K extends
      'inspect' | 'embed' | 'fit' | 'predict' | 'exportRun' | 'writeSample' | 'leaveOut' | 'collect' | 'project',
  >(
    name: K,
    input: Omit<In<Calls[K]>, 'progressId'>,
    onProgress: OnProgress | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Out<Calls[K]>> {
    const progressId = this.#nextProgress++;
    if (onProgress) this.#progress.set(progressId, onProgress);
    try {
      return await this.#call(name, { ...input, progressId } as In<Calls[K]>, signal);
    } finally {
      this.#progress.delete(progressId);
    }
  }

  async #call<K extends keyof Calls>(name: K, input: In<Calls[K]>, signal?: AbortSignal): Promise<Out<Calls[K]>> {
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
  async #watched<K extends 'fineTune' | 'findRate'>(
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
      return await this.#call(name, input, signal);
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
  async #aroundCrashes(
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
      pushes: {
        progress: ({ progressId, ...progress }) => {
          this.#progress.get(progressId)?.(progress);
          return null;
        },
        training: ({ progressId, event }) => {
          this.#training.get(progressId)?.(event);
          return null;
        },
        finding: ({ progressId, event }) => {
          this.#finding.get(progressId)?.(event);
          return null;
        },
        heartbeat: () => null,
        log: ({ level, message }) => {
          log[level](`engine: ${message}`);
          return null;
        },
      },
      onHeartbeat: (beat) => {
        const isSlow = beat.busyMs > slowMs;
        if (isSlow && !this.#wasSlow) log.warn(`The engine has not answered for ${Math.round(beat.busyMs / 1000)} s.`);
        this.#wasSlow = isSlow;
        this.#beat.fire(beat);
      },
    });
  }
}
