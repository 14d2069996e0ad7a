/** Which label, split and group a path has by the rules of the spec, before any decision. */

import type { Split } from './item.js';
import { belowRoot, rootPrefix, segmentsOf } from './paths.js';
import { csvKey } from './csvTable.js';
import { standInFolders, type DatasetSpec, type GroupRule, type LabelRule } from './spec.js';

/** Values by path below `root` (or below the dataset folder), from the CSV files that the spec names. */
export interface CsvColumns {
  readonly label: ReadonlyMap<string, string> | null;
  readonly split: ReadonlyMap<string, string> | null;
  readonly group: ReadonlyMap<string, string> | null;
}
export const noColumns: CsvColumns = { label: null, split: null, group: null };

export interface Labelling {
  /** `root` as a prefix, '' for the dataset folder itself. */
  readonly prefix: string;
  readonly hasSplitFolders: boolean;
  labelOf(path: string): string | null;
  splitOf(path: string): Split | null;
  groupOf(path: string): string | null;
}

const splitNames: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  valid: 'valid',
  val: 'valid',
  validation: 'valid',
  test: 'test',
  testing: 'test',
};

/** The side that a folder's or a CSV cell's name stands for. */
export const splitNamed = (name: string): Split | null => {
  const key = name.trim().toLowerCase();
  return Object.hasOwn(splitNames, key) ? (splitNames[key] ?? null) : null;
};

/** The folder for photos that nobody has labelled yet: no class, whatever lies in it. */
export const isUnlabelledFolder = (name: string): boolean => /^unlabell?ed$/i.test(name);

const folderSplits = new Set(['train', 'valid', 'val', 'test']);

/**
 * Whether the first folder below `root` is a split, not a class: the spec says so, or the folders are exactly
 * `train`, `valid` / `val`, `test` (any of them) and hold class folders.
 * @param paths image files below the dataset folder.
 */
export const hasSplitFolders = (spec: DatasetSpec, paths: Iterable<string>): boolean => {
  if (spec.split.by === 'folders') return true;
  if (spec.label.by === 'folder' && spec.label.level !== 1) return false;
  const prefix = rootPrefix(spec.root);
  let isDeep = false;
  for (const path of paths) {
    const below = belowRoot(prefix, path);
    if (below === null) continue;
    const [top = '', second, third] = segmentsOf(below);
    if (second === undefined) continue;
    if (!folderSplits.has(top.toLowerCase())) return false;
    isDeep ||= third !== undefined;
  }
  return isDeep;
};

/** Folder names below `root` (without the split) and the split's own folder. */
export const foldersOf = (
  labelling: Pick<Labelling, 'prefix' | 'hasSplitFolders'>,
  path: string,
): { readonly split: string | null; readonly folders: readonly string[] } => {
  const below = belowRoot(labelling.prefix, path);
  const folders = below === null ? [] : segmentsOf(below).slice(0, -1);
  return labelling.hasSplitFolders && folders.length > 0
    ? { split: folders[0] as string, folders: folders.slice(1) }
    : { split: null, folders };
};

/** The label that a rule gives to a path; NFC, null where it gives none. */
export const labelOf = (
  rule: LabelRule,
  place: { readonly below: string; readonly folders: readonly string[] },
  rows: ReadonlyMap<string, string> | null,
): string | null => {
  const found =
    rule.by === 'folder'
      ? place.folders[rule.level - 1]
      : rule.by === 'regex'
        ? captured(rule.pattern, 'label', place.below)
        : rows?.get(csvKey(place.below));
  return found === undefined || found === '' ? null : found.normalize('NFC');
};

const patterns = new Map<string, RegExp | null>();

const captured = (pattern: string, group: string, text: string): string | undefined => {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    try {
      compiled = new RegExp(pattern, 'u');
    } catch {
      compiled = null; // the spec's reader has already refused it with a sentence
    }
    patterns.set(pattern, compiled);
  }
  const match = compiled?.exec(text);
  return match?.groups?.[group] ?? match?.[1];
};

const groupOf = (
  rule: GroupRule | null,
  place: { readonly below: string; readonly folders: readonly string[] },
  rows: ReadonlyMap<string, string> | null,
): string | null => {
  switch (rule?.by) {
    case 'regex':
      return captured(rule.pattern, 'group', place.below) ?? null;
    case 'folder':
      return place.folders.length < rule.level ? null : place.folders.slice(0, rule.level).join('/');
    case 'csv':
      return rows?.get(csvKey(place.below)) ?? null;
    case 'site':
    case undefined:
      return null;
  }
};

/** @param isSplitFolder as {@link hasSplitFolders} says. */
export const labellingOf = (spec: DatasetSpec, isSplitFolder: boolean, columns: CsvColumns): Labelling => {
  const prefix = rootPrefix(spec.root);
  const layout = { prefix, hasSplitFolders: isSplitFolder };
  const standIns = spec.label.by === 'folder' ? standInFolders(spec.classes) : new Map<string, string>();
  const placeOf = (path: string): { below: string; split: string | null; folders: readonly string[] } => ({
    below: belowRoot(prefix, path) ?? path,
    ...foldersOf(layout, path),
  });
  return {
    ...layout,
    labelOf: (path) => {
      const found = labelOf(spec.label, placeOf(path), columns.label);
      return found === null || (spec.label.by === 'folder' && isUnlabelledFolder(found))
        ? null
        : (standIns.get(found) ?? found);
    },
    splitOf: (path) => {
      const place = placeOf(path);
      const name = spec.split.by === 'csv' ? columns.split?.get(csvKey(place.below)) : place.split;
      return name === null || name === undefined ? null : splitNamed(name);
    },
    groupOf: (path) => groupOf(spec.groupBy, placeOf(path), columns.group),
  };
};
