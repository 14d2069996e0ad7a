/** Views of a review that a person saved, and what it lists now: in the workspace's state, as both are about looking and not about the dataset. */

import type * as vscode from 'vscode';
import type { OpenDataset } from '../../app/openDataset.js';
import type { ViewMemory } from '../../app/review/savedViews.js';
import { isQueueFilter } from '../../core/review/filter.js';
import { isShownList, type ListMemory } from '../../app/review/shownList.js';
import type { SavedView } from '../../core/review/views.js';

export const savedViews = (memory: vscode.Memento, { store }: OpenDataset): ViewMemory => {
  const key = `winnow.views ${store.dir}`;
  return {
    read: () => {
      const kept = memory.get<unknown>(key);
      return Array.isArray(kept) ? kept.filter(isView) : [];
    },
    write: async (views) => {
      await memory.update(key, views);
    },
  };
};

/** @param goesOn false = the review begins anew, whatever an earlier one listed. */
export const shownList = (memory: vscode.Memento, { store }: OpenDataset, goesOn: boolean): ListMemory => {
  const key = `winnow.shown ${store.dir}`;
  return {
    read: () => {
      const kept = goesOn ? memory.get<unknown>(key) : null;
      return isShownList(kept) ? kept : null;
    },
    write: (list) => void memory.update(key, list).then(undefined, () => undefined),
  };
};

const isView = (value: unknown): value is SavedView =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'filter' in value &&
  isQueueFilter(value.filter);
