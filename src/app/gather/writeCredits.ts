import { WinnowError } from '../../base/errors.js';
import type { Gathered } from '../../core/gather/candidate.js';
import { creditsOf } from '../../core/gather/credits.js';
import { gatheredOf } from '../../core/gather/sources.js';
import type { OpenDataset } from '../openDataset.js';
import { itemsById } from '../snapshotItems.js';
import { refuseUnwritable } from './takeIn.js';

/** The JSON of `credits`. */
export interface CreditsReport {
  readonly files: readonly string[];
  readonly images: number;
  readonly unlicensed: number;
}

/** Writes ATTRIBUTION.md and credits.csv for the gathered images that are in the dataset now. Throws `nothing-to-do`, `read-only`. */
export const writeCredits = async (dataset: OpenDataset, signal?: AbortSignal): Promise<CreditsReport> => {
  refuseUnwritable(dataset);
  const snapshot = await dataset.refresh(signal);
  const items = itemsById(snapshot);
  const images = new Map<string, Gathered>();
  for (const gathered of gatheredOf(snapshot.entries)) {
    const item = items.get(gathered.id);
    const state = snapshot.state.items.get(gathered.id);
    if (!item || state?.status === 'trashed' || images.has(gathered.id)) continue;
    const path = item.paths.includes(gathered.path) ? gathered.path : (item.paths[0] ?? gathered.path);
    images.set(gathered.id, { ...gathered, path, label: state?.label ?? gathered.label });
  }
  if (images.size === 0) {
    throw new WinnowError(
      'nothing-to-do',
      `No image of ${dataset.name} was gathered or imported, so there is nobody to credit. Nothing was written.`,
    );
  }
  const { markdown, csv, ...counts } = creditsOf([...images.values()]);
  await dataset.store.mover.writeText('ATTRIBUTION.md', markdown);
  await dataset.store.mover.writeText('credits.csv', csv);
  return { files: ['ATTRIBUTION.md', 'credits.csv'], ...counts };
};
