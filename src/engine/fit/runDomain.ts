/** domain.json and domain.f32 of a run: what tells strangers, and how strange each of the run's own photos is, held-out. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkedDomain, fitDomain, type Domain } from '../../core/predict/domain.js';
import { rawUnitRows, type FeatureBlock } from '../../core/training/featureBlock.js';
import type { FittedModel } from '../../core/training/fitModel.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { readRows, writeJson, writeRows } from './runRecord.js';

/** Writes nothing, and answers null, when there are too few photos to say; else a percentile a row. @param groups of all rows. */
export const writeDomain = async (
  algebra: LinearAlgebra,
  dir: string,
  block: FeatureBlock,
  fitted: FittedModel,
  groups: Int32Array,
  seed: number,
): Promise<Float32Array | null> => {
  const ridge = fitted.model.heads.find(({ settings }) => settings.block === 'a' && settings.kind === 'ridge');
  if (!ridge) return null;
  const { classes } = fitted;
  const scores = await ridge.scorer.scores(fitted.targets.labels, classes);
  const width = block.parts[0]!;
  const made = await fitDomain(algebra, {
    unitsOf: (rows) => rawUnitRows({ rows: block.rows.read(rows), parts: block.parts }),
    width,
    trained: fitted.model.trained,
    labels: fitted.targets.labels,
    groups,
    familiarity: Float32Array.from({ length: groups.length }, (_, row) =>
      Math.max(...scores.subarray(row * classes, (row + 1) * classes)),
    ),
    seed,
  });
  if (!made) return null;
  await Promise.all([writeJson(dir, 'domain.json', made.domain), writeRows(dir, 'domain.f32', made.percentiles)]);
  return made.percentiles;
};

export interface RunDomain {
  readonly domain: Domain;
  /** One a row of items.json. */
  readonly percentiles: Float32Array;
}

/** Null for a run without: too few photos, or an older Winnow. */
export const readDomain = async (dir: string): Promise<RunDomain | null> => {
  const text = await readFile(path.join(dir, 'domain.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  return { domain: checkedDomain(JSON.parse(text)), percentiles: await readRows(dir, 'domain.f32') };
};
