import type {
  EngineContract,
  EngineProgress,
  EmbedJob,
  EngineInfo,
  EmbedResult,
  FitJob,
  FitResult,
  Inspection,
  PredictAnswer,
  PredictJob,
  ProjectJob,
  RankJob,
  Confidences,
  CollectJob,
  CollectResult,
  LeaveOutJob,
  LeaveOutResult,
  NetworkView,
  SourceFile,
  ThumbnailJob,
  BackboneRef,
  BackboneRequest,
  CatalogueRow,
} from '../protocol/engine.js';
import type { ExportJob, ExportResult } from '../protocol/exporting.js';
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
import type { Ranking } from '../core/findings/ranking.js';

export type { EngineContract };

export type OnProgress = (progress: Omit<EngineProgress, 'progressId'>) => void;

/** Everything native, behind one door: pixels, tensors, fits. The process starts at the first call and is started anew after a crash. */
export interface Engine {
  info(signal?: AbortSignal): Promise<EngineInfo>;
  inspect(files: readonly SourceFile[], onProgress?: OnProgress, signal?: AbortSignal): Promise<readonly Inspection[]>;
  catalogue(signal?: AbortSignal): Promise<readonly CatalogueRow[]>;
  resolveBackbone(request: BackboneRequest, signal?: AbortSignal): Promise<BackboneRef>;
  /** Gets ready to embed, so that the first photo need not wait. Throws `bad-model`, as `embed` does. */
  openNetwork(view: NetworkView, signal?: AbortSignal): Promise<void>;
  embed(job: EmbedJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<EmbedResult>;
  fit(job: FitJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<FitResult>;
  rank(job: RankJob, signal?: AbortSignal): Promise<Ranking>;
  /** What the predictor would say had other photos been left out together. Throws `no-run`, `too-few`, `cancelled`. */
  leaveOut(job: LeaveOutJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<LeaveOutResult>;
  /** Throws `no-run`, `too-few`. */
  confidences(job: RankJob, signal?: AbortSignal): Promise<Confidences>;
  /** Throws `no-run`, `too-few`, `cancelled`. */
  collect(job: CollectJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<CollectResult>;
  /** The predictor's rows as trained, each judged without having been seen. Throws `no-run`. */
  heldOutRows(run: { readonly run: string; readonly runDir: string }): Promise<{ readonly probabilities: number[] }>;
  predict(job: PredictJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<readonly PredictAnswer[]>;
  /** The photos of a run that lie nearest to a picture, itself left out. Throws `no-run`, `bad-image`. */
  similar(job: SimilarJob, signal?: AbortSignal): Promise<SimilarResult>;
  /** float32[rows, 2] in 0–1 in the order of the run's items, alike photos near each other; NaN = no usable features. Throws `no-run`. */
  project(job: ProjectJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<Float32Array>;
  /** Where a prediction looked. Throws `no-run`, `bad-image`, `bad-model` (no exact activation), `unknown-label`, `too-few`. */
  look(job: LookJob, signal?: AbortSignal): Promise<Look>;
  /** Events come while it runs. Aborted = `cancelled`, checkpoints stay. Throws `bad-model`, `too-few`, `bad-image`. */
  fineTune(job: FineTuneJob, onEvent: (event: TrainingEvent) => void, signal?: AbortSignal): Promise<FineTuneResult>;
  /** Asks a fine-tuning that runs here to end and keep its best epoch. */
  stopFineTune(run: string): Promise<void>;
  /** Thumbnails of one photo as training would see it, drawn by the code that training uses; null where it does not decode. */
  augmented(job: AugmentedJob, signal?: AbortSignal): Promise<readonly string[] | null>;
  /** Events come while it runs; nothing is kept. Throws what `fineTune` throws. */
  findRate(job: FindRateJob, onEvent: (event: FindRateEvent) => void, signal?: AbortSignal): Promise<FindRateResult>;
  /** Ten steps on a device, against the CPU. @param isTimed also how long a step takes. */
  trainingSelfTest(device: ComputingDevice, isTimed: boolean): Promise<SelfTestResult>;
  /** Throws `no-run`, `bad-model`, `not-found`. */
  exportRun(job: ExportJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<ExportResult>;
  /** The sample dataset of a seed, into an empty folder. */
  writeSample(
    job: { readonly dir: string; readonly seed: number },
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<{ readonly files: number }>;
  thumbnails(job: ThumbnailJob, signal?: AbortSignal): Promise<readonly (string | null)[]>;
  /** Ends the process; pending calls reject with `peer-gone`. */
  dispose(): void;
}
