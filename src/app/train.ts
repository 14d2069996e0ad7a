/** app: use cases, a command's whole story, for editor and command line alike. */
import type { OnProgress } from '../ports/engine.js';
import type { OpenDataset } from './openDataset.js';

export interface TrainOptions {
  /** Catalogue id or ONNX file (absolute); null = the best that is cached, else the embedded one. */
  readonly backbone: string | null;
  readonly normalise: 'signed' | 'imagenet' | 'unit' | null;
  readonly size: number | null;
  readonly views: 'all' | '1';
  readonly seed: number;
  readonly device: 'auto' | 'cpu' | 'webgpu';
}

/** The JSON of `train`. */
export interface TrainReport {
  readonly run: string;
  readonly items: number;
  readonly vocab: readonly string[];
  readonly backbone: { readonly id: string; readonly sha256: string; readonly dim: number };
  readonly engine: { readonly runtime: string; readonly inference: string };
  readonly outOfFold: { readonly accuracy: number; readonly loss: number; readonly ece: number | null };
  readonly judge: { readonly accuracy: number; readonly views: number };
  readonly validation: { readonly items: number; readonly accuracy: number | null };
  readonly timingMs: Readonly<Record<'scan' | 'decode' | 'embed' | 'fit' | 'firstRanking' | 'total', number>>;
  readonly cache: { readonly hits: number; readonly misses: number };
  /** Plain sentences: a class too small to split, files that do not decode … */
  readonly notes: readonly string[];
}

export declare function train(
  dataset: OpenDataset,
  options: TrainOptions,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<TrainReport>;
