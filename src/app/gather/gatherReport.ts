/** What gatherings have done so far, told from the log and the journal. */

import type { ClassState, ClassTally, GatherReport, GatherRow, ProviderTally } from '../../core/gather/report.js';
import { byCodePoint } from '../../base/compare.js';
import { gatheredOf } from '../../core/gather/sources.js';
import { termOverlaps } from './overlaps.js';
import type { DatasetSnapshot } from '../openDataset.js';
import { gatheredCounts } from './gatheredCounts.js';
import type { GatherLog } from './gatherLog.js';
import type { LiveClass } from './takeIn.js';

export type Live = ReadonlyMap<string, LiveClass>;

/** Codes of searches that were never sent. */
const unsent: ReadonlySet<string> = new Set(['needs-key', 'licence']);

export const providerTallies = (log: GatherLog): readonly ProviderTally[] => {
  const tallies = new Map<string, ProviderTally & { readonly notes: string[] }>();
  for (const line of log.searches) {
    const before = tallies.get(line.provider) ?? {
      id: line.provider,
      calls: 0,
      found: 0,
      quotaLeft: null,
      failure: null,
      notes: [],
    };
    const isPage = line.kind === 'page';
    tallies.set(line.provider, {
      ...before,
      calls: before.calls + (isPage || !unsent.has(line.code) ? 1 : 0),
      found: before.found + (isPage ? line.candidates.length : 0),
      quotaLeft: isPage ? (line.quotaLeft ?? before.quotaLeft) : before.quotaLeft,
      failure: isPage ? null : { code: line.code, message: line.message },
      notes: isPage ? [...new Set([...before.notes, ...line.notes])] : before.notes,
    });
  }
  return [...tallies.values()];
};

const reachedTheFile: ReadonlySet<string> = new Set(['too-small', 'animated', 'exact-duplicate', 'near-duplicate']);

/** One tally a class that has terms, or that something was fetched for. */
export const classTallies = (snapshot: DatasetSnapshot, log: GatherLog, live: Live): readonly ClassTally[] => {
  const { spec } = snapshot;
  const counts = gatheredCounts(snapshot);
  const rows = new Map<string, GatherRow[]>();
  for (const row of log.rows) {
    const known = rows.get(row.label);
    if (known) known.push(row);
    else rows.set(row.label, [row]);
  }
  const terms = new Map(spec.classes.map((one) => [one.name.normalize('NFC'), one.terms]));
  const asked = [...terms].filter(([, some]) => some.length > 0).map(([label]) => label);
  return [...new Set([...asked, ...rows.keys(), ...live.keys()])].map((label): ClassTally => {
    const tried = rows.get(label) ?? [];
    const now = live.get(label);
    const gathered = now?.gathered ?? counts.get(label) ?? 0;
    const queries = terms.get(label) ?? [];
    const wanted = queries.length > 0 ? spec.gather.perClass : gathered;
    const search = searchState(log, spec.gather.licence, spec.gather.providers, queries);
    const rejected: Record<string, number> = {};
    for (const { reason } of tried) if (reason !== null) rejected[reason] = (rejected[reason] ?? 0) + 1;
    const state: ClassState =
      now?.state ??
      (gathered >= wanted
        ? 'done'
        : search.pages + tried.length === 0
          ? 'waiting'
          : search.isOver
            ? 'exhausted'
            : 'stopped');
    return {
      label,
      terms: queries,
      wanted,
      gathered,
      found: Math.max(search.found, tried.length),
      downloading: now?.downloading ?? 0,
      verified: tried.filter(({ outcome, reason }) => outcome === 'gathered' || reachedTheFile.has(reason ?? ''))
        .length,
      rejected,
      state,
    };
  });
};

const searchState = (
  log: GatherLog,
  licence: string,
  providers: readonly string[],
  queries: readonly string[],
): { readonly pages: number; readonly found: number; readonly isOver: boolean } => {
  const urls = new Set<string>();
  const ended = new Set<string>();
  let pages = 0;
  for (const line of log.searches) {
    if (line.kind !== 'page' || line.licence !== licence) continue;
    if (!queries.includes(line.query) || !providers.includes(line.provider)) continue;
    pages++;
    for (const { imageUrl } of line.candidates) urls.add(imageUrl);
    if (line.next === null) ended.add(JSON.stringify([line.provider, line.query]));
  }
  return { pages, found: urls.size, isOver: ended.size === providers.length * queries.length };
};

/** By class, then as the searches ranked them, so that the network's timing does not show. */
const sorted = (rows: readonly GatherRow[]): readonly GatherRow[] => {
  const labels = [...new Set(rows.map(({ label }) => label))].sort(byCodePoint);
  const order = new Map(labels.map((label, index) => [label, index]));
  return [...rows].sort(
    (a, b) =>
      order.get(a.label)! - order.get(b.label)! ||
      a.rank - b.rank ||
      byCodePoint(a.provider, b.provider) ||
      byCodePoint(a.query, b.query) ||
      byCodePoint(a.url, b.url),
  );
};

/** Rows of the log, and of what the journal alone knows (the log is disposable). */
const allRows = (snapshot: DatasetSnapshot, log: GatherLog): readonly GatherRow[] => {
  const silent = gatheredOf(snapshot.entries).filter(
    ({ label, provenance }) => log.rowOf(label, provenance.imageUrl)?.outcome !== 'gathered',
  );
  const known = new Set(silent.map(({ label, provenance }) => JSON.stringify([label, provenance.imageUrl])));
  return [
    ...log.rows.filter(({ label, url }) => !known.has(JSON.stringify([label, url]))),
    ...silent.map(({ label, path, provenance }): GatherRow => {
      const { provider, query, rank, imageUrl, fetchedAt } = provenance;
      return {
        label,
        provider,
        query,
        rank,
        url: imageUrl,
        outcome: 'gathered',
        reason: null,
        message: 'Gathered.',
        status: null,
        bytes: 0,
        type: null,
        redirectedTo: null,
        attempts: 0,
        path,
        lookAlike: null,
        at: fetchedAt,
      };
    }),
  ];
};

export const reportOf = (
  snapshot: DatasetSnapshot,
  log: GatherLog,
  live: Live = new Map(),
  timingMs = 0,
): GatherReport => ({
  classes: classTallies(snapshot, log, live),
  providers: providerTallies(log),
  overlaps: termOverlaps(snapshot.spec, log),
  rows: sorted(allRows(snapshot, log)),
  timingMs,
});
