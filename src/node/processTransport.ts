/** The wire between two Node processes: JSON over the IPC channel that Node opens between parent and child. */

import type { ChildProcess } from 'node:child_process';
import type { Frame, Transport } from '../protocol/wire.js';

/** The parent's end. Ends on exit and on a channel that breaks, whichever comes first. */
export const childTransport = (child: ChildProcess): Transport => ({
  send: (frame: Frame) => {
    // A child that has just gone is not an error here: `onEnd` says so.
    if (child.connected) child.send(frame, () => undefined);
  },
  onFrame: (listener) => void child.on('message', listener),
  onEnd: (listener) => {
    let hasEnded = false;
    const end = (why: string): void => {
      if (hasEnded) return;
      hasEnded = true;
      listener(why);
    };
    child.once('exit', (code, signal) => {
      end(signal ? `stopped by ${signal}` : `exited with code ${code ?? 'unknown'}`);
    });
    child.once('error', (error) => {
      end(error.message);
    });
    child.once('disconnect', () => {
      // The exit that usually follows says more.
      setTimeout(() => {
        end('the channel closed');
      }, 500).unref();
    });
  },
});

/** The child's end. */
export const parentTransport = (self: NodeJS.Process): Transport => ({
  send: (frame: Frame) => {
    if (self.connected) self.send?.(frame, undefined, undefined, () => undefined);
  },
  onFrame: (listener) => void self.on('message', listener),
  onEnd: (listener) =>
    void self.once('disconnect', () => {
      listener('the parent is gone');
    }),
});
