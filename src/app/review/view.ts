/** Everything a review looks at, as it is at one moment. */

import { WinnowError } from '../../base/errors.js';
import type { ItemId, Split } from '../../core/dataset/item.js';
import type { Ranking } from '../../core/findings/ranking.js';
import type { AlikeCounts } from '../../core/image/alikeCounts.js';
import { arrangementOf } from '../../core/review/filter.js';
import type { ReviewFilter } from '../../protocol/review.js';
import { currentRanking } from '../currentRanking.js';
import type { DatasetSnapshot, OpenDataset } from '../openDataset.js';
import { alikeCountsOf, type FactsOf, type RunOddness } from '../photos.js';
import { runOddness, runRows } from '../runRows.js';
import { reviewTable, type ReviewTable } from './table.js';

export interface View {
  readonly snapshot: DatasetSnapshot;
  readonly ranking: Ranking | null;
  readonly run: string | null;
  readonly table: ReviewTable;
  /** Why there is no ranking though there is a run; null = there is none to tell. */
  readonly failure: string | null;
  /** Null while no duplicates are shown. */
  readonly alike: AlikeCounts | null;
}

/** @param interim the ranking of a run that is still being made. */
export const viewOf = async (dataset: OpenDataset, filter: ReviewFilter, interim: Ranking | null): Promise<View> => {
  const snapshot = await dataset.snapshot();
  const judged = await judgedBy(dataset).catch((error: unknown) => {
    if (!WinnowError.is(error)) throw error;
    return { ...unjudged, failure: error.message };
  });
  const ranking = judged.ranking ?? interim;
  const factsOf: FactsOf = (id) => dataset.store.scanner.factsOf(id);
  const { alikeBits } = filter;
  return {
    snapshot,
    ranking,
    run: judged.run,
    table: reviewTable({ snapshot, ranking, oddness: judged.oddness, factsOf, alikeBits }, judged.sides),
    failure: judged.failure,
    alike: arrangementOf(filter) === 'alike' ? alikeCountsOf(snapshot, factsOf, judged.oddness) : null,
  };
};

interface Judged extends Pick<View, 'ranking' | 'run' | 'failure'> {
  readonly oddness: RunOddness | null;
  readonly sides: ReadonlyMap<ItemId, Split>;
}

const unjudged: Judged = { ranking: null, run: null, failure: null, oddness: null, sides: new Map() };

const judgedBy = async (dataset: OpenDataset): Promise<Judged> => {
  const ranked = await currentRanking(dataset);
  if (!ranked) return unjudged;
  const { ranking, config } = ranked;
  const sides = new Map((await runRows(dataset, config)).map((row) => [row.id, row.split]));
  return { ranking, run: config.run, failure: null, oddness: await runOddness(dataset, config), sides };
};
