/** One class of a gathering: candidates in their order, fetched side by side, judged one after another. */

import { WinnowError } from '../../base/errors.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { Candidate } from '../../core/gather/candidate.js';
import type { ClassState, GatherRow } from '../../core/gather/report.js';
import type { GatherFiles } from '../../ports/dataset.js';
import type { FetchFailure, FetchOutcome } from '../../ports/web.js';
import type { GatherLog } from './gatherLog.js';
import type { Intake, Rejection, Verified } from './intake.js';
import type { SharedFetches } from './sharedFetches.js';

/** Where a class's images come from, in the order in which they count. */
export interface CandidateSource {
  readonly label: string;
  /** Images that the class is to have; a source that only tries some again wants what there is and those. */
  readonly wanted: number;
  /** What the log says of this URL is not asked. */
  readonly isRetry?: (row: GatherRow) => boolean;
  /** Null = there are no more. */
  next(): Promise<Candidate | null>;
  /** Why there are no more before the class was full, when a search failed. */
  readonly isCut?: () => boolean;
}

export interface ClassContext {
  readonly files: GatherFiles;
  readonly folder: string;
  readonly log: GatherLog;
  readonly intake: Intake;
  readonly fetches: SharedFetches;
  readonly signal: AbortSignal;
  /** The network is gone: no class goes on. */
  readonly stop: (message: string) => void;
  readonly isStopped: () => boolean;
  /** What a disk refuses ends the whole gathering. */
  readonly fail: (error: unknown) => void;
  /** Work that goes on behind the verdicts; its failure is `fail`'s. */
  readonly later: (work: Promise<void>) => void;
  readonly changed: (label: string, change: { readonly state?: ClassState; readonly downloading?: number }) => void;
}

interface Arrival {
  readonly outcome: FetchOutcome;
  readonly verified: Verified | Rejection | null;
}
interface Pending {
  readonly candidate: Candidate;
  readonly arrival: Promise<Arrival>;
}

/** Candidates under way or waiting for an earlier one's verdict, a class. */
const window = 48;

/** What would fail again just so. */
const hopeless: ReadonlySet<FetchFailure> = new Set<FetchFailure>([
  'bad-url',
  'private-address',
  'refused-redirect',
  'redirected-too-often',
  'too-large',
  'encoded',
  'opted-out',
]);

/** Resolves when the class has its number, its source is exhausted, or the gathering has been stopped. */
export const runClass = async (source: CandidateSource, context: ClassContext): Promise<void> => {
  const { label, wanted } = source;
  const { intake, changed } = context;
  const queue: Pending[] = [];
  const seen = new Set<string>();
  let isDry = false;
  try {
    for (;;) {
      while (!isDry && !context.isStopped() && intake.countOf(label) + queue.length < wanted && queue.length < window) {
        changed(label, { state: queue.length > 0 ? 'downloading' : 'searching' });
        const candidate = await source.next();
        if (!candidate) isDry = true;
        else if (!seen.has(candidate.imageUrl) && !isKnown(source, candidate, context)) {
          queue.push({ candidate, arrival: arrive(source, candidate, context) });
        }
        if (candidate) seen.add(candidate.imageUrl);
      }
      const head = queue.shift();
      if (!head) break;
      changed(label, { state: 'downloading' });
      await decide(source, head.candidate, await head.arrival, context);
    }
  } finally {
    await Promise.allSettled(queue.map(({ arrival }) => arrival));
  }
  const isFull = intake.countOf(label) >= wanted;
  const isCut = context.isStopped() || source.isCut?.() === true;
  changed(label, { state: isFull ? 'done' : isCut ? 'stopped' : 'exhausted' });
};

/** Whether an earlier gathering has dealt with it. */
const isKnown = (source: CandidateSource, { imageUrl }: Candidate, { intake, log }: ClassContext): boolean => {
  if (intake.has(source.label, imageUrl)) return true;
  const row = log.rowOf(source.label, imageUrl);
  // The journal is the truth about what was gathered; another licence policy may have let it in by now.
  if (!row || row.outcome === 'gathered' || row.reason === 'licence') return false;
  return source.isRetry?.(row) !== true;
};

const arrive = (source: CandidateSource, candidate: Candidate, context: ClassContext): Promise<Arrival> => {
  const arrival = fetched(source.label, candidate, context).then(async (outcome): Promise<Arrival> => {
    const verified = outcome.ok ? await context.intake.verify(outcome.sha256 as ItemId, outcome.file) : null;
    return { outcome, verified };
  });
  // Its turn comes later; until then nobody listens.
  arrival.catch(() => undefined);
  return arrival;
};

const fetched = async (label: string, candidate: Candidate, context: ClassContext): Promise<FetchOutcome> => {
  const { files, folder, log, intake, signal, changed } = context;
  const url = candidate.imageUrl;
  const before = log.fetchedOf(label, url);
  if (before) {
    const file = (await files.partWith(before.part, before.sha256)) ?? intake.orphan(label, before.sha256 as ItemId);
    if (file !== null) return { ok: true, ...before, file };
  }
  WinnowError.throwIfAborted(signal, 'gather');
  changed(label, { downloading: 1 });
  try {
    const outcome = await context.fetches.fetch(candidate, folder, signal);
    if (outcome.ok) {
      const { bytes, sha256, status, finalUrl, attempts } = outcome;
      const part = outcome.file.replace(/^.*[/\\]/, '');
      await log.add({ kind: 'fetched', label, url, part, sha256, bytes, status, finalUrl, attempts });
    }
    return outcome;
  } finally {
    changed(label, { downloading: -1 });
  }
};

const decide = async (
  source: CandidateSource,
  candidate: Candidate,
  { outcome, verified }: Arrival,
  context: ClassContext,
): Promise<void> => {
  const { files, log, intake, fetches } = context;
  const { label } = source;
  const { provider, query, rank, imageUrl: url } = candidate;
  const at = new Date().toISOString();
  const { status, bytes, attempts, finalUrl } = outcome;
  const redirectedTo = finalUrl === url ? null : finalUrl;
  const row = { label, provider, query, rank, url, status, bytes, redirectedTo, attempts, at } as const;
  const none = { path: null, lookAlike: null } as const;
  if (!outcome.ok || !verified) {
    const [failure, message] = outcome.ok ? (['connection', ''] as const) : [outcome.failure, outcome.message];
    if (failure === 'offline') {
      // Nobody's fault: it is tried as if for the first time when the network is back.
      context.stop(message);
      return;
    }
    const kind = hopeless.has(failure) ? 'rejected' : 'failed';
    await log.add({ kind: 'row', row: { ...row, outcome: kind, reason: failure, message, type: null, ...none } });
    return;
  }
  const verdict = 'reason' in verified ? verified : intake.judge(label, provider, verified);
  if ('reason' in verdict || 'reason' in verified) {
    const { reason, message } = verdict as Rejection;
    const type = await files.typeOf(outcome.file);
    await log.add({ kind: 'row', row: { ...row, outcome: 'rejected', reason, message, type, ...none } });
    await fetches.release(url, async () => {
      await files.dropPart(outcome.file);
      return null;
    });
    return;
  }
  const { lookAlike } = verdict;
  const type = verified.facts.format;
  const message = lookAlike === null ? 'Gathered.' : `Gathered; it looks like ${lookAlike}.`;
  const keep = async (): Promise<void> => {
    let path = '';
    await fetches.release(url, async () => {
      ({ path } = await intake.keep(verified, label, candidate, verdict, at));
      return intake.fileAt(path);
    });
    await log.add({ kind: 'row', row: { ...row, outcome: 'gathered', reason: null, message, type, path, lookAlike } });
  };
  context.later(keep());
};
