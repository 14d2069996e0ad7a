/** What the trees and the status bar say about a dataset; worked out once a snapshot. */

import { WinnowError } from '../../base/errors.js';
import { findingsOf, listFindings } from '../../app/findings.js';
import type { DatasetSnapshot, OpenDataset } from '../../app/openDataset.js';
import { findingKinds, type Finding, type FindingKind } from '../../core/findings/finding.js';

export interface DatasetFacts {
  readonly snapshot: DatasetSnapshot;
  /** Images by current label that are in (not set aside, not trashed), in vocab order. */
  readonly classes: readonly { readonly label: string; readonly count: number; readonly issues: number }[];
  readonly unlabelled: number;
  readonly out: number;
  readonly kinds: Readonly<Record<FindingKind, number>>;
  readonly findings: readonly Finding[];
  /** Sentences: what most photos are like, and which classes are rare. */
  readonly remarks: readonly string[];
  /** Labels changed since the newest run: its figures are older than the labels. */
  readonly isStale: boolean;
}

const kept = new WeakMap<DatasetSnapshot, Promise<DatasetFacts>>();

export const factsOf = async (dataset: OpenDataset): Promise<DatasetFacts> => {
  const snapshot = await dataset.snapshot();
  let facts = kept.get(snapshot);
  if (!facts) {
    facts = compute(dataset, snapshot);
    kept.set(snapshot, facts);
  }
  return facts;
};

const compute = async (dataset: OpenDataset, snapshot: DatasetSnapshot): Promise<DatasetFacts> => {
  // Without an engine (Restricted Mode, no Node) the folder and the journal can be shown all the same.
  const { findings, properties } = await listFindings(dataset).catch((error: unknown) => {
    if (!WinnowError.is(error)) throw error;
    dataset.log.warn(`${dataset.name}: shown without a ranking: ${error.message}`);
    // The engine may come back (trust granted, Node installed) while the snapshot stays the same.
    kept.delete(snapshot);
    return findingsOf({
      snapshot,
      ranking: null,
      oddness: null,
      factsOf: (id) => dataset.store.scanner.factsOf(id),
    });
  });
  const kinds = Object.fromEntries(findingKinds.map((kind) => [kind, 0])) as Record<FindingKind, number>;
  const issues = new Map<string, number>();
  for (const { kind, label } of findings) {
    kinds[kind]++;
    if (kind === 'label-issue' && label !== null) issues.set(label, (issues.get(label) ?? 0) + 1);
  }
  const counts = new Map<string, number>();
  let unlabelled = 0;
  let out = 0;
  for (const { label, status } of snapshot.state.items.values()) {
    if (status !== 'in') out++;
    else if (label === null) unlabelled++;
    else counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const general = findings.filter(({ items }) => items.length === 0).map(({ why }) => why);
  return {
    snapshot,
    findings,
    remarks: [...properties, ...general],
    classes: snapshot.state.vocab.map((label) => ({
      label,
      count: counts.get(label) ?? 0,
      issues: issues.get(label) ?? 0,
    })),
    unlabelled,
    out,
    kinds,
    isStale: snapshot.runs[0] !== undefined && snapshot.runs[0].labelsAt !== snapshot.state.labelsAt,
  };
};
