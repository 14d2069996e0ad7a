/** What the review shows of each item: journal, ranking and findings put together. */

import type { Item, ItemId, Split } from '../../core/dataset/item.js';
import type { Finding, FindingKind } from '../../core/findings/finding.js';
import type { RankedItem, UnlabelledItem } from '../../core/findings/ranking.js';
import { sourcesOf } from '../../core/gather/sources.js';
import type { ItemState } from '../../core/journal/state.js';
import type { QueueItem } from '../../core/review/queueItem.js';
import type { ReviewTile, TileGroup } from '../../protocol/review.js';
import { findingsOf, type FindingsInput } from '../findings.js';
import { itemsById } from '../snapshotItems.js';

export interface ReviewTable {
  readonly queue: readonly QueueItem[];
  readonly byId: ReadonlyMap<ItemId, QueueItem>;
  readonly tile: (id: ItemId, group: TileGroup | null, thumb: string | null) => ReviewTile | null;
  readonly findings: readonly Finding[];
  readonly suggestionOf: (id: ItemId) => string | null;
  /** Items of the dataset that the run has not judged: they came later. */
  readonly unjudged: number;
}

export const reviewTable = (input: FindingsInput, sides: ReadonlyMap<ItemId, Split>): ReviewTable => {
  const { snapshot, ranking } = input;
  const { findings } = findingsOf(input);
  const kinds = new Map<ItemId, FindingKind[]>();
  const reasons = new Map<ItemId, string[]>();
  const families = new Map<ItemId, ItemId>();
  for (const finding of findings) {
    for (const id of new Set(finding.items.map((item) => item.id))) {
      if (id === null) continue;
      kinds.set(id, [...(kinds.get(id) ?? []), finding.kind]);
      reasons.set(id, [...(reasons.get(id) ?? []), finding.why]);
      const first = finding.items[0]?.id ?? null;
      if (finding.items.length > 1 && first !== null && !families.has(id)) families.set(id, first);
    }
  }
  const sources = sourcesOf(snapshot.entries);
  const ranked = new Map(ranking?.items.map((row) => [row.id, row]));
  const unlabelled = new Map(ranking?.unlabelled.map((row) => [row.id, row]));
  const labelAt = (index: number | null | undefined): string | null =>
    index === null || index === undefined ? null : (ranking?.vocab[index] ?? null);

  const suggestionOf = (id: ItemId): string | null =>
    labelAt(ranked.get(id)?.suggestion ?? unlabelled.get(id)?.suggestion);
  const items = itemsById(snapshot);
  const queue = [...items.values()].flatMap((item): QueueItem[] => {
    const state = snapshot.state.items.get(item.id);
    if (!state) return [];
    const row = ranked.get(item.id);
    return [
      {
        id: item.id,
        paths: item.paths,
        label: state.label,
        predicted: labelAt((row ?? unlabelled.get(item.id))?.prediction),
        split: snapshot.state.sides.get(item.id) ?? sides.get(item.id) ?? null,
        kinds: kinds.get(item.id) ?? [],
        reasons: reasons.get(item.id) ?? [],
        sources: sources.get(item.id) ?? [],
        family: families.get(item.id) ?? null,
        decision: state.decision,
        isSuperseded: state.superseded !== null,
        status: state.status,
        lossNats: row?.lossNats ?? null,
      },
    ];
  });
  const byId = new Map(queue.map((row) => [row.id, row]));
  return {
    queue,
    byId,
    findings,
    suggestionOf,
    unjudged: ranking
      ? queue.filter((row) => row.status === 'in' && !ranked.has(row.id) && !unlabelled.has(row.id)).length
      : 0,
    tile: (id, group, thumb) => {
      const item = items.get(id);
      const row = byId.get(id);
      const state = snapshot.state.items.get(id);
      if (!item || !row || !state) return null;
      return tileOf(item, state, row, ranked.get(id), unlabelled.get(id), suggestionOf(id), group, thumb);
    },
  };
};

const tileOf = (
  item: Item,
  state: ItemState,
  row: QueueItem,
  ranked: RankedItem | undefined,
  unlabelled: UnlabelledItem | undefined,
  suggestion: string | null,
  group: TileGroup | null,
  thumb: string | null,
): ReviewTile => ({
  id: item.id,
  path: item.paths[0] ?? item.at,
  copies: item.paths.length,
  label: state.label,
  prediction: row.predicted,
  probability: (ranked ?? unlabelled)?.probability ?? null,
  labelProbability: ranked?.labelProbability ?? null,
  surprise: ranked?.surprise ?? null,
  suggestion,
  split: row.split,
  kinds: row.kinds,
  reasons: row.reasons,
  decision: state.decision,
  status: state.status,
  folderLabel: item.folderLabel,
  group,
  thumb,
});
