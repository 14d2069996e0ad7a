/** The blind audit of a dataset (JUDGE § 3): what to ask next, taking answers in and back, and what they say. */

import { WinnowError } from '../base/errors.js';
import { nearestName } from '../core/dataset/className.js';
import type { ItemId } from '../core/dataset/item.js';
import type { Ranking } from '../core/findings/ranking.js';
import type { Entry } from '../core/journal/entry.js';
import {
  auditAnswers,
  auditProgress,
  auditResults,
  type AuditCounts,
  type AuditedItem,
  type AuditProgress,
  type AuditResults,
} from '../core/review/audit.js';
import type { RunConfig } from '../ports/dataset.js';
import { currentRanking } from './currentRanking.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { runRows } from './runRows.js';
import { itemsById } from './snapshotItems.js';

export interface AuditState {
  /** Null = no sample has been drawn: the first train draws it. */
  readonly progress: AuditProgress | null;
  /** Once every item is answered. */
  readonly results: AuditResults | null;
  /** Why the model could not be compared; the other numbers stand. */
  readonly trouble: string | null;
}

/** Where the audit stands, and what it says when all is answered. Starts the engine only for that. */
export const auditState = async (dataset: OpenDataset, signal?: AbortSignal): Promise<AuditState> => {
  const snapshot = await dataset.snapshot(signal);
  const groups = await groupsOf(dataset, snapshot);
  const progress = progressOf(snapshot, (id) => groups.get(id) ?? id);
  if (progress === null || !isComplete(progress)) return { progress, results: null, trouble: null };
  const counts = countsOf(snapshot);
  const answered = answeredItems(snapshot).map((item) => ({ ...item, group: groups.get(item.id) ?? item.id }));
  try {
    const judged = counts.mended === 0 ? answered : await withPredictions(dataset, snapshot, answered, signal);
    return { progress, results: auditResults(judged, counts), trouble: null };
  } catch (error) {
    if (!WinnowError.is(error) || error.code === 'cancelled') throw error;
    return { progress, results: auditResults(answered, counts), trouble: error.message };
  }
};

/** About how many mistakes are left by a finished audit; null before. Needs no engine. */
export const auditedRemaining = (snapshot: DatasetSnapshot): AuditResults['remaining'] => {
  const progress = progressOf(snapshot, (id) => id);
  if (progress === null || !isComplete(progress)) return null;
  return auditResults(answeredItems(snapshot), countsOf(snapshot)).remaining;
};

/** Images that people have relabelled or trashed since their labels came. */
export const mendedCount = (snapshot: DatasetSnapshot): number => countsOf(snapshot).mended;

/**
 * Writes one blind answer; it is on the disk when this resolves. It is no decision: no label changes, nothing is trained on it.
 * Throws `no-run` before the first train, `unknown-item` outside the sample, `unknown-label`, `journal-*`, `read-only`.
 */
export const answerAudit = async (
  dataset: OpenDataset,
  id: ItemId,
  answer: { readonly label: string } | 'cannot-tell',
  by: string,
): Promise<Entry> => {
  const { state } = await dataset.snapshot();
  if (state.auditSample === null) throw noSample();
  if (!state.auditSample.includes(id)) {
    throw new WinnowError(
      'unknown-item',
      `Image ${id.slice(0, 12)}… is not among those that the audit asks about. Nothing was changed; winnow audit DIR lists them.`,
    );
  }
  const label = answer === 'cannot-tell' ? null : knownLabel(answer.label, state.vocab);
  const entry = await dataset.store.journal.append({ kind: 'audit', id, label }, by);
  await dataset.reread();
  return entry;
};

/** Takes the answer given last back; the item is asked again, or an answer before it holds. Throws `nothing-to-do`. */
export const undoAnswer = async (dataset: OpenDataset, by: string): Promise<ItemId> => {
  const [id, answer] = [...auditAnswers((await dataset.reread()).entries)].at(-1) ?? [];
  if (id === undefined || answer === undefined)
    throw new WinnowError('nothing-to-do', 'There is no answer to take back.');
  await dataset.store.journal.append({ kind: 'undo', refs: [answer.ref] }, by);
  await dataset.reread();
  return id;
};

const noSample = (): WinnowError =>
  new WinnowError('no-run', 'The first training draws the photos of the audit. Train first: winnow train DIR.');

const knownLabel = (text: string, vocab: readonly string[]): string => {
  const label = text.normalize('NFC');
  if (vocab.includes(label)) return label;
  const nearest = nearestName(label, vocab);
  throw new WinnowError(
    'unknown-label',
    `There is no class "${label}"${nearest === null ? '' : `; the nearest is "${nearest}"`}. Nothing was changed. A photo of none of the classes cannot be told.`,
    { detail: { nearest } },
  );
};

const isComplete = ({ asked, answered }: AuditProgress): boolean => asked > 0 && answered === asked;

const progressOf = (snapshot: DatasetSnapshot, groupOf: (id: ItemId) => ItemId): AuditProgress | null => {
  const { auditSample, items } = snapshot.state;
  if (auditSample === null) return null;
  return auditProgress(auditSample, auditAnswers(snapshot.entries), (id) => items.get(id)?.status === 'in', groupOf);
};

const countsOf = (snapshot: DatasetSnapshot): AuditCounts => {
  let [labelled, labelledNow, mended] = [0, 0, 0];
  for (const { id, folderLabel } of snapshot.scan.items) {
    const state = snapshot.state.items.get(id);
    if (folderLabel !== null) labelled++;
    if (state?.status === 'in' && state.label !== null) labelledNow++;
    if (folderLabel !== null && (state?.status === 'trashed' || state?.label !== folderLabel)) mended++;
  }
  return { labelled, labelledNow, mended };
};

const answeredItems = (snapshot: DatasetSnapshot): AuditedItem[] => {
  const answers = auditAnswers(snapshot.entries);
  const items = itemsById(snapshot);
  return (snapshot.state.auditSample ?? []).flatMap((id): AuditedItem[] => {
    const answer = answers.get(id);
    if (!answer) return [];
    const state = snapshot.state.items.get(id);
    return [
      {
        id,
        group: id,
        answer: answer.label,
        labelBefore: items.get(id)?.folderLabel ?? null,
        labelNow: state?.status === 'in' ? state.label : null,
        predictionBefore: null,
        predictionNow: null,
      },
    ];
  });
};

const groupsOf = async (dataset: OpenDataset, snapshot: DatasetSnapshot): Promise<ReadonlyMap<ItemId, ItemId>> => {
  const [run] = snapshot.runs;
  if (!run) return new Map();
  return new Map((await runRows(dataset, run)).map(({ id, group }) => [id, group]));
};

/** Both models answer held-out by group, with the settings of the newest run: only the labels they learn from differ. */
const withPredictions = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  answered: readonly AuditedItem[],
  signal: AbortSignal | undefined,
): Promise<AuditedItem[]> => {
  const now = await currentRanking(dataset, signal);
  if (!now) return [...answered];
  const before = predictionsOf(await rankingBefore(dataset, snapshot, now.config, signal));
  const after = predictionsOf(now.ranking);
  return answered.map((item) => ({
    ...item,
    predictionBefore: before.get(item.id) ?? null,
    predictionNow: after.get(item.id) ?? null,
  }));
};

export const predictionsOf = ({ items, unlabelled, vocab }: Ranking): ReadonlyMap<ItemId, string> =>
  new Map([...items, ...unlabelled].map(({ id, prediction }) => [id, vocab[prediction] ?? '']));

const kept = new WeakMap<OpenDataset, { readonly key: string; readonly ranking: Promise<Ranking> }>();

/** The newest run's ranking on the labels before any decision. */
export const rankingBefore = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  config: RunConfig,
  signal: AbortSignal | undefined,
): Promise<Ranking> => {
  const { run } = config;
  const items = itemsById(snapshot);
  const rows = (await runRows(dataset, config)).flatMap(({ id }) => items.get(id) ?? []);
  const vocab = [...new Set([...config.vocab, ...rows.flatMap(({ folderLabel }) => folderLabel ?? [])])];
  const labels = rows.map(({ id, folderLabel }) => ({
    id,
    label: folderLabel === null ? null : vocab.indexOf(folderLabel),
  }));
  const key = JSON.stringify([run, vocab, labels]);
  const known = kept.get(dataset);
  if (known?.key === key) return known.ranking;
  const { runs, cacheDir } = dataset.store;
  const ranking = dataset.engine.rank({ run, runDir: runs.dirOf(run), cacheDir, vocab, labels }, signal);
  kept.set(dataset, { key, ranking });
  ranking.catch(() => {
    if (kept.get(dataset)?.ranking === ranking) kept.delete(dataset);
  });
  return ranking;
};
