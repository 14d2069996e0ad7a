/** A decision over what a person sees: who is left out of it, and the sentence that says what was done. */

import { WinnowError } from '../../base/errors.js';
import type { ItemId } from '../../core/dataset/item.js';
import { refOf, type EntryRef } from '../../core/journal/entry.js';
import type { ReviewAction } from '../../protocol/review.js';
import { decide } from '../decide.js';
import type { OpenDataset } from '../openDataset.js';
import { leftOut, said } from './summary.js';
import type { ReviewTable } from './table.js';

/** Throws what `decide` throws, and `nothing-to-do` where nothing is suggested. @returns the sentence. */
export const decideShown = async (
  dataset: OpenDataset,
  table: ReviewTable,
  ids: readonly ItemId[],
  action: ReviewAction,
): Promise<string> => {
  if (action.kind === 'accept') return accept(dataset, table, ids);
  const known = action.kind === 'keep' && ids.length > 1 ? ids.filter((id) => table.byId.get(id)?.label) : ids;
  const given = action.kind === 'relabel' ? { ...action, allowNewClass: true } : action;
  await decide(dataset, known.length > 0 ? known : ids, given, 'user');
  return (
    said(action, known.length) + leftOut(ids.length - known.length, 'has no label to keep', 'have no label to keep')
  );
};

/** Each photo gets its own suggestion: several entries, one step. */
const accept = async (dataset: OpenDataset, table: ReviewTable, ids: readonly ItemId[]): Promise<string> => {
  const bySuggestion = new Map<string, ItemId[]>();
  let without = 0;
  for (const id of ids) {
    const to = table.suggestionOf(id);
    if (to === null) without++;
    else bySuggestion.set(to, [...(bySuggestion.get(to) ?? []), id]);
  }
  if (bySuggestion.size === 0) {
    throw new WinnowError('nothing-to-do', 'There is no suggestion here; nothing was changed.');
  }
  let step: EntryRef | undefined;
  for (const [to, some] of bySuggestion) {
    const entries = await decide(dataset, some, { kind: 'relabel', to, allowNewClass: false }, 'user', step);
    step ??= entries[0] && refOf(entries[0]);
  }
  const [only] = bySuggestion.keys();
  return (
    (bySuggestion.size === 1 && only !== undefined
      ? said({ kind: 'relabel', to: only }, ids.length - without)
      : `Relabelled ${String(ids.length - without)} photos to ${String(bySuggestion.size)} classes, as suggested. Undo: z`) +
    leftOut(without, 'has no suggestion', 'have no suggestion')
  );
};
