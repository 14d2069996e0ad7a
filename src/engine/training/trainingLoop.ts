/** The loop: phases, epochs, steps; measures after each epoch, and checkpoints. */

import { WinnowError } from '../../base/errors.js';
import { epochOrder } from '../../core/training/epochOrder.js';
import type { Phase } from '../../core/training/schedule.js';
import { oneCycle } from '../../core/training/schedule.js';
import type {
  EpochRow,
  FineTuneItem,
  FineTuneResult,
  FineTuneSettings,
  TrainingNews,
} from '../../protocol/training.js';
import type { StatefulSession, StateTensor } from '../session/statefulSession.js';
import { floatsOf } from '../session/tensorSession.js';
import { Ahead } from './ahead.js';
import { readBest, writeBest, writeCheckpoint, type Checkpoint } from './checkpoint.js';
import type { Examples } from './examples.js';
import type { Head } from './graph/head.js';
import { scheduleOf, trainingGraph, type TrainingGraph } from './graph/trainingGraph.js';
import { openTraining } from './openTraining.js';
import { Pace } from './pace.js';
import type { TrainableNetwork } from './trainableNetwork.js';
import { graphOptions, stepFeeds, type Values } from './trainingStep.js';
import { trainedValues } from './trainedModel.js';

export interface Measured {
  /** Nats; null without validation photos. */
  readonly loss: number | null;
  readonly accuracy: number | null;
}

export interface TrainPhasesJob {
  readonly network: TrainableNetwork;
  readonly head: Head;
  readonly classes: number;
  readonly phases: readonly Phase[];
  readonly photos: readonly FineTuneItem[];
  readonly examples: Examples;
  readonly settings: FineTuneSettings;
  readonly keeps: 'last' | 'best';
  readonly runDir: string;
  readonly found: { readonly serial: number; readonly checkpoint: Checkpoint } | null;
  /** After each epoch, by its number. */
  readonly measure: (values: Values, epoch: number) => Promise<Measured>;
  readonly onEvent: (event: TrainingNews) => void;
  readonly wantsStop: () => boolean;
  readonly onProgress: () => void;
  readonly signal: AbortSignal | undefined;
}

export interface TrainPhasesResult {
  readonly values: Values;
  readonly engine: string;
  readonly batch: number;
  readonly epochs: readonly EpochRow[];
  readonly kept: number;
  readonly endedEarly: FineTuneResult['endedEarly'];
}

const checkpointMs = 60_000;
/** Batches under way: the image threads must not wait for the end of a step. */
const ahead = 3;

/** One way through the phases, with so many photos at a time. */
export class TrainingLoop {
  readonly #job: TrainPhasesJob;
  readonly #batch: number;
  readonly #perEpoch: number;
  readonly #epochs: EpochRow[] = [];
  #serial = 0;
  #best: Checkpoint['best'] = null;
  #running: Checkpoint['running'] = { loss: 0, photos: 0 };
  #engine = 'none';
  #savedAt = performance.now();
  readonly #pace: Pace;

  constructor(job: TrainPhasesJob, batch: number) {
    this.#job = job;
    this.#batch = batch;
    this.#perEpoch = epochOrder(job.photos.length, batch, 0, 0).length;
    const epochs = job.phases.reduce((sum, phase) => sum + phase.epochs, 0);
    this.#pace = new Pace(epochs, this.#perEpoch, batch, job.onEvent);
  }

  async run(): Promise<TrainPhasesResult> {
    const { phases, found } = this.#job;
    const body = await this.#job.network.at(this.#batch);
    let values: Values = new Map();
    // A checkpoint of another batch cannot go on in the middle of an epoch's order; its phase begins again.
    const start = found?.checkpoint.batch === this.#batch ? found.checkpoint : null;
    if (start) this.#recall(start, found!.serial);
    let endedEarly: TrainPhasesResult['endedEarly'] = null;
    let moments: ReadonlyMap<string, StateTensor> = new Map();
    for (let at = start?.phase ?? 0; at < phases.length && endedEarly === null; at++) {
      const options = graphOptions(this.#job, body, values, phases[at]!.isFrozen);
      const { name } = this.#job.network;
      const graph = trainingGraph(options, name);
      this.#job.onProgress();
      const session = await openTraining(this.#job.settings.device, options, graph, name);
      this.#job.onProgress();
      this.#engine = session.provider;
      try {
        // Moments of what learned before go on; fastai keeps its optimiser too.
        const initial = new Map([...graph.state].map(([key, value]) => [key, kept(key, value, moments)]));
        const from = start?.phase === at ? start : null;
        session.load(from?.state ?? initial);
        if (at === (start?.phase ?? 0)) this.#begin(start);
        if (at === 0 && !from) await this.#firstLook(trainedValues(graph, initial), session);
        endedEarly = await this.#phase(at, graph, session, from?.step ?? 0);
        const state = await session.read();
        values = new Map([...values, ...trainedValues(graph, state)]);
        moments = new Map([...state].filter(([key]) => /^[mv]\//.test(key)));
      } finally {
        await session.dispose();
      }
    }
    return this.#end(values, endedEarly);
  }

  #recall(checkpoint: Checkpoint, serial: number): void {
    this.#serial = serial;
    this.#epochs.push(...checkpoint.epochs);
    this.#best = checkpoint.best;
    this.#running = checkpoint.running;
  }

  #begin(start: Checkpoint | null): void {
    const done = start ? this.#stepsBefore(start.phase) + start.step : 0;
    this.#pace.start(done);
    this.#job.onEvent({ kind: 'start', engine: this.#engine, batch: this.#batch, resumedAt: start ? done : null });
    for (const row of this.#epochs) this.#job.onEvent({ kind: 'epoch', ...row });
  }

  #stepsBefore(phase: number): number {
    return this.#job.phases.slice(0, phase).reduce((sum, { epochs }) => sum + epochs * this.#perEpoch, 0);
  }

  /** Epoch 0: what the network knows before its first step. */
  async #firstLook(values: Values, session: StatefulSession): Promise<void> {
    if (this.#job.keeps === 'last') return;
    const measured = await this.#job.measure(values, 0);
    this.#report({ epoch: 0, isFrozen: false, trainLoss: null, ...named(measured), seconds: 0 });
    await this.#noteBest(0, measured, 0, 0, session);
  }

  /** @returns why it ended before its last step; null = it did not. */
  async #phase(
    at: number,
    graph: TrainingGraph,
    session: StatefulSession,
    from: number,
  ): Promise<TrainPhasesResult['endedEarly']> {
    const phase = this.#job.phases[at]!;
    const steps = phase.epochs * this.#perEpoch;
    const firstEpoch = this.#job.phases.slice(0, at).reduce((sum, { epochs }) => sum + epochs, 0);
    let epochStart = performance.now();
    const coming = new Ahead((step) => this.#pictures(firstEpoch, step), ahead);
    for (let step = from; step < steps; step++) {
      // A step blocks the thread: what came meanwhile (an abort, a wish to stop) is heard here.
      await new Promise(setImmediate);
      WinnowError.throwIfAborted(this.#job.signal, 'fine-tune');
      if (this.#job.wantsStop()) return 'asked';
      const pictures = await this.#pace.waiting(coming.take(step, steps));
      const hypers = oneCycle(phase, step / steps);
      const loss = await this.#step(graph, session, pictures, firstEpoch, step, hypers, this.#stepsBefore(at));
      if (!Number.isFinite(loss)) {
        this.#job.onEvent({
          kind: 'notice',
          message: `The loss was no number any more at step ${String(this.#stepsBefore(at) + step + 1)}. The best epoch is kept. Lower the learning rate (--lr ${String(this.#job.settings.rate / 4)}) and try again.`,
        });
        return 'not-a-number';
      }
      this.#job.onProgress();
      const epoch = firstEpoch + Math.floor(step / this.#perEpoch);
      this.#pace.step(epoch + 1, loss, hypers.rates.at(-1)!, hypers.momentum);
      const isEpochEnd = (step + 1) % this.#perEpoch === 0;
      if (isEpochEnd) {
        const measured = await this.#job.measure(trainedValues(graph, await session.read()), epoch + 1);
        const trainLoss = this.#running.loss / this.#running.photos;
        const seconds = (performance.now() - epochStart) / 1000;
        this.#report({ epoch: epoch + 1, isFrozen: phase.isFrozen, trainLoss, ...named(measured), seconds });
        this.#running = { loss: 0, photos: 0 };
        await this.#noteBest(epoch + 1, measured, at, step + 1, session);
        epochStart = performance.now();
        if (this.#isPatienceOver(epoch + 1)) return 'no-better';
      }
      if (isEpochEnd || performance.now() - this.#savedAt > checkpointMs) {
        this.#savedAt = performance.now();
        await writeCheckpoint(this.#job.runDir, ++this.#serial, await this.#checkpoint(at, step + 1, session));
      }
    }
    return null;
  }

  #isPatienceOver(epoch: number): boolean {
    const { patience } = this.#job.settings;
    return patience > 0 && this.#best !== null && epoch - this.#best.epoch >= patience;
  }

  async #step(
    graph: TrainingGraph,
    session: StatefulSession,
    pictures: Float32Array,
    firstEpoch: number,
    step: number,
    hypers: ReturnType<typeof oneCycle>,
    before: number,
  ): Promise<number> {
    const { photos, settings } = this.#job;
    const labels = this.#drawn(firstEpoch, step).map(({ at }) => photos[at]!.label);
    const serial = before + step;
    const schedule = scheduleOf(graph.vectors, {
      ...hypers,
      weightDecay: settings.weightDecay,
      stepOf: ({ group }) => (group === 2 ? serial : step) + 1,
    });
    const feeds = stepFeeds(this.#job, { pictures, labels, serial, schedule });
    const found = await this.#pace.computing(() => session.step(feeds));
    const loss = floatsOf(found['loss'], 'loss').reduce((sum, each) => sum + each, 0) / this.#batch;
    const running = this.#running;
    this.#running = { ...running, loss: running.loss + loss * this.#batch, photos: running.photos + this.#batch };
    return loss;
  }

  #drawn(firstEpoch: number, step: number): ReturnType<typeof epochOrder>[number] {
    const epoch = firstEpoch + Math.floor(step / this.#perEpoch);
    const order = epochOrder(this.#job.photos.length, this.#batch, this.#job.settings.seed, epoch);
    return order[step % this.#perEpoch]!;
  }

  #pictures(firstEpoch: number, step: number): Promise<Float32Array> {
    const requests = this.#drawn(firstEpoch, step).map(({ at, seed }) => {
      const { id, file } = this.#job.photos[at]!;
      return { id, file, seed };
    });
    return this.#job.examples.batch(requests, this.#job.signal);
  }

  #report(row: EpochRow): void {
    this.#epochs.push(row);
    this.#job.onEvent({ kind: 'epoch', ...row });
  }

  async #noteBest(
    epoch: number,
    { loss }: Measured,
    phase: number,
    step: number,
    session: StatefulSession,
  ): Promise<void> {
    // Without validation photos the last epoch is the best there is.
    if (loss !== null && this.#best && !(loss < this.#best.loss)) return;
    this.#best = { epoch, loss: loss ?? 0 };
    await writeBest(this.#job.runDir, await this.#checkpoint(phase, step, session));
  }

  async #checkpoint(phase: number, step: number, session: StatefulSession): Promise<Checkpoint> {
    return {
      phase,
      step,
      batch: this.#batch,
      epochs: [...this.#epochs],
      running: this.#running,
      best: this.#best,
      state: await session.read(),
    };
  }

  async #end(last: Values, endedEarly: TrainPhasesResult['endedEarly']): Promise<TrainPhasesResult> {
    const epochs = this.#epochs;
    const common = { engine: this.#engine, batch: this.#batch, epochs, endedEarly };
    const isLast = this.#job.keeps === 'last' && endedEarly === null;
    const best = isLast ? null : await readBest(this.#job.runDir);
    if (!best) return { ...common, values: last, kept: epochs.at(-1)?.epoch ?? 0 };
    const body = await this.#job.network.at(this.#batch);
    const graph = trainingGraph(
      graphOptions(this.#job, body, new Map(), this.#job.phases[best.phase]!.isFrozen),
      this.#job.network.name,
    );
    return { ...common, values: trainedValues(graph, best.state), kept: best.best?.epoch ?? 0 };
  }
}

const named = ({ loss, accuracy }: Measured): Pick<EpochRow, 'validLoss' | 'accuracy'> => ({
  validLoss: loss,
  accuracy,
});

const kept = (key: string, value: StateTensor, moments: ReadonlyMap<string, StateTensor>): StateTensor => {
  const before = moments.get(key);
  return before?.data.length === value.data.length ? before : value;
};
