import type { ItemId, Split } from '../core/dataset/item.js';
import { lookAlikes } from '../core/image/lookAlikes.js';
import { assignSides } from '../core/split/assignSides.js';
import { groupsOf } from '../core/split/groups.js';
import type { FitItem } from '../protocol/engine.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { printOf } from './photos.js';
import { judgedItems } from './snapshotItems.js';

export interface Arrangement {
  readonly items: readonly FitItem[];
  readonly notes: readonly string[];
}

/** Groups and sides of the judged items; the sides of newcomers are frozen in the journal before anything is fitted. */
export const arrangeSides = async (dataset: OpenDataset, snapshot: DatasetSnapshot): Promise<Arrangement> => {
  const items = judgedItems(snapshot);
  const near = lookAlikes(items.map((item) => printOf(dataset.store.scanner.factsOf(item.id)))).map(
    ({ a, b }) => [a, b] as const,
  );
  const groups = groupsOf(items, near);
  const { state, spec } = snapshot;
  const labelOf = (id: ItemId): string | null => state.items.get(id)?.label ?? null;
  const arranged = assignSides(items, groups, labelOf, state.sides, spec.split);

  const newcomers: Record<Split, ItemId[]> = { train: [], valid: [], test: [] };
  for (const [id, side] of arranged.sides) if (!state.sides.has(id)) newcomers[side].push(id);
  if (arranged.sides.size > 0 && Object.values(newcomers).some((ids) => ids.length > 0)) {
    await dataset.store.journal.append({ kind: 'split', sides: newcomers }, 'auto');
  }

  const indexOf = new Map(state.vocab.map((label, index) => [label, index]));
  return {
    items: items.map((item) => ({
      id: item.id,
      label: indexOf.get(labelOf(item.id) ?? '') ?? null,
      split: arranged.sides.get(item.id) ?? 'train',
      group: groups.get(item.id) ?? item.id,
    })),
    notes: arranged.notes,
  };
};
