/** Candidates of several classes → files of the dataset: what gathering from the web and importing have in common. */

import { WinnowError } from '../../base/errors.js';
import type { ClassState } from '../../core/gather/report.js';
import type { DatasetSnapshot, OpenDataset } from '../openDataset.js';
import { runClass, type CandidateSource, type ClassContext } from './classRun.js';
import type { GatherLog } from './gatherLog.js';
import { Intake, type IntakeRules } from './intake.js';
import { SharedFetches, type Fetch } from './sharedFetches.js';

export interface TakingIn {
  readonly sources: readonly CandidateSource[];
  readonly fetch: Fetch;
  readonly log: GatherLog;
  readonly rules: IntakeRules;
}

export interface LiveClass {
  readonly state: ClassState;
  readonly downloading: number;
  readonly gathered: number;
}

/** How each class stands, by label, and the dataset as it was when it began. */
export type OnLive = (classes: ReadonlyMap<string, LiveClass>, before: DatasetSnapshot) => void;

export const refuseUnwritable = (dataset: OpenDataset): void => {
  if (!dataset.store.isWritable) {
    throw new WinnowError(
      'read-only',
      `${dataset.name} is read-only, so no image can be put there. Nothing was changed; gather into another folder, or change its permissions.`,
    );
  }
};

/**
 * Takes in what the sources offer until each class has its number. The caller holds the gather lock.
 * Throws what {@link Intake.open} throws, `disk-full`, `read-only`, `cancelled`; what is done is kept.
 * @returns the sentence that says why it stopped early (the network is gone); null when it did not.
 */
export const takeIn = async (
  dataset: OpenDataset,
  { sources, fetch, log, rules }: TakingIn,
  onLive?: OnLive,
  signal?: AbortSignal,
): Promise<{ readonly stopped: string | null; readonly live: ReadonlyMap<string, LiveClass> }> => {
  const { gathering, journal } = dataset.store;
  const snapshot = await dataset.refresh(signal);
  if (journal.problem) throw journal.problem;
  const abort = new AbortController();
  const onAbort = (): void => abort.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) abort.abort();
  const later: Promise<void>[] = [];
  let failure: { readonly error: unknown } | undefined;
  let stopped: string | null = null;
  const live = new Map<string, LiveClass>();
  try {
    const labels = sources.map(({ label }) => label);
    const intake = await Intake.open(dataset, snapshot, labels, rules, abort.signal);
    await gathering.sweepParts(log.partNames);
    for (const label of labels) {
      live.set(label, { state: 'waiting', downloading: 0, gathered: intake.countOf(label) });
    }
    if (sources.some(({ label, wanted }) => intake.countOf(label) < wanted)) intake.warmUp();
    const context: ClassContext = {
      files: gathering,
      folder: await gathering.partFolder(),
      log,
      intake,
      fetches: new SharedFetches(gathering, fetch),
      signal: abort.signal,
      stop: (message) => (stopped ??= message),
      isStopped: () => stopped !== null,
      fail: (error) => {
        failure ??= { error };
        abort.abort();
      },
      later: (work) => void later.push(work.catch(context.fail)),
      changed: (label, { state, downloading = 0 }) => {
        const before = live.get(label);
        if (!before) return;
        const gathered = intake.countOf(label);
        live.set(label, { state: state ?? before.state, downloading: before.downloading + downloading, gathered });
        onLive?.(live, snapshot);
      },
    };
    await Promise.all(sources.map((source) => runClass(source, context).catch(context.fail)));
    // The last rows are written after their entries; what still waits for its turn stays for the next time.
    await Promise.all(later);
    await intake.close();
    await gathering.sweepParts(log.partNames);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  if (signal?.aborted) throw new WinnowError('cancelled', 'gather');
  if (failure) throw failure.error;
  await dataset.refresh(signal);
  return { stopped, live };
};
