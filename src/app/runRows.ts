/** What a run was trained on: the rows of its matrices. */

import { WinnowError } from '../base/errors.js';
import type { FitItem } from '../protocol/engine.js';
import type { Oddness } from '../core/findings/oddness.js';
import type { Ranking } from '../core/findings/ranking.js';
import type { RunConfig } from '../ports/dataset.js';
import type { OpenDataset } from './openDataset.js';
import type { RunOddness } from './photos.js';

const rowsOfRun = new WeakMap<OpenDataset, { run: string; rows: readonly FitItem[] }>();

/** The items of a run in the order of its rows; labels are indices into the run's vocab as of the train. Kept for the last run asked. */
export const runRows = async (dataset: OpenDataset, run: RunConfig): Promise<readonly FitItem[]> => {
  const kept = rowsOfRun.get(dataset);
  if (kept?.run === run.run) return kept.rows;
  const file = (await dataset.store.runs.readJson(run.run, 'items.json')) as { items?: readonly FitItem[] } | null;
  if (!file?.items) throw brokenRun(run.run);
  rowsOfRun.set(dataset, { run: run.run, rows: file.items });
  return file.items;
};

export const storedRanking = async (dataset: OpenDataset, run: RunConfig): Promise<Ranking> => {
  const ranking = (await dataset.store.runs.readJson(run.run, 'ranking.json')) as Ranking | null;
  if (!ranking) throw brokenRun(run.run);
  return ranking;
};

const oddnessOfRun = new WeakMap<OpenDataset, { run: string; known: RunOddness | null }>();

/** What a run tells of its photos beside the ranking; null for a run of an older Winnow. Kept for the last run asked. */
export const runOddness = async (dataset: OpenDataset, run: RunConfig): Promise<RunOddness | null> => {
  const kept = oddnessOfRun.get(dataset);
  if (kept?.run === run.run) return kept.known;
  const oddness = (await dataset.store.runs.readJson(run.run, 'oddness.json')) as Oddness | null;
  const rows = await runRows(dataset, run);
  const known = oddness?.version === 1 ? { ids: rows.map(({ id }) => id), oddness } : null;
  oddnessOfRun.set(dataset, { run: run.run, known });
  return known;
};

export const brokenRun = (run: string): WinnowError =>
  new WinnowError('no-run', `Run ${run} is incomplete. Your decisions are safe; train again to make a new run.`);
