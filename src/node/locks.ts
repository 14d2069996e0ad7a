import path from 'node:path';
import type { Locks, OperationName } from '../ports/dataset.js';
import { withFileLock } from './fileLock.js';

const doing: Readonly<Record<OperationName, string>> = {
  apply: 'moving files',
  gather: 'gathering images',
  purge: 'emptying the trash',
};

/** Operations that touch a user's files run one at a time over all windows and command lines; `journalHome` holds the lock. */
export const fileLocks = (journalHome: string): Locks => ({
  withOperation: (name, work) =>
    withFileLock(
      {
        // One lock for all three: none of them may see the others' half-moved files.
        file: path.join(journalHome, 'operation.lock'),
        patienceMs: 0,
        busyMessage: (holder) =>
          `Another window or command line is at work on this dataset (process ${holder?.pid ?? 'unknown'}), so ${doing[name]} must wait. Nothing was changed; try again when it has finished.`,
      },
      work,
    ),
});
