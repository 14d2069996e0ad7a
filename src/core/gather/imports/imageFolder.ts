/** A folder of images: class folders, split folders around them, or a metadata file as on the Hugging Face hub. */

import { parseCsv } from '../../dataset/csvTable.js';
import { jsonLines, labelColumn, labelOf, type ImportList, type ImportRow } from './importRow.js';

const images = /\.(jpe?g|jfif|png|webp|gif|avif)$/i;
const splits = /^(train|training|valid|validation|val|test|testing)$/i;
export const isMetadataName = (name: string): boolean => /^metadata\.(csv|jsonl)$/i.test(name);

const nameOf = (path: string): string => path.split('/').at(-1) ?? path;
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.length - nameOf(path).length));

/**
 * What a folder offers. A metadata file wins over folder names for the files that it names.
 * @param paths every file, relative, with `/`.  @param metadata text of each metadata file, by its path.
 */
export const readImageFolder = (paths: readonly string[], metadata: ReadonlyMap<string, string>): ImportList => {
  const problems: string[] = [];
  const labels = new Map<string, string>();
  for (const [file, text] of metadata) {
    const told = file.toLowerCase().endsWith('.csv') ? fromCsv(text) : fromJsonLines(text);
    problems.push(...told.problems.map((problem) => `${file}: ${problem}`));
    for (const { at, label } of told.rows)
      if (label !== null) labels.set(folderOf(file) + at.replace(/^\.\//, ''), label);
  }
  const files = paths.filter((path) => images.test(path) && !path.split('/').some((part) => part.startsWith('.')));
  const known = new Set(files);
  for (const path of labels.keys()) if (!known.has(path)) problems.push(`${path} is named, but it is not there.`);
  return { rows: files.map((path): ImportRow => ({ at: path, label: labels.get(path) ?? labelFrom(path) })), problems };
};

/** The first folder that is not a split. */
const labelFrom = (path: string): string | null => {
  const folders = path.split('/').slice(0, -1);
  return (splits.test(folders[0] ?? '') ? folders[1] : folders[0]) ?? null;
};

const fromCsv = (text: string): ImportList => {
  const { header, rows } = parseCsv(text);
  const file = header.findIndex((name) => name.trim().toLowerCase() === 'file_name');
  const label = labelColumn(header);
  if (file < 0) return { rows: [], problems: ['it has no column "file_name".'] };
  return {
    rows: rows.map(({ cells }) => ({ at: (cells[file] ?? '').trim(), label: cells[label]?.trim() ?? null })),
    problems: label < 0 ? ['it has no column "label"; folders tell the class.'] : [],
  };
};

const fromJsonLines = (text: string): ImportList => {
  const rows: ImportRow[] = [];
  const problems = jsonLines(text, (record) => {
    const at = record['file_name'];
    if (typeof at === 'string') rows.push({ at: at.trim(), label: labelOf(record) });
  });
  return { rows, problems };
};
