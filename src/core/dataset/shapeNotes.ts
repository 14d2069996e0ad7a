import { byCodePoint } from '../../base/compare.js';
import type { BadFile, Item } from './item.js';
import { belowRoot, isInTrash, segmentsOf } from './paths.js';
import { isUnlabelledFolder, type Labelling } from './labelling.js';
import type { DatasetSpec } from './spec.js';

/** Sentences about a folder that is not laid out as it should be, each with what to do next. */
export const shapeNotes = (
  spec: DatasetSpec,
  items: readonly Item[],
  bad: readonly BadFile[],
  labelling: Labelling,
): string[] => {
  const live = items.filter((item) => !isInTrash(item.at));
  const where = labelling.prefix === '' ? 'this folder' : `"${labelling.prefix}"`;
  if (live.length === 0) {
    return bad.length > 0
      ? [`No file in ${where} can be read as an image (${bad.length} cannot). Run verify to see why, file by file.`]
      : [`There is no image in ${where}. Put the images into one folder per class, for example cat/1.jpg, dog/1.jpg.`];
  }
  const counts = new Map<string, number>();
  for (const { folderLabel } of live) {
    if (folderLabel !== null) counts.set(folderLabel, (counts.get(folderLabel) ?? 0) + 1);
  }
  const notes: string[] = [];
  const unlabelled = live.filter(
    (item) => item.folderLabel === null && item.paths.length === 1 && !isAwaiting(item, labelling),
  );
  if (unlabelled.length > 0) notes.push(unlabelledNote(spec, unlabelled, live.length, where));
  const nested = spec.label.by === 'folder' && spec.label.level === 1 ? nestedNote(live, labelling) : null;
  if (nested !== null) notes.push(nested);
  const [only] = counts.keys();
  if (counts.size === 1 && only !== undefined && nested === null) {
    notes.push(`There is only one class, "${only}": training needs a second one. Add a folder with other images.`);
  }
  const single = [...counts].flatMap(([label, count]) => (count === 1 ? [label] : [])).sort(byCodePoint);
  if (single.length > 0 && counts.size > 1) {
    const names = single
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ');
    const more = single.length > 5 ? ` and ${single.length - 5} more` : '';
    notes.push(
      single.length === 1
        ? `The class ${names} has a single image: nothing can be learnt or checked about it. Add more, or merge it into another class.`
        : `The classes ${names}${more} have a single image each: nothing can be learnt or checked about them. Add more, or merge them.`,
    );
  }
  return notes;
};

/** Lies in the folder for photos to label later. */
const isAwaiting = ({ paths }: Item, labelling: Labelling): boolean =>
  isUnlabelledFolder(segmentsOf(belowRoot(labelling.prefix, paths[0] ?? '') ?? '')[0] ?? '');

const unlabelledNote = (spec: DatasetSpec, unlabelled: readonly Item[], all: number, where: string): string => {
  const some = unlabelled.length === all ? 'All images' : `${unlabelled.length} of ${all} images`;
  const example = unlabelled[0]?.paths[0] ?? '';
  switch (spec.label.by) {
    case 'folder':
      return spec.label.level === 1
        ? `${some} lie directly in ${where}, in no class folder (such as ${example}). Make one folder per class, or say in winnow.json how the label is found (label by regex or csv).`
        : `${some} have no folder at level ${spec.label.level} (such as ${example}). Check "label.level" in winnow.json.`;
    case 'regex':
      return `The pattern in winnow.json finds no label for ${some.toLowerCase()} (such as ${example}). Check "label.pattern".`;
    case 'csv':
      return `${some} have no row in ${spec.label.file} (such as ${example}). Add rows, or decide on them in the review.`;
  }
};

/** One level too many: a single folder around the classes, or the same classes inside each of several folders. */
const nestedNote = (live: readonly Item[], labelling: Labelling): string | null => {
  const inner = new Map<string, Set<string>>();
  for (const item of live) {
    for (const path of item.paths) {
      const below = segmentsOf(belowRoot(labelling.prefix, path) ?? path).slice(labelling.hasSplitFolders ? 1 : 0, -1);
      const [top, second] = below;
      if (top === undefined || second === undefined) return null;
      inner.set(top, (inner.get(top) ?? new Set()).add(second));
    }
  }
  const [first, ...others] = [...inner];
  if (!first) return null;
  const [top, names] = first;
  const example = [...names].sort(byCodePoint).slice(0, 3).join(', ');
  if (others.length === 0 && names.size > 1) {
    const root = labelling.prefix === '' ? top : `${labelling.prefix}/${top}`;
    return labelling.hasSplitFolders
      ? `All images lie one level deeper than the class folders, in "${top}" (${example}). If those are the classes, set "label": {"by": "folder", "level": 2} in winnow.json.`
      : `All images lie in "${top}", which holds the folders ${example}. If those are the classes, set "root": "${root}" in winnow.json, or open that folder.`;
  }
  const isShared = others.length > 0 && names.size > 1 && others.every(([, set]) => [...set].some((n) => names.has(n)));
  return isShared
    ? `Every folder holds the same sub-folders (${example}). If those are the classes, set "label": {"by": "folder", "level": 2} in winnow.json.`
    : null;
};
