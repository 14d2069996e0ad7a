/** Why a photo was found: photos like it, of its label and of the other one, and its copies side by side. */

import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import type { Provenance } from '../core/gather/candidate.js';
import { argmax } from '../core/metrics/accuracy.js';
import { gatheredOf, siteOf } from '../core/gather/sources.js';
import type { Evidence, EvidenceList, EvidenceTwin, NetworkOpinion } from '../protocol/shownEvidence.js';
import { newestOutOfFold } from './fineTunes.js';
import type { OpenDataset } from './openDataset.js';
import type { ReviewTable } from './review/table.js';
import type { MakeThumbs } from './makeThumbs.js';
import { runRows } from './runRows.js';
import { nearestOfLabels, similarPhotos } from './similar.js';
import { itemsById } from './snapshotItems.js';

/** Of each class. */
const shownPhotos = 6;
const shownTwins = 12;

/** Throws `unknown-item`, `cancelled`; without a run, or without its features, the lists are empty and `trouble` says why. */
export const evidenceOf = async (
  dataset: OpenDataset,
  table: ReviewTable,
  id: ItemId,
  makeThumbs: MakeThumbs,
  signal?: AbortSignal,
): Promise<Evidence> => {
  const tile = table.tile(id, null, null);
  if (!tile) throw new WinnowError('unknown-item', 'This photo is no longer in the dataset.');
  const twins = await twinsOf(dataset, table, id);
  let lists: readonly EvidenceList[] = [];
  let trouble: string | null = null;
  let network: NetworkOpinion | null = null;
  try {
    network = await networkOpinion(dataset, id, tile.label);
    const other = [tile.suggestion, tile.prediction].find((label) => label !== null && label !== tile.label) ?? null;
    lists = await listsOf(dataset, id, tile.label, other, signal);
  } catch (error) {
    if (!WinnowError.is(error) || error.code === 'cancelled') throw error;
    trouble = error.message;
  }
  const asked = new Set([...lists.flatMap(({ photos }) => photos.map((photo) => photo.id)), ...twins.map((t) => t.id)]);
  const [thumbs, pictures] = await Promise.all([makeThumbs([...asked], 256), makeThumbs([id], 1024)]);
  const thumbOf = (of: ItemId): string | null => thumbs.get(of) ?? null;
  return {
    id,
    picture: pictures.get(id) ?? null,
    lists: lists.map((list) => ({
      ...list,
      photos: list.photos.map((photo) => ({ ...photo, thumb: thumbOf(photo.id) })),
    })),
    trouble,
    twins: twins.map((twin) => ({ ...twin, thumb: thumbOf(twin.id) })),
    network,
  };
};

const networkOpinion = async (
  dataset: OpenDataset,
  id: ItemId,
  label: string | null,
): Promise<NetworkOpinion | null> => {
  const [config] = (await dataset.snapshot()).runs;
  const rows = config ? await runRows(dataset, config) : [];
  const network = await newestOutOfFold(dataset, new Map(rows.map((row) => [row.id, row.group])));
  const row = network?.rows.get(id);
  if (!network || !row) return null;
  const top = argmax(row, 0, row.length);
  const own = label === null ? -1 : network.vocab.indexOf(label);
  return { prediction: network.vocab[top]!, probability: row[top]!, labelProbability: own < 0 ? null : row[own]! };
};

const listsOf = async (
  dataset: OpenDataset,
  id: ItemId,
  given: string | null,
  other: string | null,
  signal: AbortSignal | undefined,
): Promise<EvidenceList[]> => {
  const roles = [
    ...(given === null ? [] : [{ role: 'given' as const, label: given }]),
    ...(other === null ? [] : [{ role: 'other' as const, label: other }]),
  ];
  const labels = roles.map(({ label }) => label);
  const found = labels.length === 0 ? [] : await nearestOfLabels(dataset, id, labels, shownPhotos, signal);
  const lists: EvidenceList[] = roles.map((role, at) => ({ ...role, photos: withoutThumbs(found[at] ?? []) }));
  if (roles.length < 2) {
    const { photos } = await similarPhotos(dataset, { id }, shownPhotos, signal);
    lists.push({ role: 'any', label: null, photos: withoutThumbs(photos) });
  }
  return lists;
};

const withoutThumbs = <T extends object>(photos: readonly T[]): (T & { readonly thumb: null })[] =>
  photos.map((photo) => ({ ...photo, thumb: null }));

/** The files of all findings that name several, itself first. */
const twinsOf = async (dataset: OpenDataset, table: ReviewTable, id: ItemId): Promise<EvidenceTwin[]> => {
  const snapshot = await dataset.snapshot();
  const items = itemsById(snapshot);
  const named = new Map<string, ItemId>();
  const own = items.get(id)?.paths ?? [];
  for (const path of own) named.set(path, id);
  for (const finding of table.findings) {
    if (finding.items.length < 2 || !finding.items.some((item) => item.id === id)) continue;
    for (const item of finding.items) if (item.id !== null && items.has(item.id)) named.set(item.path, item.id);
  }
  if (named.size < 2) return [];
  const { scanner } = dataset.store;
  const sources = new Map<ItemId, Provenance>();
  for (const image of gatheredOf(snapshot.entries)) if (!sources.has(image.id)) sources.set(image.id, image.provenance);
  return [...named].slice(0, shownTwins).map(([path, twin]) => {
    const facts = scanner.factsOf(twin);
    const source = sources.get(twin);
    return {
      id: twin,
      path,
      isThis: twin === id,
      label: snapshot.state.items.get(twin)?.label ?? null,
      split: table.byId.get(twin)?.split ?? null,
      size: facts && { width: facts.width, height: facts.height },
      bytes: scanner.bytesOf(path),
      source: source ? sourceWords(source) : null,
      thumb: null,
    };
  });
};

/** "openverse, flickr.com, by-sa, by Jane Doe" */
export const sourceWords = (source: Provenance): string =>
  [source.provider, siteOf(source), source.licence, source.creator === null ? null : `by ${source.creator}`]
    .filter((part) => part !== null && part !== '')
    .join(', ');
