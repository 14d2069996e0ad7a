/** What of the dataset lies near a picture: the nearest labelled photos, and how far the next class is. */

import { byCodePoint } from '../../base/compare.js';
import { seededRandom } from '../../base/random.js';
import type { ItemId } from '../../core/dataset/item.js';
import { Differences, type Difference } from '../../core/predict/difference.js';
import type { Neighbour } from '../../core/predict/prediction.js';
import { dotProduct } from '../../core/training/dotProduct.js';
import { rawUnitRows, type FeatureBlock, type FeatureRows } from '../../core/training/featureBlock.js';
import type { PredictJob } from '../../protocol/engine.js';
import type { OpenRun } from './openRun.js';

export interface Nearness {
  readonly nearest: readonly Neighbour[];
  /** @param prediction the class that the picture is taken for. */
  readonly differenceFrom: (prediction: string) => Difference | null;
}
/** @param unit embedding of norm 1 (block a).  @param id of the picture: itself and its group are left out. */
export type NearnessOf = (unit: Float32Array, id: ItemId) => Nearness;

export const nothingNear: Nearness = { nearest: [], differenceFrom: () => null };

const neighbours = 5;
/** More photos than this make a difference slow and no better. */
const mostReferences = 2000;

const knownUnits = new WeakMap<OpenRun, FeatureRows>();

const embeddingOf = ({ blocks }: OpenRun): FeatureBlock | null => blocks.find(({ id }) => id === 'a') ?? null;

/** Raw rows of norm 1 of block a, made once for each open run; null without that block. */
export const unitsOf = (open: OpenRun): FeatureRows | null => {
  const known = knownUnits.get(open);
  const block = embeddingOf(open);
  if (known || !block) return known ?? null;
  const units = block.rows.room(block.rows.count, block.parts[0]!);
  for (const { from, rows } of block.rows.inParts()) units.write(from, rawUnitRows({ rows, parts: block.parts }));
  knownUnits.set(open, units);
  return units;
};

export const unitRowOf = (open: OpenRun, id: ItemId): Float32Array | null => {
  const row = open.rowOf.get(id);
  const block = embeddingOf(open);
  return row === undefined || !block ? null : rawUnitRows({ rows: block.rows.read([row]), parts: block.parts });
};

/** Over the dataset's labelled items as they are now. */
export const nearnessIn = (open: OpenRun, job: PredictJob): NearnessOf => {
  const units = unitsOf(open);
  if (!units) return () => nothingNear;
  // In the order of ids, which decides between equal distances.
  const known = job.items
    .flatMap((item) => {
      const row = open.rowOf.get(item.id);
      return row === undefined || item.label === null ? [] : [{ ...item, label: item.label, row }];
    })
    .sort((a, b) => byCodePoint(a.id, b.id));
  const rows = Int32Array.from(known, ({ row }) => row);
  const groupNow = new Map(job.items.map((item) => [item.id, item.group]));
  const references = referencesOf(open, units, known);
  return (unit, id) => {
    const group = groupNow.get(id) ?? open.items[open.rowOf.get(id) ?? -1]?.group;
    const all = distancesTo(units, unit);
    const distances = Float32Array.from(rows, (row) => all[row]!);
    const nearest = smallest(distances, neighbours, (at) => known[at]!.id !== id && known[at]!.group !== group).map(
      (at) => ({ id: known[at]!.id, path: known[at]!.path, label: known[at]!.label, distance: distances[at]! }),
    );
    return {
      nearest,
      differenceFrom: (prediction) => {
        const own = references.classOf.get(prediction);
        if (own === undefined) return null;
        const some = Float32Array.from(references.places, (at) => distances[at]!);
        return references.differences.of(some, references.groupOf.get(group ?? id) ?? null, own);
      },
    };
  };
};

/** Places of the `count` smallest values that are asked for, ascending; of equal ones the first. */
export const smallest = (values: Float32Array, count: number, isAsked: (at: number) => boolean): number[] => {
  const found: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (found.length === count && values[at]! >= values[found[count - 1]!]!) continue;
    if (!isAsked(at)) continue;
    if (found.length === count) found.pop();
    let place = found.length;
    while (place > 0 && values[found[place - 1]!]! > values[at]!) place--;
    found.splice(place, 0, at);
  }
  return found;
};

/** Euclidean, 0–2, of each row. */
export const distancesTo = (units: FeatureRows, unit: Float32Array): Float32Array => {
  const out = new Float32Array(units.count);
  for (const { from, rows } of units.inParts()) out.set(distancesAmong(rows, unit), from);
  return out;
};

/** @param units float32[any, unit.length]. */
const distancesAmong = (units: Float32Array, unit: Float32Array): Float32Array => {
  const out = new Float32Array(units.length / unit.length);
  for (let at = 0; at < out.length; at++)
    out[at] = Math.sqrt(Math.max(0, 2 - 2 * dotProduct(units, at * unit.length, unit)));
  return out;
};

interface References {
  readonly key: string;
  /** Which of the known items these are. */
  readonly places: Int32Array;
  readonly classOf: ReadonlyMap<string, number>;
  readonly groupOf: ReadonlyMap<ItemId, number>;
  readonly differences: Differences;
}

/** For the labels that were asked about last. */
const keptReferences = new WeakMap<OpenRun, References>();

const referencesOf = (
  open: OpenRun,
  units: FeatureRows,
  known: readonly { readonly label: string; readonly group: ItemId; readonly row: number }[],
): References => {
  const key = JSON.stringify(known.map(({ label, group, row }) => [row, label, group]));
  const kept = keptReferences.get(open);
  if (kept?.key === key) return kept;
  const { seed } = open.record;
  const all = Int32Array.from(known.keys());
  const places =
    all.length > mostReferences
      ? seededRandom(seed)
          .shuffled([...all])
          .slice(0, mostReferences)
      : all;
  const classOf = numbered(known.map(({ label }) => label));
  const groupOf = numbered(known.map(({ group }) => group));
  const own = units.read(Int32Array.from(places, (at) => known[at]!.row));
  const width = own.length / places.length;
  const made: References = {
    key,
    places: Int32Array.from(places),
    classOf,
    groupOf,
    differences: new Differences({
      vocab: [...classOf.keys()],
      labels: Int32Array.from(places, (at) => classOf.get(known[at]!.label)!),
      groups: Int32Array.from(places, (at) => groupOf.get(known[at]!.group)!),
      distancesFrom: (at) => distancesAmong(own, own.subarray(at * width, (at + 1) * width)),
      seed,
    }),
  };
  keptReferences.set(open, made);
  return made;
};

/** A number for each different value, in the order in which they appear. */
const numbered = <T>(values: readonly T[]): Map<T, number> => {
  const numbers = new Map<T, number>();
  for (const value of values) if (!numbers.has(value)) numbers.set(value, numbers.size);
  return numbers;
};
