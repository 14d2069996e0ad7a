/** What would have been measured had other photos been left out together: the ways to ask, and the answers put into words' reach. */

import type { ItemId } from '../../core/dataset/item.js';
import { sitesOf } from '../../core/gather/sources.js';
import { dealtParts, leftOutReport, type LeftOutReport } from '../../core/health/leftOut.js';
import type { LeftOutHealth, LookAlikeHealth } from '../../core/health/healthReport.js';
import { groupedInterval } from '../../core/metrics/groupedBootstrap.js';
import { assignSides } from '../../core/split/assignSides.js';
import { groupsOf } from '../../core/split/groups.js';
import type { OnProgress } from '../../ports/engine.js';
import type { RunConfig } from '../../ports/dataset.js';
import type { LeaveOutResult, LeaveOutWay } from '../../protocol/engine.js';
import { labelsNow, type LabelsNow } from '../currentRanking.js';
import type { DatasetSnapshot, OpenDataset } from '../openDataset.js';
import { alikeAmong, photosOf } from '../photos.js';
import { itemsById, judgedItems } from '../snapshotItems.js';

/** Random deals to compare with; their mean counts. */
const deals = 3;

/** Look-alike pairs of the judged items and the families they form; `groupBy` plays no part. */
export interface Families {
  readonly pairs: number;
  readonly straddling: number;
  readonly familyOf: ReadonlyMap<ItemId, ItemId>;
}

export const familiesOf = (dataset: OpenDataset, snapshot: DatasetSnapshot): Families => {
  const items = judgedItems(snapshot);
  const photos = photosOf(snapshot, (id) => dataset.store.scanner.factsOf(id));
  const pairs = alikeAmong(snapshot, photos, null).map(({ a, b }) => [a, b] as const);
  const labelOf = (id: ItemId): string | null => snapshot.state.items.get(id)?.label ?? null;
  // The same draw, had it not known of look-alikes.
  const { sides } = assignSides(items, new Map(), labelOf, new Map(), snapshot.spec.split);
  return {
    pairs: pairs.length,
    straddling: pairs.filter(([a, b]) => sides.get(items[a]!.id) !== sides.get(items[b]!.id)).length,
    familyOf: groupsOf(
      items.map((item) => ({ ...item, groupValue: null })),
      pairs,
    ),
  };
};

export interface LeftOutFigures {
  readonly lookAlikes: Pick<LookAlikeHealth, 'accuracyAlone' | 'accuracyTogether' | 'difference'>;
  readonly sites: LeftOutHealth;
  readonly products: LeftOutHealth;
}

/** Throws `no-run`, `too-few`, `cancelled`. */
export const leftOutFigures = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  config: RunConfig,
  familyOf: Families['familyOf'],
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<LeftOutFigures> => {
  const { vocab, labels } = await labelsNow(dataset, snapshot, config);
  const families = numbered(labels.map(({ id }) => familyOf.get(id) ?? id));
  const each = labels.map((_, at) => at);
  const plain: LeaveOutWay[] = [
    { parts: each, families: each },
    { parts: families, families },
  ];
  const sites = sitesOf(snapshot.entries);
  const items = itemsById(snapshot);
  const sources = [
    { of: (id: ItemId) => sites.get(id) ?? null },
    { of: snapshot.spec.groupBy?.by === 'site' ? () => null : (id: ItemId) => items.get(id)?.groupValue ?? null },
  ].map(({ of }) => {
    const names = labels.map(({ id, label }) => (label === null ? null : of(id)));
    const isUseful = new Set(names.filter((name) => name !== null)).size >= 2;
    return { names, ways: isUseful ? waysOf(names, labels, families) : [] };
  });
  const { runs, cacheDir } = dataset.store;
  const answer = await dataset.engine.leaveOut(
    {
      run: config.run,
      runDir: runs.dirOf(config.run),
      cacheDir,
      vocab,
      labels,
      ways: [...plain, ...sources.flatMap(({ ways }) => ways)],
      most: null,
    },
    onProgress,
    signal,
  );
  let from = plain.length;
  const reports = sources.map(({ names, ways }) => {
    const report = ways.length === 0 ? null : reportOf(answer, from, ways.length, { names, labels, families });
    from += ways.length;
    return report;
  });
  return {
    lookAlikes: flattery(answer, labels, families),
    sites: known(reports[0] ?? null, missingSites(sites.size)),
    products: known(reports[1] ?? null, missingProducts(snapshot)),
  };
};

type Labels = LabelsNow['labels'];

const waysOf = (names: readonly (string | null)[], labels: Labels, families: readonly number[]): LeaveOutWay[] => {
  const parts = numbered(names);
  const dealt = Array.from({ length: deals }, (_, seed) =>
    dealtParts(
      parts,
      labels.map(({ label }) => label ?? -1),
      seed + 1,
    ),
  );
  return [parts, ...dealt].map((some) => ({ parts: some, families }));
};

/** A number a value, −1 for null. */
const numbered = (values: readonly (string | null)[]): number[] => {
  const numbers = new Map<string, number>();
  return values.map((value) => {
    if (value === null) return -1;
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  });
};

const reportOf = (
  { at, predictions }: LeaveOutResult,
  from: number,
  ways: number,
  { names, labels, families }: { names: readonly (string | null)[]; labels: Labels; families: readonly number[] },
): LeftOutReport | null =>
  leftOutReport(
    at.map((position, i) => ({
      part: names[position] ?? null,
      family: families[position]!,
      label: labels[position]!.label!,
      ordinary: predictions[1]![i]!,
      leftOut: predictions[from]![i]!,
      atRandom: predictions.slice(from + 1, from + ways).map((some) => some[i]!),
    })),
  );

const flattery = (
  { at, predictions }: LeaveOutResult,
  labels: Labels,
  families: readonly number[],
): LeftOutFigures['lookAlikes'] => {
  if (at.length === 0) return { accuracyAlone: null, accuracyTogether: null, difference: null };
  const right = (way: number, i: number): number => Number(predictions[way]![i] === labels[at[i]!]!.label);
  const share = (way: number): number => at.reduce((sum, _, i) => sum + right(way, i), 0) / at.length;
  return {
    accuracyAlone: share(0),
    accuracyTogether: share(1),
    difference: groupedInterval(
      at.map((position, i) => ({ group: families[position]!, value: right(0, i) - right(1, i) })),
    ),
  };
};

const known = (report: LeftOutReport | null, missing: string): LeftOutHealth =>
  report ? { known: report, missing: null } : { known: null, missing };

/** What to do where a figure cannot be had. */
export const missingSites = (photosWithSite: number): string =>
  photosWithSite === 0
    ? 'Nobody knows which web sites these photos come from, so none can be left out. Photos that Winnow gathers, or imports from a list of addresses, bring theirs.'
    : 'Too few photos, or a single web site: there is nothing to compare. Gather some classes from other places.';

export const missingProducts = ({ spec }: DatasetSnapshot): string =>
  spec.groupBy === null || spec.groupBy.by === 'site'
    ? 'winnow.json does not say which photos show the same product or animal. Set "groupBy" (a folder level, a pattern of the path, or a column of a CSV file) and train again.'
    : '“groupBy” in winnow.json tells fewer than two products apart among enough photos: there is nothing to compare.';
