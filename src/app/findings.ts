import { byCodePoint } from '../base/compare.js';
import type { BadFile, ItemId } from '../core/dataset/item.js';
import { classImbalance } from '../core/findings/classImbalance.js';
import { findingKinds, firstKinds, type Finding } from '../core/findings/finding.js';
import { alikeFamilies, leaks, nearDuplicates } from '../core/findings/nearDuplicates.js';
import { ambiguousPhotos, oddPhotos } from '../core/findings/oddPhotos.js';
import { checkPhotos } from '../core/findings/photoChecks.js';
import type { RankedItem, Ranking } from '../core/findings/ranking.js';
import { weakGroups, type GroupedPhoto } from '../core/findings/weakGroups.js';
import { shortcuts } from '../core/findings/shortcuts.js';
import { sitesOf } from '../core/gather/sources.js';
import type { EntryRef } from '../core/journal/entry.js';
import { currentRanking } from './currentRanking.js';
import { alikeAmong, oddPhotosOf, photosOf, type FactsOf, type RunOddness } from './photos.js';
import { runOddness } from './runRows.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { firstPath } from './snapshotItems.js';

export interface FindingsReport {
  readonly run: string | null;
  readonly labelsAt: EntryRef | null;
  readonly findings: readonly Finding[];
  /** Sentences about what most photos of the dataset are like. */
  readonly properties: readonly string[];
}

/** Everything known to be wrong now; before the first train only the kinds that need none. */
export const listFindings = async (dataset: OpenDataset, signal?: AbortSignal): Promise<FindingsReport> => {
  const ranked = await currentRanking(dataset, signal);
  const snapshot = await dataset.snapshot(signal);
  const factsOf: FactsOf = (id) => dataset.store.scanner.factsOf(id);
  return {
    run: ranked?.config.run ?? null,
    labelsAt: snapshot.state.labelsAt,
    ...findingsOf({
      snapshot,
      ranking: ranked?.ranking ?? null,
      oddness: ranked ? await runOddness(dataset, ranked.config) : null,
      factsOf,
    }),
  };
};

/** What the findings are made of. */
export interface FindingsInput {
  readonly snapshot: DatasetSnapshot;
  readonly ranking: Ranking | null;
  readonly oddness: RunOddness | null;
  readonly factsOf: FactsOf;
  /** Bits of 64 up to which two pictures count as near duplicates; absent = 6. */
  readonly alikeBits?: number;
}

export const findingsOf = ({
  snapshot,
  ranking,
  oddness,
  factsOf,
  alikeBits,
}: FindingsInput): Pick<FindingsReport, 'findings' | 'properties'> => {
  const photos = photosOf(snapshot, factsOf);
  const families = alikeFamilies(photos, alikeAmong(snapshot, photos, oddness, alikeBits));
  const checked = checkPhotos(photos);
  const isOpen = (id: ItemId): boolean => snapshot.state.items.get(id)?.decision === null;
  const findings: Finding[] = [
    ...labelConflicts(snapshot, ranking),
    ...twinConflicts(snapshot, ranking),
    ...snapshot.scan.bad.map(badImage),
    ...exactDuplicates(snapshot),
    ...labelIssues(snapshot, ranking),
    ...leaks(families),
    ...nearDuplicates(families),
    ...(oddness ? oddPhotos(oddPhotosOf(photos, oddness)) : []),
    ...(ranking ? ambiguousPhotos(ranking, (id) => firstPath(snapshot, id), isOpen) : []),
    ...checked.findings,
    ...(ranking && oddness ? weakGroups(groupedPhotos(snapshot, oddness), ranking) : []),
    ...classImbalance(countsOf(photos)),
    ...shortcuts(photos, groupsOfRun(ranking), sitesOf(snapshot.entries)),
  ];
  const place = (finding: Finding): number => Math.min(findingKinds.indexOf(finding.kind), firstKinds);
  findings.sort((a, b) => place(a) - place(b) || b.score - a.score || byCodePoint(pathOf(a), pathOf(b)));
  return { findings, properties: checked.properties };
};

/** Undecided or not: a group is weak whoever has looked at it. */
const groupedPhotos = (snapshot: DatasetSnapshot, { ids, oddness }: RunOddness): GroupedPhoto[] =>
  (oddness.clusterOf ?? []).flatMap((cluster, row) => {
    const id = ids[row];
    return id !== undefined && isIn(snapshot, id)
      ? [{ id, path: firstPath(snapshot, id), cluster, isDecided: snapshot.state.items.get(id)?.decision !== null }]
      : [];
  });

/** By the run, the group of each photo that was left out with others, but for the one that a group is named by. */
const groupsOfRun = (ranking: Ranking | null): ReadonlyMap<ItemId, ItemId> => {
  const groups = new Map<ItemId, ItemId>();
  for (const { id, leftOut } of ranking?.items ?? []) if (id !== leftOut) groups.set(id, leftOut);
  return groups;
};

const countsOf = (photos: readonly { readonly label: string | null }[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { label } of photos) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
};

const pathOf = (finding: Finding): string => finding.items[0]?.path ?? '';

const isIn = (snapshot: DatasetSnapshot, id: ItemId): boolean => snapshot.state.items.get(id)?.status === 'in';

const badImage = (bad: BadFile): Finding => ({
  kind: 'bad-image',
  score: 1,
  items: [{ id: null, path: bad.path }],
  label: null,
  suggestion: null,
  why: bad.message,
});

/** Byte copies under two labels: nobody knows the label until a person decides. */
const labelConflicts = (snapshot: DatasetSnapshot, ranking: Ranking | null): Finding[] =>
  snapshot.scan.items
    .filter((item) => item.paths.length > 1 && item.folderLabel === null && isIn(snapshot, item.id))
    .filter((item) => snapshot.state.items.get(item.id)?.label === null)
    .map((item) => {
      const judged = ranking?.unlabelled.find((row) => row.id === item.id);
      return {
        kind: 'label-conflict',
        score: 1,
        items: item.paths.map((path) => ({ id: item.id, path })),
        label: null,
        suggestion: judged ? (ranking?.vocab[judged.suggestion] ?? null) : null,
        why: `The same photo lies under ${String(item.paths.length)} paths with different labels. It is not trained on until you choose one.`,
      };
    });

/** Near duplicates (one group) with two labels: each keeps its label and trains, but one of them is probably wrong. */
const twinConflicts = (snapshot: DatasetSnapshot, ranking: Ranking | null): Finding[] => {
  if (!ranking) return [];
  // Nearly all photos stand alone: no group is made of those.
  const groups = new Map<ItemId, RankedItem[]>();
  for (const { id, leftOut } of ranking.items) if (id !== leftOut) groups.set(leftOut, []);
  for (const row of ranking.items) groups.get(row.leftOut)?.push(row);
  const findings: Finding[] = [];
  for (const rows of groups.values()) {
    if (new Set(rows.map((row) => row.label)).size < 2) continue;
    if (rows.every((row) => snapshot.state.items.get(row.id)?.decision !== null)) continue;
    const votes = new Map<number, number>();
    for (const row of rows) votes.set(row.prediction, (votes.get(row.prediction) ?? 0) + row.probability);
    const best = [...votes].sort((a, b) => b[1] - a[1])[0]?.[0];
    const items = rows
      .map((row) => ({ id: row.id, path: firstPath(snapshot, row.id) }))
      .sort((a, b) => byCodePoint(a.path, b.path));
    findings.push({
      kind: 'label-conflict',
      score: 0.99,
      items,
      label: null,
      suggestion: best === undefined ? null : (ranking.vocab[best] ?? null),
      why: `${String(rows.length)} nearly identical photos have different labels: ${[...new Set(rows.map((row) => ranking.vocab[row.label]))].join(' and ')}.`,
    });
  }
  return findings;
};

const exactDuplicates = (snapshot: DatasetSnapshot): Finding[] =>
  snapshot.scan.items
    .filter((item) => item.paths.length > 1 && isIn(snapshot, item.id))
    // Copies under two labels are a conflict first: the duplicate is named once that is decided.
    .filter((item) => snapshot.state.items.get(item.id)?.label !== null)
    .filter((item) => snapshot.state.items.get(item.id)?.keptPath === null)
    // Kept as it is, copies and all. A relabel says nothing about them.
    .filter((item) => snapshot.state.items.get(item.id)?.decision !== 'keep')
    .map((item) => ({
      kind: 'exact-duplicate',
      score: 1,
      items: item.paths.map((path) => ({ id: item.id, path })),
      label: snapshot.state.items.get(item.id)?.label ?? null,
      suggestion: null,
      why: `The same file lies here ${String(item.paths.length)} times, byte for byte. It counts once.`,
    }));

const labelIssues = (snapshot: DatasetSnapshot, ranking: Ranking | null): Finding[] => {
  if (!ranking) return [];
  return ranking.items
    .filter((row) => row.isLabelIssue && snapshot.state.items.get(row.id)?.decision === null)
    .map((row) => {
      const label = ranking.vocab[row.label] ?? '';
      const suggestion = row.suggestion === null ? null : (ranking.vocab[row.suggestion] ?? null);
      return {
        kind: 'label-issue',
        score: 1 - Math.exp(-row.lossNats),
        items: [{ id: row.id, path: firstPath(snapshot, row.id) }],
        label,
        suggestion,
        why: `Labelled ${label}, but judged without having seen it the photo looks like ${suggestion ?? 'something else'} (surprise ${String(row.surprise)} of 100).`,
      };
    });
};
