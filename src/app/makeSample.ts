/** The sample dataset: three kinds of things, photographed by a seed, with every sort of mistake planted among them. */

import { planSample, type SampleKey } from '../core/sample/plan.js';
import type { Engine, OnProgress } from '../ports/engine.js';

/** The JSON of `sample`. */
export interface SampleReport {
  /** Absolute. */
  readonly dir: string;
  readonly seed: number;
  readonly files: number;
  /** How many mistakes of each finding kind were planted. */
  readonly planted: Readonly<Record<string, number>>;
}

export interface SampleRequest {
  /** Absolute; must not exist, or be empty. */
  readonly dir: string;
  readonly seed: number;
}

/**
 * Writes the dataset; what was planted stays out of its folder.
 * @param inNewFolder fills a folder that then gets the name, or leaves nothing behind.
 * Throws `usage` when the folder is not empty, `cancelled`.
 */
export const makeSample = async (
  engine: Engine,
  { dir, seed }: SampleRequest,
  inNewFolder: <T>(dir: string, fill: (folder: string) => Promise<T>) => Promise<T>,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<{ readonly report: SampleReport; readonly key: SampleKey }> => {
  const { files } = await inNewFolder(dir, (folder) => engine.writeSample({ dir: folder, seed }, onProgress, signal));
  const key = planSample(seed).planted;
  const planted = Object.fromEntries(Object.entries(key).map(([kind, paths]) => [kind, paths.length]));
  return { report: { dir, seed, files, planted }, key };
};
