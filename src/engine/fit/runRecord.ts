/**
 * The files of a run folder that a fit writes:
 * items.json      {items: FitItem[]}, the row order of everything else; labels as of the train
 * heads.json      RunRecord: what was chosen, so that a re-fit needs no search
 * predictor.f32, judge.f32   float32[n, K] held-out probabilities, little-endian, row-major; shape in heads.json
 * ranking.json    the Ranking at the train's labels
 * domain.json, domain.f32   what tells strangers (runDomain.ts); absent with too few photos
 * oddness.json   Oddness: nearest photos, outliers
 * predictor.bin   what answers about new pictures without the cache (predictorFile.ts)
 */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../../base/errors.js';
import type { HeadSettings } from '../../core/training/head.js';
import type { Model } from '../../core/training/model.js';
import type { BackboneRef, FitItem, ViewId } from '../../protocol/engine.js';

export interface ModelRecord {
  readonly heads: readonly HeadSettings[];
  /** Log weights, one a head. */
  readonly v: readonly number[];
  readonly epsilon: number;
}

export interface RunRecord {
  readonly version: 1;
  readonly backbone: BackboneRef;
  readonly views: readonly ViewId[];
  readonly vocab: readonly string[];
  readonly seed: number;
  readonly shape: readonly [rows: number, classes: number];
  readonly predictor: ModelRecord;
  readonly judge: ModelRecord;
}

export const recordOf = (model: Model): ModelRecord => ({
  heads: model.heads.map((head) => head.settings),
  v: [...model.pool.v],
  epsilon: model.pool.epsilon,
});

export const writeJson = (dir: string, name: string, value: unknown): Promise<void> =>
  writeFile(path.join(dir, name), JSON.stringify(value));

export interface RunFiles {
  readonly record: RunRecord;
  readonly items: readonly FitItem[];
}

export const readRecord = async (dir: string): Promise<RunFiles> => {
  try {
    const record = JSON.parse(await readFile(path.join(dir, 'heads.json'), 'utf8')) as RunRecord;
    const { items } = JSON.parse(await readFile(path.join(dir, 'items.json'), 'utf8')) as { items: readonly FitItem[] };
    return { record, items };
  } catch (cause) {
    throw new WinnowError(
      'no-run',
      'The files of this run are missing or broken. Your decisions are safe; train again.',
      {
        cause,
      },
    );
  }
};

/** Probabilities as little-endian float32, row-major. */
export const writeRows = (dir: string, name: string, rows: ArrayLike<number>): Promise<void> =>
  writeFile(path.join(dir, name), new Uint8Array(Float32Array.from(rows).buffer));

export const readRows = async (dir: string, name: string): Promise<Float32Array> => {
  const bytes = await readFile(path.join(dir, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};
