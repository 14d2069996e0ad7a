/** A seeded session of decisions and applies, for a worker that will be killed in the middle of it. */

import { applyDecisions } from '../../src/app/apply.js';
import { decide, redo, undo, type DecisionAction } from '../../src/app/decide.js';
import type { OpenDataset } from '../../src/app/openDataset.js';
import { WinnowError } from '../../src/base/errors.js';
import type { Random } from '../../src/base/random.js';
import type { Entry } from '../../src/core/journal/entry.js';

export interface Work {
  readonly dataset: OpenDataset;
  readonly random: Random;
  /** Says that the entries are on the disk: from now on they may never be lost. */
  readonly acknowledge: (entries: readonly Entry[]) => void;
}

const labels = ['cat', 'dog', 'owl', 'new 🐦'] as const;

const decideOnce = async ({ dataset, random, acknowledge }: Work): Promise<void> => {
  const { scan } = await dataset.snapshot();
  const item = scan.items[random.below(scan.items.length)];
  if (!item) return;
  const actions: readonly DecisionAction[] = [
    { kind: 'relabel', to: labels[random.below(labels.length)] ?? 'cat', allowNewClass: true },
    { kind: 'relabel', to: labels[random.below(labels.length)] ?? 'cat', allowNewClass: true },
    { kind: 'keep' },
    { kind: 'set-aside' },
    { kind: 'trash', as: 'ours' },
    { kind: 'restore' },
    { kind: 'dedupe', keep: item.paths[0] ?? '' },
  ];
  try {
    const roll = random.next();
    if (roll < 0.15) acknowledge(await undo(dataset, {}, 'user'));
    else if (roll < 0.25) acknowledge(await redo(dataset, 'user'));
    else {
      acknowledge(await decide(dataset, [item.id], actions[random.below(actions.length)] ?? { kind: 'keep' }, 'user'));
    }
  } catch (error) {
    // A random session asks for much that makes no sense; only that is forgiven.
    if (!WinnowError.is(error, 'nothing-to-do') && !WinnowError.is(error, 'usage')) throw error;
  }
};

/** A few decisions, then an apply. */
export const session = async (work: Work): Promise<void> => {
  for (let i = 0; i < 4; i++) await decideOnce(work);
  await applyDecisions(work.dataset, { dryRun: false });
};
