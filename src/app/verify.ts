import { tablesOf } from '../core/dataset/spec.js';
import type { OnProgress } from '../ports/engine.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';

/** Decodes every image that was never decoded, remembers what that told, and reads the folder again: broken files are no items any more. */
export const verify = async (
  dataset: OpenDataset,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<DatasetSnapshot> => {
  const snapshot = await dataset.refresh(signal);
  return (await inspectUnknown(dataset, snapshot, onProgress, signal)) ? dataset.refresh(signal) : snapshot;
};

/** Inspects items without facts. Resolves to whether there were any. */
export const inspectUnknown = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<boolean> => {
  const { scanner } = dataset.store;
  const unknown = snapshot.scan.items.filter((item) => scanner.factsOf(item.id) === null);
  if (unknown.length === 0) return false;
  const files = unknown.map((item) => ({ id: item.id, file: dataset.store.absolute(item.at) }));
  const results = await dataset.engine.inspect(files, onProgress, signal);
  await scanner.remember(
    new Map(results.flatMap((result) => ('facts' in result ? [[result.id, result.facts] as const] : []))),
    new Map(results.flatMap((result) => ('bad' in result ? [[result.id, result.bad] as const] : []))),
  );
  return true;
};

export interface ScanReport {
  readonly items: number;
  readonly files: number;
  readonly classes: Readonly<Record<string, number>>;
  readonly ignored: number;
  readonly bad: readonly { readonly path: string; readonly reason: string; readonly message: string }[];
}

/** The JSON of `scan` and `verify`; classes count items by their label now. `verify` also names the ignored files, but for those that the spec reads. */
export const scanReport = (snapshot: DatasetSnapshot, isDeep: boolean): ScanReport => {
  const counts = new Map<string, number>(snapshot.scan.vocab.map((label) => [label, 0]));
  const { scan, state } = snapshot;
  let items = 0;
  for (const item of scan.items) {
    const now = state.items.get(item.id);
    if (now?.status === 'trashed') continue;
    items++;
    if (now?.label !== null && now?.label !== undefined) counts.set(now.label, (counts.get(now.label) ?? 0) + 1);
  }
  const tables = tablesOf(snapshot.spec);
  const ignored = scan.ignored
    .filter((path) => !tables.has(path))
    .map((path) => ({ path, reason: 'not-an-image', message: `${path} is not an image; it is left alone.` }));
  return {
    items,
    files: scan.files,
    classes: Object.fromEntries(counts),
    ignored: scan.ignored.length,
    bad: isDeep ? [...scan.bad, ...ignored] : scan.bad,
  };
};
