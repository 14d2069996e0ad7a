/** Photos of a dataset that look alike, by the embeddings of its newest run. */

import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import type { RunConfig } from '../ports/dataset.js';
import type { SimilarJob } from '../protocol/evidence.js';
import { namedRun } from './namedRun.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { rowLabels } from './rowLabels.js';
import { firstPath, itemsById } from './snapshotItems.js';

export interface SimilarPhoto {
  readonly id: ItemId;
  /** Relative to the dataset folder. */
  readonly path: string;
  readonly label: string | null;
  /** Euclidean, between embeddings of norm 1: 0–2. */
  readonly distance: number;
}

export interface SimilarReport {
  readonly run: string;
  readonly of: { readonly id: ItemId; readonly path: string; readonly isInDataset: boolean };
  /** Nearest first, near duplicates too; never the picture itself. */
  readonly photos: readonly SimilarPhoto[];
}

/** So many as one looks through. */
export const listedSimilar = 60;

/** As a list to review: the picture itself first, where it is in the dataset. */
export const onlySimilar = ({
  of,
  photos,
}: SimilarReport): { readonly title: string; readonly ids: readonly ItemId[] } => ({
  title: `Photos like ${of.path}`,
  ids: [...(of.isInDataset ? [of.id] : []), ...photos.map(({ id }) => id)],
});

/** A photo of the dataset, or any file. */
export type SimilarTo =
  | { readonly id: ItemId }
  /** `file` is absolute, `path` as the person named it. */
  | { readonly file: string; readonly path: string };

/** Throws `no-run` before the first train, `unknown-item`, `not-found`, `bad-image`. */
export const similarPhotos = async (
  dataset: OpenDataset,
  to: SimilarTo,
  top: number,
  signal?: AbortSignal,
): Promise<SimilarReport> => {
  const snapshot = await dataset.snapshot(signal);
  const config = namedRun(dataset.name, snapshot, null);
  const of = 'id' in to ? { id: to.id, file: fileOf(dataset, snapshot, to.id) } : await named(dataset, to.file);
  const [photos = []] = await nearest(
    dataset,
    { of, wants: [{ label: null, top }], leavesGroupOut: false },
    config,
    signal,
  );
  const isInDataset = itemsById(snapshot).has(of.id);
  const path = isInDataset ? firstPath(snapshot, of.id) : 'path' in to ? to.path : '';
  return { run: config.run, of: { id: of.id, path, isInDataset }, photos };
};

/** Of each of these labels the nearest photos, without the photo's own look-alikes. In the order of `labels`; throws as `similarPhotos`. */
export const nearestOfLabels = async (
  dataset: OpenDataset,
  id: ItemId,
  labels: readonly string[],
  top: number,
  signal?: AbortSignal,
): Promise<readonly (readonly SimilarPhoto[])[]> => {
  const snapshot = await dataset.snapshot(signal);
  const config = namedRun(dataset.name, snapshot, null);
  const of = { id, file: fileOf(dataset, snapshot, id) };
  return nearest(dataset, { of, wants: labels.map((label) => ({ label, top })), leavesGroupOut: true }, config, signal);
};

interface Question {
  readonly of: SimilarJob['of'];
  readonly wants: readonly { readonly label: string | null; readonly top: number }[];
  readonly leavesGroupOut: boolean;
}

const nearest = async (
  dataset: OpenDataset,
  { of, wants, leavesGroupOut }: Question,
  config: RunConfig,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly SimilarPhoto[])[]> => {
  const snapshot = await dataset.snapshot(signal);
  const { state } = snapshot;
  const { labels, vocab } = await rowLabels(dataset, snapshot, config);
  const { lists } = await dataset.engine.similar(
    {
      run: config.run,
      runDir: dataset.store.runs.dirOf(config.run),
      cacheDir: dataset.store.cacheDir,
      of,
      labels,
      // A label that no photo of the run has: nothing is found, as it should be.
      wants: wants.map(({ label, top }) => ({
        label: label === null ? null : vocab.includes(label) ? vocab.indexOf(label) : vocab.length,
        top,
      })),
      leavesGroupOut,
    },
    signal,
  );
  return lists.map((list) =>
    list.map(({ id, distance }) => ({
      id,
      path: firstPath(snapshot, id),
      label: state.items.get(id)?.label ?? null,
      distance,
    })),
  );
};

const fileOf = (dataset: OpenDataset, snapshot: DatasetSnapshot, id: ItemId): string => {
  const item = itemsById(snapshot).get(id);
  if (!item) {
    throw new WinnowError('unknown-item', `No image ${id.slice(0, 12)}… lies in ${dataset.name} (any more).`);
  }
  return dataset.store.absolute(item.at);
};

const named = async (dataset: OpenDataset, file: string): Promise<SimilarJob['of']> => ({
  id: await dataset.store.hashOf(file),
  file,
});
