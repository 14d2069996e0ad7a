import type {
  EngineContract,
  EngineProgress,
  EmbedJob,
  EngineInfo,
  EmbedResult,
  ExportJob,
  ExportResult,
  FitJob,
  FitResult,
  Inspection,
  PredictAnswer,
  PredictJob,
  RankJob,
  SourceFile,
  ThumbnailJob,
  BackboneRef,
  BackboneRequest,
  CatalogueRow,
} from '../protocol/engine.js';
import type { Ranking } from '../core/findings/ranking.js';

export type { EngineContract };

export type OnProgress = (progress: Omit<EngineProgress, 'progressId'>) => void;

/** Everything native, behind one door: pixels, tensors, fits. The process starts at the first call and is started anew after a crash. */
export interface Engine {
  info(signal?: AbortSignal): Promise<EngineInfo>;
  inspect(files: readonly SourceFile[], onProgress?: OnProgress, signal?: AbortSignal): Promise<readonly Inspection[]>;
  catalogue(signal?: AbortSignal): Promise<readonly CatalogueRow[]>;
  resolveBackbone(request: BackboneRequest, signal?: AbortSignal): Promise<BackboneRef>;
  embed(job: EmbedJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<EmbedResult>;
  fit(job: FitJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<FitResult>;
  rank(job: RankJob, signal?: AbortSignal): Promise<Ranking>;
  predict(job: PredictJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<readonly PredictAnswer[]>;
  /** Throws `no-run`, `bad-model`, `not-found`. */
  exportRun(job: ExportJob, onProgress?: OnProgress, signal?: AbortSignal): Promise<ExportResult>;
  thumbnails(job: ThumbnailJob, signal?: AbortSignal): Promise<readonly (string | null)[]>;
  /** Ends the process; pending calls reject with `peer-gone`. */
  dispose(): void;
}
