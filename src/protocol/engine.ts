/** The wire between a host (editor or command line) and the engine process. Paths are absolute; arrays of floats stay in files. */

import type { BadReason, ImageFacts, ItemId, Split } from '../core/dataset/item.js';
import type { Ranking } from '../core/findings/ranking.js';
import type { ClassCurve } from '../core/health/learningCurve.js';
import type { Prediction } from '../core/predict/prediction.js';
import { event, request, type Contract } from './contract.js';
import type { Look, LookJob, SimilarJob, SimilarResult } from './evidence.js';
import type { BackboneRef, CatalogueRow, Recipe, ViewId } from './backbone.js';
import type { ExportJob, ExportResult } from './exporting.js';
import type {
  ComputingDevice,
  AnswerView,
  AugmentedJob,
  FindRateEvent,
  FindRateJob,
  FindRateResult,
  FineTuneJob,
  FineTuneResult,
  SelfTestResult,
  TrainingEvent,
} from './training.js';

export type { BackboneRef, CatalogueRow, Recipe, ViewId };

export interface EngineInfo {
  readonly node: string;
  readonly pid: number;
  /** 'native' = sharp + onnxruntime-node; 'wasm' = the last rung. */
  readonly rung: 'native' | 'wasm';
  readonly sharp: string;
  readonly onnxruntime: string;
  /** Execution providers that a session could be made with, best first: 'cpu', 'webgpu', … */
  readonly providers: readonly string[];
}

export interface SourceFile {
  readonly id: ItemId;
  readonly file: string;
}

/** Facts, or why the file is no image. */
export type Inspection =
  | { readonly id: ItemId; readonly facts: ImageFacts; readonly isAnimated: boolean }
  | { readonly id: ItemId; readonly bad: { readonly reason: BadReason; readonly message: string } };

/** What the caller asked for: an id, a file, or nothing; resolved by the engine. */
export interface BackboneRequest {
  readonly backbone: string | null;
  readonly normalise: Recipe['normalise'] | null;
  readonly size: number | null;
}

/** Which network looks, at what of a photo, and on which device. */
export interface NetworkView {
  readonly backbone: BackboneRef;
  readonly view: ViewId;
  readonly device: 'auto' | 'cpu' | 'webgpu';
}
export interface EmbedJob extends NetworkView {
  readonly files: readonly SourceFile[];
  readonly cacheDir: string;
}
export interface EmbedResult {
  /** In the order of `files`. Files that fail have no embedding. Facts are computed for files embedded now, null for cache hits. */
  readonly failed: readonly {
    readonly id: ItemId;
    readonly bad: { readonly reason: BadReason; readonly message: string };
  }[];
  readonly facts: readonly { readonly id: ItemId; readonly facts: ImageFacts }[];
  /** Length of block a. */
  readonly dim: number;
  readonly hits: number;
  readonly misses: number;
  readonly inference: string;
  readonly timingMs: { readonly decode: number; readonly embed: number; readonly wall: number };
}

/** Row order everywhere = order of `items`. */
export interface FitItem {
  readonly id: ItemId;
  /** Index into vocab; null = not trained on (unlabelled, conflict), judged all the same. */
  readonly label: number | null;
  readonly split: Split;
  /** Smallest item id of its group. */
  readonly group: ItemId;
}
export interface FitJob {
  readonly run: string;
  /** The run folder, exists and is empty; the engine writes its files, DONE last. */
  readonly runDir: string;
  readonly cacheDir: string;
  readonly backbone: BackboneRef;
  /** Views whose embeddings are cached for every item. */
  readonly views: readonly ViewId[];
  readonly vocab: readonly string[];
  readonly items: readonly FitItem[];
  readonly seed: number;
}
export interface HeldOutScores {
  readonly accuracy: number;
  /** Nats. */
  readonly loss: number;
  /** Expected calibration error, and its 95th percentile for a perfect model with the same confidences; null under 200 rows. */
  readonly ece: number | null;
  readonly perfectEce: number | null;
}
export interface FitSummary {
  readonly outOfFold: HeldOutScores;
  readonly judge: { readonly accuracy: number; readonly views: number };
  readonly validation: { readonly items: number; readonly accuracy: number | null };
  /** Noise rate ε of predictor and judge. */
  readonly epsilon: { readonly predictor: number; readonly judge: number };
  readonly timingMs: number;
}
export interface FitResult {
  readonly summary: FitSummary;
  readonly ranking: Ranking;
}

/** Labels as of now for a run's items; items absent are out (trashed, set aside). */
export interface RankJob {
  readonly run: string;
  readonly runDir: string;
  readonly cacheDir: string;
  readonly vocab: readonly string[];
  readonly labels: readonly { readonly id: ItemId; readonly label: number | null }[];
}

/** Photos that are left out together when one of them is judged; one number a photo of `labels`, in their order. */
export interface LeaveOutWay {
  /** −1 = none: judged without its own family alone. */
  readonly parts: readonly number[];
  /** Look-alikes, always left out with what touches them. */
  readonly families: readonly number[];
}
export interface LeaveOutJob extends RankJob {
  readonly ways: readonly LeaveOutWay[];
  /** Of more photos a seeded sample is fitted and judged; null = 2,000. */
  readonly most: number | null;
}
export interface LeaveOutResult {
  /** Positions in `labels` of the photos that were judged: those with a label, or a sample of them. */
  readonly at: readonly number[];
  /** One row a way, in the order of `at`: index into vocab. */
  readonly predictions: readonly (readonly number[])[];
}

export interface CollectJob extends RankJob {
  /** Unlabelled photos to name at most. */
  readonly wanted: number;
}
export interface CollectResult {
  /** Labelled photos that the curves stand on. */
  readonly photos: number;
  readonly curves: readonly ClassCurve[];
  /** Unlabelled photos, most useful first. */
  readonly next: readonly ItemId[];
}

/** Of the photos with a label: the predictor's probability of its answer, as calibrated without the photo's group. */
export interface Confidences {
  readonly ids: readonly ItemId[];
  readonly confidences: readonly number[];
  /** Whether the answer is the label. */
  readonly isRight: readonly boolean[];
}

/** An ONNX file made by a fine-tuning. */
export interface TrainedNetwork {
  /** Absolute. */
  readonly file: string;
  readonly recipe: Recipe;
  readonly view: AnswerView;
  readonly vocab: readonly string[];
  /** Its validation photos, of which it may speak though they are in the dataset. */
  readonly heldOut: readonly ItemId[];
  /** What networks of its folds answered about photos that they had not seen, of those that are asked about; by class of `vocab`. */
  readonly outOfFold: readonly { readonly id: ItemId; readonly probabilities: readonly number[] }[];
  /** Views changed at random that it also looks at; 0 = the photo as it is. */
  readonly augmentations: number;
}

export interface PredictJob {
  readonly run: string;
  readonly runDir: string;
  readonly cacheDir: string;
  /** `id` is the sha-256 of the file's bytes; `path` is echoed. */
  readonly files: readonly { readonly id: ItemId; readonly file: string; readonly path: string }[];
  /** A fine-tuned network that answers in the predictor's place; null = the predictor. */
  readonly network: TrainedNetwork | null;
  /** The dataset's items now, for held-out answers and neighbours. */
  readonly items: readonly {
    readonly id: ItemId;
    readonly path: string;
    readonly label: string | null;
    readonly group: ItemId;
  }[];
}
export type PredictAnswer =
  | ({ readonly ok: true } & Prediction)
  | { readonly ok: false; readonly path: string; readonly error: { readonly code: string; readonly message: string } };

/** The map of a run's photos. */
export interface ProjectJob {
  readonly run: string;
  readonly runDir: string;
  readonly cacheDir: string;
  readonly seed: number;
}
export interface ProjectResult {
  /** Absolute: float32[rows, 2] little-endian, in the order of the run's items, in 0–1; NaN = a photo without usable features. */
  readonly file: string;
  readonly rows: number;
}

export interface ThumbnailJob {
  readonly files: readonly SourceFile[];
  readonly size: 256 | 1024;
  readonly cacheDir: string;
}

export interface EngineProgress {
  /** The call it belongs to, chosen by the caller in `progressId`. */
  readonly progressId: number;
  readonly stage: 'inspect' | 'embed' | 'fit' | 'thumbnails' | 'predict' | 'export' | 'sample' | 'map';
  readonly done: number;
  readonly total: number;
}

interface WithProgress {
  readonly progressId: number;
}

export const engineContract = {
  version: 1,
  calls: {
    info: request<null, EngineInfo>(),
    inspect: request<
      { readonly files: readonly SourceFile[] } & WithProgress,
      { readonly results: readonly Inspection[] }
    >(),
    catalogue: request<null, { readonly rows: readonly CatalogueRow[] }>(),
    resolveBackbone: request<BackboneRequest, BackboneRef>(),
    openNetwork: request<NetworkView, null>(),
    embed: request<EmbedJob & WithProgress, EmbedResult>(),
    fit: request<FitJob & WithProgress, FitResult>(),
    rank: request<RankJob, Ranking>(),
    leaveOut: request<LeaveOutJob & WithProgress, LeaveOutResult>(),
    confidences: request<RankJob, Confidences>(),
    /** Hundreds of small fits; other calls are answered between them. */
    collect: request<CollectJob & WithProgress, CollectResult>(),
    /** The predictor's rows as trained: [items, classes] in the order of the run's items. */
    heldOutRows: request<{ readonly run: string; readonly runDir: string }, { readonly probabilities: number[] }>(),
    predict: request<PredictJob & WithProgress, { readonly answers: readonly PredictAnswer[] }>(),
    /** The photos of a run that lie nearest to a picture. */
    similar: request<SimilarJob, SimilarResult>(),
    /** A run's photos in a plane, alike ones near each other; kept in the cache. */
    project: request<ProjectJob & WithProgress, ProjectResult>(),
    /** Where a prediction looked. */
    look: request<LookJob, Look>(),
    /** Ends with `cancelled` when it is aborted; its checkpoints stay. */
    fineTune: request<FineTuneJob & WithProgress, FineTuneResult>(),
    /** Asks a fine-tuning to end after this step and to keep its best epoch. */
    stopFineTune: request<{ readonly run: string }, null>(),
    /** Absolute paths of JPEG thumbnails, in order; null where the photo does not decode. */
    augmented: request<AugmentedJob, { readonly paths: readonly string[] | null }>(),
    /** Keeps nothing. */
    findRate: request<FindRateJob & WithProgress, FindRateResult>(),
    /** A few steps of a tiny network on a device, against the CPU; may take the process down. */
    trainingSelfTest: request<{ readonly device: ComputingDevice; readonly isTimed: boolean }, SelfTestResult>(),
    exportRun: request<ExportJob & WithProgress, ExportResult>(),
    /** Writes the sample dataset of a seed into an empty folder. */
    writeSample: request<{ readonly dir: string; readonly seed: number } & WithProgress, { readonly files: number }>(),
    /** Answers with the absolute path of a WebP an id; null where the file does not decode. */
    thumbnails: request<ThumbnailJob, { readonly paths: readonly (string | null)[] }>(),
  },
  pushes: {
    progress: event<EngineProgress>(),
    finding: event<{ readonly progressId: number; readonly event: FindRateEvent }>(),
    training: event<{ readonly progressId: number; readonly event: TrainingEvent }>(),
    /** Each second, from a thread that the main loop cannot block; `busyMs` = how long the main loop has not answered. */
    heartbeat: event<{ readonly busyMs: number; readonly rssMb: number }>(),
    log: event<{ readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string }>(),
  },
} as const satisfies Contract;
export type EngineContract = typeof engineContract;
