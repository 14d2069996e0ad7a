/** The views of a review that a person saved: in the workspace's state, as they are about looking and not about the dataset. */

import type * as vscode from 'vscode';
import type { OpenDataset } from '../../app/openDataset.js';
import type { ViewMemory } from '../../app/review/savedViews.js';
import { isQueueFilter } from '../../core/review/filter.js';
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

const isView = (value: unknown): value is SavedView =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'filter' in value &&
  isQueueFilter(value.filter);
