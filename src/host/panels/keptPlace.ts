/**
 * Where a person was on a page, as the page tells it. VS Code keeps the same for its own tabs, but hands it to nobody else:
 * a panel that stands in for a sleeping tab would begin anew.
 */

import type * as vscode from 'vscode';
import type { Origin } from './origin.js';

export interface KeptPlace {
  /** JSON of what the page told last; null = the page begins anew. */
  readonly json: string | null;
  /** What is no JSON, or too much of it, is left. */
  keep(state: unknown): void;
}

/** Some 800 selected photos by id. */
const mostLetters = 65_536;
/** Who scrolls moves with every frame. */
const restMs = 300;

export const keptPlace = (memory: vscode.Memento, of: string, { goesOn }: Origin): KeptPlace => {
  const key = `winnow.place ${of}`;
  const before = goesOn ? memory.get<unknown>(key) : undefined;
  let latest: string | null = null;
  const write = (): void => {
    void memory.update(key, latest).then(undefined, () => undefined);
    latest = null;
  };
  return {
    json: typeof before === 'string' && before.length <= mostLetters ? before : null,
    keep: (state) => {
      const json: unknown = JSON.stringify(state);
      if (typeof json !== 'string' || json.length > mostLetters) return;
      if (latest === null) setTimeout(write, restMs).unref();
      latest = json;
    },
  };
};
