/** Filters that a person keeps under a name. */

import { WinnowError } from '../../base/errors.js';
import type { QueueItem } from '../../core/review/queueItem.js';
import { presetViews, type SavedView } from '../../core/review/views.js';
import type { ReviewFilter } from '../../protocol/review.js';

/** Where the views lie that a person saved for this dataset. */
export interface ViewMemory {
  read(): readonly SavedView[];
  write(views: readonly SavedView[]): Promise<void>;
}

/** Forgets them with the session. */
export const noMemory = (): ViewMemory => {
  let kept: readonly SavedView[] = [];
  return {
    read: () => kept,
    write: (views) => {
      kept = views;
      return Promise.resolve();
    },
  };
};

/** Replaces one of the same name. Throws `usage` when the name is empty or ours. */
export const saveView = async (
  memory: ViewMemory,
  queue: readonly QueueItem[],
  name: string,
  filter: ReviewFilter,
): Promise<void> => {
  const wanted = name.trim();
  if (wanted === '') throw new WinnowError('usage', 'A view needs a name. Nothing was saved.');
  if (presetViews(queue).some((preset) => preset.name === wanted)) {
    throw new WinnowError('usage', `“${wanted}” is one of Winnow's own views; give yours another name.`);
  }
  await memory.write([...memory.read().filter((saved) => saved.name !== wanted), { name: wanted, filter }]);
};

export const removeView = (memory: ViewMemory, name: string): Promise<void> =>
  memory.write(memory.read().filter((saved) => saved.name !== name));
