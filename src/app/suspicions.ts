/** What is suspicious about each file: the undecided findings, by path, for whoever shows files rather than a list. */

import type { Finding, FindingKind } from '../core/findings/finding.js';
import type { DatasetSnapshot } from './openDataset.js';

export interface Suspicion {
  /** In the order of the findings: the gravest first. */
  readonly kinds: readonly FindingKind[];
  readonly whys: readonly string[];
}

/** By path relative to the dataset folder; photos that somebody has decided on are suspicious no more. */
export const suspicionsOf = (
  { state }: DatasetSnapshot,
  findings: readonly Finding[],
): ReadonlyMap<string, Suspicion> => {
  const suspicions = new Map<string, { kinds: FindingKind[]; whys: string[] }>();
  for (const { kind, why, items } of findings) {
    for (const { id, path } of items) {
      const now = id === null ? null : state.items.get(id);
      // A file that does not decode is no item, and nothing can be decided about it.
      if (now && (now.decision !== null || now.status !== 'in')) continue;
      const suspicion = suspicions.get(path) ?? { kinds: [], whys: [] };
      if (suspicion.kinds.includes(kind)) continue;
      suspicion.kinds.push(kind);
      suspicion.whys.push(why);
      suspicions.set(path, suspicion);
    }
  }
  return suspicions;
};
