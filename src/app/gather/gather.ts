/** Search terms → verified, deduplicated files with provenance: the pipeline that fills a dataset. */

import { WinnowError } from '../../base/errors.js';
import { nearestName } from '../../core/dataset/className.js';
import type { DatasetSpec } from '../../core/dataset/spec.js';
import type { Candidate } from '../../core/gather/candidate.js';
import type { Provider } from '../../core/gather/provider.js';
import type { GatherProgress, GatherReport } from '../../core/gather/report.js';
import type { Web } from '../../ports/web.js';
import type { OpenDataset } from '../openDataset.js';
import type { CandidateSource } from './classRun.js';
import type { Fetch } from './sharedFetches.js';
import { GatherLog } from './gatherLog.js';
import { gatheredCounts } from './gatheredCounts.js';
import { noTerms } from './gatherSpec.js';
import { classTallies, providerTallies, reportOf } from './gatherReport.js';
import { providerNamed } from './providerNamed.js';
import { searchSource } from './searchSource.js';
import { Searcher } from './searcher.js';
import { refuseUnwritable, takeIn, type OnLive } from './takeIn.js';

export { previewTerm, type Preview, type PreviewRequest } from './previewTerm.js';

export interface GatherOptions {
  /** Provider id → key. */
  readonly keys: Readonly<Record<string, string>>;
  /** Provider id → where it answers, instead of its own address. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /** Only these classes; absent = all of the spec. */
  readonly labels?: readonly string[];
  /** 'failed' = goes on as always, and what failed before may be tried again; URLs = only these, whatever became of them. */
  readonly retry?: 'failed' | readonly string[];
  readonly by?: string;
  /** Besides the built-in ones; one with the same id takes its place. */
  readonly providers?: readonly Provider[];
}

export type OnGather = (progress: GatherProgress) => void;

const progressMs = 100;

/**
 * Gathers what the spec's classes still lack, and tells every URL that was tried. A network that is gone is told in the
 * report (`offline`), not thrown.
 * Throws `busy`, `read-only`, `bad-spec`, `usage`, `disk-full`, `cancelled`; what is done is kept, and the next call goes on from there.
 */
export const gather = async (
  dataset: OpenDataset,
  web: Web,
  options: GatherOptions,
  onProgress?: OnGather,
  signal?: AbortSignal,
): Promise<GatherReport> => {
  const start = Date.now();
  const { store } = dataset;
  refuseUnwritable(dataset);
  return store.locks.withOperation('gather', async () => {
    const log = await GatherLog.open(store.gathering);
    const spec = await store.spec.read();
    const searcher = new Searcher(web, log, { ...options, licence: spec.gather.licence }, signal);
    const sources = Array.isArray(options.retry)
      ? namedSources(log, options.retry as readonly string[], gatheredCounts(await dataset.refresh(signal)))
      : searchSources(spec, options, searcher, log);
    const fetch: Fetch = (candidate, folder, abort) => web.download({ url: candidate.imageUrl, folder }, abort);
    const { minSide, keepAnimated } = spec.gather;
    const rules = { minSide, keepAnimated, by: options.by ?? 'user' };
    let toldAt = 0;
    const onLive: OnLive = (live, snapshot) => {
      if (!onProgress || Date.now() - toldAt < progressMs) return;
      toldAt = Date.now();
      onProgress({ classes: classTallies(snapshot, log, live), providers: providerTallies(log) });
    };
    const { stopped, live } = await takeIn(dataset, { sources, fetch, log, rules }, onLive, signal);
    const report = reportOf(await dataset.snapshot(signal), log, live, Date.now() - start);
    const told = stopped === null ? report : withOffline(report, spec.gather.providers, stopped);
    onProgress?.({ classes: told.classes, providers: told.providers });
    return told;
  });
};

/** What all gatherings so far have tried, from the journal and the log; fetches nothing. */
export const readGatherReport = async (dataset: OpenDataset): Promise<GatherReport> =>
  reportOf(await dataset.snapshot(), await GatherLog.open(dataset.store.gathering));

const withOffline = (report: GatherReport, providers: readonly string[], message: string): GatherReport => {
  const failure = { code: 'offline', message };
  const known = new Map(report.providers.map((tally) => [tally.id, tally]));
  const silent = { calls: 0, found: 0, quotaLeft: null, notes: [] };
  return { ...report, providers: providers.map((id) => ({ ...(known.get(id) ?? { id, ...silent }), failure })) };
};

const searchSources = (
  spec: DatasetSpec,
  options: GatherOptions,
  searcher: Searcher,
  log: GatherLog,
): readonly CandidateSource[] => {
  const providers = spec.gather.providers.map((id) => providerNamed(id, options.providers));
  const classes = spec.classes.map(({ name, terms }) => ({ label: name.normalize('NFC'), terms }));
  for (const label of options.labels ?? []) {
    if (classes.some((one) => one.label === label.normalize('NFC'))) continue;
    const nearest = nearestName(
      label,
      classes.map((one) => one.label),
    );
    throw new WinnowError(
      'unknown-label',
      `winnow.json has no class "${label}"${nearest === null ? '' : `; the nearest is "${nearest}"`}. Nothing was gathered.`,
    );
  }
  const asked = classes.filter(
    ({ label, terms }) => terms.length > 0 && (options.labels?.some((one) => one.normalize('NFC') === label) ?? true),
  );
  if (asked.length === 0) throw noTerms();
  const { perClass, licence } = spec.gather;
  const isRetry = options.retry === 'failed' ? { isRetry: (row: { outcome: string }) => row.outcome === 'failed' } : {};
  return asked.map((one) => searchSource({ ...one, wanted: perClass, licence, providers, ...isRetry }, searcher, log));
};

/** The named URLs once more, for each class that tried them. */
const namedSources = (
  log: GatherLog,
  urls: readonly string[],
  counts: ReadonlyMap<string, number>,
): readonly CandidateSource[] => {
  const byLabel = new Map<string, Candidate[]>();
  for (const url of new Set(urls)) {
    const rows = log.rows.filter((row) => row.url === url);
    if (rows.length === 0) {
      throw new WinnowError(
        'usage',
        `${url} was not tried here, so it cannot be tried again. winnow gather-report lists what was.`,
      );
    }
    for (const row of rows) {
      const { provider, query, rank } = row;
      const candidate: Candidate = { ...(log.candidateOf(url) ?? bare(url)), provider, query, rank };
      byLabel.set(row.label, [...(byLabel.get(row.label) ?? []), candidate]);
    }
  }
  return [...byLabel].map(([label, candidates]) => {
    const left = [...candidates];
    return {
      label,
      wanted: (counts.get(label) ?? 0) + candidates.length,
      isRetry: () => true,
      next: () => Promise.resolve(left.shift() ?? null),
    };
  });
};

/** Of a URL whose search the log has lost. */
const bare = (imageUrl: string): Omit<Candidate, 'provider' | 'query' | 'rank'> => ({
  imageUrl,
  thumbnailUrl: null,
  pageUrl: null,
  title: null,
  width: null,
  height: null,
  licence: null,
  licenceUrl: null,
  creator: null,
  attribution: null,
  group: null,
});
