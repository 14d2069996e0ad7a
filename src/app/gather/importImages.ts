/** Images that are somewhere already: copied or fetched into the dataset by the same rules as gathered ones. */

import { WinnowError } from '../../base/errors.js';
import { withFolders } from '../../core/dataset/folderName.js';
import type { Candidate } from '../../core/gather/candidate.js';
import { readImageFolder } from '../../core/gather/imports/imageFolder.js';
import type { ImportList } from '../../core/gather/imports/importRow.js';
import { parseUrlList } from '../../core/gather/imports/urlList.js';
import { readWebDataset } from '../../core/gather/imports/webDataset.js';
import { blank } from '../../core/gather/providers/reading.js';
import type { GatherReport } from '../../core/gather/report.js';
import type { ImportReader, ImportSource } from '../../ports/importSource.js';
import type { Web } from '../../ports/web.js';
import type { OpenDataset } from '../openDataset.js';
import type { CandidateSource } from './classRun.js';
import type { Fetch } from './sharedFetches.js';
import type { OnGather } from './gather.js';
import { GatherLog } from './gatherLog.js';
import { gatheredCounts } from './gatheredCounts.js';
import { classTallies, providerTallies, reportOf } from './gatherReport.js';
import { refuseUnwritable, takeIn, type OnLive } from './takeIn.js';

export interface ImportOptions {
  /** Absolute: a folder of images, a WebDataset tar, or a list of addresses. */
  readonly source: string;
  /** The class of what has none of its own. */
  readonly label?: string;
  readonly by?: string;
}

export interface ImportReport extends GatherReport {
  /** What in the source was not understood, as sentences. */
  readonly problems: readonly string[];
}

/**
 * Copies or fetches what the source names; the source stays as it is. What was imported before is not taken again.
 * Throws `not-found`, `usage` (nothing to import, a class that can be no folder), `busy`, `read-only`, `disk-full`, `cancelled`.
 */
export const importImages = async (
  dataset: OpenDataset,
  { web, reader }: { readonly web: Web; readonly reader: ImportReader },
  options: ImportOptions,
  onProgress?: OnGather,
  signal?: AbortSignal,
): Promise<ImportReport> => {
  const start = Date.now();
  const { store } = dataset;
  refuseUnwritable(dataset);
  const source = await reader.open(options.source);
  const list = listOf(source);
  const { byLabel, problems } = labelled(list, options.label ?? null);
  if (byLabel.size === 0) throw nothing(source, problems);
  return store.locks.withOperation('gather', async () => {
    const log = await GatherLog.open(store.gathering);
    const before = await dataset.refresh(signal);
    // Names that can be no folder get one that can, and winnow.json says whose it is.
    const classes = withFolders(before.spec.classes, [...byLabel.keys()], before.scan.vocab);
    if (classes !== before.spec.classes) await store.spec.write({ ...before.spec, classes });
    const snapshot = classes === before.spec.classes ? before : await dataset.refresh(signal);
    const counts = gatheredCounts(snapshot);
    const sources = [...byLabel].map(([label, places]) => sourceOf(label, places, source, counts.get(label) ?? 0));
    const prefix = prefixOf(source);
    const fetch: Fetch = (candidate, folder, abort) => {
      if (source.kind === 'list') return web.download({ url: candidate.imageUrl, folder }, abort);
      const at = candidate.imageUrl.slice(prefix.length);
      if (source.kind === 'folder') return reader.copy(options.source, at, folder);
      return reader.copyPiece(options.source, { path: at, ...source.places.get(at)! }, folder);
    };
    const { minSide, keepAnimated } = snapshot.spec.gather;
    const rules = { minSide, keepAnimated, by: options.by ?? 'user' };
    const onLive: OnLive = (live) =>
      onProgress?.({ classes: classTallies(snapshot, log, live), providers: providerTallies(log) });
    const { live } = await takeIn(dataset, { sources, fetch, log, rules }, onLive, signal);
    const report = reportOf(await dataset.snapshot(signal), log, live, Date.now() - start);
    onProgress?.({ classes: report.classes, providers: report.providers });
    return { ...report, problems };
  });
};

const listOf = (source: ImportSource): ImportList => {
  switch (source.kind) {
    case 'folder':
      return readImageFolder(source.paths, source.metadata);
    case 'list':
      return parseUrlList(source.text, source.name);
    case 'tar': {
      const { rows, problems } = readWebDataset([...source.places.keys()], source.texts);
      return { rows, problems: [...source.problems, ...problems] };
    }
  }
};

/** A file's name in journal and log: never an absolute path, which nobody else could read and which tells too much. */
const prefixOf = ({ kind, key }: ImportSource): string => (kind === 'list' ? '' : `file:${key}/`);

const sourceOf = (label: string, places: readonly string[], source: ImportSource, before: number): CandidateSource => {
  const prefix = prefixOf(source);
  let next = 0;
  return {
    label,
    wanted: before + places.length,
    isRetry: (row) => row.outcome === 'failed',
    next: () => {
      const at = next++;
      const place = places[at];
      const provider = source.kind === 'list' ? 'url-list' : 'folder';
      const candidate: Candidate | null =
        place === undefined ? null : { ...blank, provider, query: label, rank: at, imageUrl: prefix + place };
      return Promise.resolve(candidate);
    },
  };
};

/** Places by class, each once. */
const labelled = (
  { rows, problems: found }: ImportList,
  given: string | null,
): { readonly byLabel: ReadonlyMap<string, readonly string[]>; readonly problems: readonly string[] } => {
  const byLabel = new Map<string, string[]>();
  const problems = [...found];
  let unlabelled = 0;
  for (const { at, label: own } of rows) {
    const label = (own ?? given)?.normalize('NFC') ?? null;
    if (label === null) {
      unlabelled++;
      continue;
    }
    if (label.trim() === '') throw new WinnowError('usage', 'A class needs a name; nothing was imported.');
    const places = byLabel.get(label);
    if (places) places.push(at);
    else byLabel.set(label, [at]);
  }
  if (unlabelled > 0) {
    problems.push(
      `${String(unlabelled)} ${unlabelled === 1 ? 'image has' : 'images have'} no class. Say which with --label, or put them into folders.`,
    );
  }
  return { byLabel: new Map([...byLabel].map(([label, places]) => [label, [...new Set(places)]])), problems };
};

const nothing = (source: ImportSource, problems: readonly string[]): WinnowError =>
  new WinnowError(
    'usage',
    problems[0] !== undefined
      ? `Nothing was imported. ${problems[0]}`
      : source.kind === 'folder'
        ? 'The folder holds no image. Nothing was imported.'
        : source.kind === 'tar'
          ? 'The archive holds no image. Nothing was imported.'
          : 'The file names no web address. Nothing was imported.',
  );
