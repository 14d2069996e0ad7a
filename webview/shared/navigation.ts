/**
 * Where the person was (filter, place, focus), kept by the editor while the page is hidden or gone. Never data. The host
 * hears it too: it gives it to a page that stands in for a sleeping one, whose state the editor gives to nobody.
 */

import type { Page } from './connect.js';
import type { Guard } from './guard.js';

export interface Navigation<T> {
  /** Null when nothing was kept or another version kept it. */
  read(): T | null;
  /** Written at the end of the current frame, once. */
  write(state: T): void;
}

export const navigation = <T>(page: Page, guard: Guard<T>): Navigation<T> => {
  let waiting: T | undefined;
  return {
    read: () => {
      const kept = page.getState() ?? given();
      return guard(kept) ? kept : null;
    },
    write: (state) => {
      const isScheduled = waiting !== undefined;
      waiting = state;
      if (isScheduled) return;
      queueMicrotask(() => {
        page.setState(waiting);
        page.postMessage({ t: 'place', state: waiting });
        waiting = undefined;
      });
    },
  };
};

/** What the host gave along; undefined = nothing. */
const given = (): unknown => {
  const json = document.body.dataset['place'];
  return json === undefined ? undefined : JSON.parse(json);
};
