/** A run as something to hand over, between host and engine. Paths are absolute. */

import type { ItemId } from '../core/dataset/item.js';

/** 'onnx': the graph, RGB bytes to probabilities; 'html': one page that runs it; 'site': that page in files of their own. */
export type ExportForm = 'onnx' | 'html' | 'site';

export interface ExportJob {
  readonly form: ExportForm;
  readonly run: string;
  readonly runDir: string;
  /** Absolute folder; files of the same names are replaced. */
  readonly out: string;
  /** What a page calls itself. */
  readonly name: string;
  /** Written into the graph beside what the engine knows. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Files on which the written graph is compared with the engine. */
  readonly check: readonly { readonly id: ItemId; readonly file: string }[];
  readonly cacheDir: string;
  /** Labelled photos as of now: what a page may measure new ones against. */
  readonly photos: readonly { readonly id: ItemId; readonly file: string; readonly label: string }[];
  /** Whether small pictures of some of them go into a page. */
  readonly examples: boolean;
}

export interface ExportCheck {
  readonly images: number;
  /** Share of images with the same top class, 0–1. */
  readonly agreement: number;
  /** Of any probability of any image. */
  readonly maxDifference: number;
  readonly tolerance: number;
  readonly isAlike: boolean;
}

export interface ExportResult {
  /** Names in `out`, in the order in which they were written. */
  readonly files: readonly string[];
  /** Of all files. */
  readonly bytes: number;
  /** Of the graph. */
  readonly sha256: string;
  /** Small pictures of training photos in the page. */
  readonly examples: number;
  readonly check: ExportCheck;
}
