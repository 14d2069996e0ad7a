/** The engine behind its port: what each call asks of the process, and what comes back while it is answered. */

import { readFile } from 'node:fs/promises';
import type { Listener } from '../base/emitter.js';
import { WinnowError } from '../base/errors.js';
import type { Disposable } from '../base/scope.js';
import type { ItemId } from '../core/dataset/item.js';
import type { Ranking } from '../core/findings/ranking.js';
import type { Engine, OnProgress } from '../ports/engine.js';
import type { In, Out } from '../protocol/contract.js';
import type * as wire from '../protocol/engine.js';
import type * as exporting from '../protocol/exporting.js';
import type { Look, LookJob, SimilarJob, SimilarResult } from '../protocol/evidence.js';
import type {
  ComputingDevice,
  AugmentedJob,
  FindRateEvent,
  FindRateJob,
  FindRateResult,
  FineTuneJob,
  FineTuneResult,
  SelfTestResult,
  TrainingEvent,
} from '../protocol/training.js';
import type { Heartbeat } from './engineChild.js';
import { EngineSupervisor, type EngineProcessOptions } from './engineSupervisor.js';

type Calls = wire.EngineContract['calls'];
type Bad = Extract<wire.Inspection, { readonly bad: unknown }>['bad'];

const decoderCrash: Bad = {
  reason: 'decoder-crash',
  message: 'The decoder crashed on this file. It was left out; look at it in another program, or convert it.',
};

export class EngineProcess implements Engine {
  readonly #supervisor: EngineSupervisor;
  readonly #progress = new Map<number, OnProgress>();
  readonly #training = new Map<number, (event: TrainingEvent) => void>();
  readonly #finding = new Map<number, (event: FindRateEvent) => void>();
  #nextProgress = 1;
  /** Each second while the process lives. */
  readonly onDidBeat: (listener: Listener<Heartbeat>) => Disposable;

  constructor(options: EngineProcessOptions) {
    this.#supervisor = new EngineSupervisor(options, {
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
        options.log[level](`engine: ${message}`);
        return null;
      },
    });
    this.onDidBeat = this.#supervisor.onDidBeat;
  }

  info(signal?: AbortSignal): Promise<wire.EngineInfo> {
    return this.#supervisor.call('info', null, signal);
  }

  async inspect(
    files: readonly wire.SourceFile[],
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<readonly wire.Inspection[]> {
    const found = new Map<ItemId, wire.Inspection>();
    const crashed = await this.#supervisor.aroundCrashes(files, async (some) => {
      const { results } = await this.#withProgress('inspect', { files: some }, onProgress, signal);
      for (const result of results) found.set(result.id, result);
    });
    for (const id of crashed) found.set(id, { id, bad: decoderCrash });
    return files.map(({ id }) => found.get(id)!);
  }

  async catalogue(signal?: AbortSignal): Promise<readonly wire.CatalogueRow[]> {
    return (await this.#supervisor.call('catalogue', null, signal)).rows;
  }

  resolveBackbone(request: wire.BackboneRequest, signal?: AbortSignal): Promise<wire.BackboneRef> {
    return this.#supervisor.call('resolveBackbone', request, signal);
  }

  async openNetwork(view: wire.NetworkView, signal?: AbortSignal): Promise<void> {
    await this.#supervisor.call('openNetwork', view, signal);
  }

  async embed(job: wire.EmbedJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<wire.EmbedResult> {
    const results: wire.EmbedResult[] = [];
    const crashed = await this.#supervisor.aroundCrashes(job.files, async (files) => {
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
    return this.#supervisor.call('rank', job, signal);
  }

  leaveOut(job: wire.LeaveOutJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<wire.LeaveOutResult> {
    return this.#withProgress('leaveOut', job, onProgress, signal);
  }

  confidences(job: wire.RankJob, signal?: AbortSignal): Promise<wire.Confidences> {
    return this.#supervisor.call('confidences', job, signal);
  }

  collect(job: wire.CollectJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<wire.CollectResult> {
    return this.#withProgress('collect', job, onProgress, signal);
  }

  heldOutRows(run: { readonly run: string; readonly runDir: string }): Promise<{ readonly probabilities: number[] }> {
    return this.#supervisor.call('heldOutRows', run);
  }

  async predict(
    job: wire.PredictJob,
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<readonly wire.PredictAnswer[]> {
    return (await this.#withProgress('predict', job, onProgress, signal)).answers;
  }

  similar(job: SimilarJob, signal?: AbortSignal): Promise<SimilarResult> {
    return this.#supervisor.call('similar', job, signal);
  }

  async project(job: wire.ProjectJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<Float32Array> {
    const { file, rows } = await this.#withProgress('project', job, onProgress, signal);
    const bytes = await readFile(file);
    if (bytes.byteLength !== rows * 8) throw new WinnowError('no-run', 'The map on the disk is broken. Make it anew.');
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }

  look(job: LookJob, signal?: AbortSignal): Promise<Look> {
    return this.#supervisor.call('look', job, signal);
  }

  async fineTune(
    job: FineTuneJob,
    onEvent: (event: TrainingEvent) => void,
    signal?: AbortSignal,
  ): Promise<FineTuneResult> {
    const progressId = this.#nextProgress++;
    this.#training.set(progressId, onEvent);
    try {
      return await this.#supervisor.watched('fineTune', { ...job, progressId }, signal);
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
      return await this.#supervisor.watched('findRate', { ...job, progressId }, signal);
    } finally {
      this.#finding.delete(progressId);
    }
  }

  async augmented(job: AugmentedJob, signal?: AbortSignal): Promise<readonly string[] | null> {
    return (await this.#supervisor.call('augmented', job, signal)).paths;
  }

  async stopFineTune(run: string): Promise<void> {
    await this.#supervisor.call('stopFineTune', { run });
  }

  trainingSelfTest(device: ComputingDevice, isTimed: boolean): Promise<SelfTestResult> {
    return this.#supervisor.call('trainingSelfTest', { device, isTimed });
  }

  exportRun(job: exporting.ExportJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<exporting.ExportResult> {
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
    await this.#supervisor.aroundCrashes(job.files, async (files) => {
      const { paths } = await this.#supervisor.call('thumbnails', { ...job, files }, signal);
      files.forEach(({ id }, at) => found.set(id, paths[at] ?? null));
    });
    return job.files.map(({ id }) => found.get(id) ?? null);
  }

  /** Ends the process; the next call starts another one, on the runtime as it is set then. */
  restart(): void {
    this.#supervisor.restart();
  }

  dispose(): void {
    this.#supervisor.dispose();
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
      return await this.#supervisor.call(name, { ...input, progressId } as In<Calls[K]>, signal);
    } finally {
      this.#progress.delete(progressId);
    }
  }
}
