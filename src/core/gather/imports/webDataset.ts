/** A WebDataset: files that belong together share a key, the name up to its first dot. */

import { labelOf, type ImportList } from './importRow.js';

const images = new Set(['jpg', 'jpeg', 'jfif', 'png', 'webp', 'gif', 'avif']);
const labels = ['cls', 'txt', 'json'] as const;

/** 'a/b.seg.png' → ['a/b', 'seg.png']; the extension in lower case. */
const split = (path: string): readonly [string, string] => {
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1);
  return dot < 0 ? [path, ''] : [path.slice(0, dot), path.slice(dot + 1).toLowerCase()];
};

export const isWebDatasetLabel = (path: string): boolean => labels.some((ending) => split(path)[1] === ending);

/** @param paths every file of the archive.  @param texts of the label files, by path. `.cls` wins over `.txt`, that over `.json`. */
export const readWebDataset = (paths: readonly string[], texts: ReadonlyMap<string, string>): ImportList => {
  const told = new Map<string, string>();
  const problems: string[] = [];
  for (const ending of labels.toReversed()) {
    for (const [path, text] of texts) {
      const [key, own] = split(path);
      if (own !== ending) continue;
      const label = ending === 'json' ? fromJson(text) : text.trim();
      if (label === null || label === '') problems.push(`${path} names no class.`);
      else if (!/[\r\n]/.test(label)) told.set(key, label);
    }
  }
  const rows = paths.flatMap((path) => {
    const [key, ending] = split(path);
    return images.has(ending) ? [{ at: path, label: told.get(key) ?? null }] : [];
  });
  return { rows, problems };
};

const fromJson = (text: string): string | null => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'number' || typeof value === 'string') return String(value).trim();
    return typeof value === 'object' && value !== null ? labelOf(value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
};
