/** Paths inside a dataset: relative, with `/`, compared as the pickiest file system compares them. */

export const trashFolder = '.winnow/trash';

export const isInTrash = (path: string): boolean => path.startsWith(`${trashFolder}/`);

export const segmentsOf = (path: string): string[] => path.split('/');

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** '' for a path without a folder. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('/');

/** Two paths with one key are one file on some system: case and Unicode composition do not tell them apart. */
export const collisionKey = (path: string): string => path.normalize('NFC').toLowerCase().normalize('NFC');

/** `path`, or `name-2.jpg` beside it and so on: the first that is not taken. */
export const freePath = (path: string, isTaken: (key: string) => boolean): string => {
  if (!isTaken(collisionKey(path))) return path;
  const name = nameOf(path);
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot) : '';
  for (let i = 2; ; i++) {
    const candidate = joined(folderOf(path), `${stem}-${i}${extension}`);
    if (!isTaken(collisionKey(candidate))) return candidate;
  }
};

/** `spec.root` as a prefix: '' or 'images'. */
export const rootPrefix = (root: string): string =>
  segmentsOf(root.replaceAll('\\', '/'))
    .filter((part) => part !== '' && part !== '.')
    .join('/');

/** The path below `root`, null when it lies elsewhere. */
export const belowRoot = (prefix: string, path: string): string | null => {
  if (prefix === '') return path;
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : null;
};
