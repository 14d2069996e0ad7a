/** A list of image addresses: one a line, CSV or TSV with `url[, label]`, or JSON lines `{url, label?}`. */

import { parseCsv } from '../../dataset/csvTable.js';
import { jsonLines, labelColumn, labelOf, type ImportList, type ImportRow } from './importRow.js';

const urlColumns = ['url', 'image_url', 'image', 'image url', 'link'];

/** @param name of the file: its ending says what it is, else its first line does. */
export const parseUrlList = (text: string, name: string): ImportList => {
  const ending = /\.(\w+)$/.exec(name.toLowerCase())?.[1] ?? '';
  const first =
    text
      .replace(/^\ufeff/, '')
      .trimStart()
      .split(/\r?\n/, 1)[0] ?? '';
  if (ending === 'jsonl' || ending === 'ndjson' || first.startsWith('{')) return fromJsonLines(text);
  const hasHeader = /^\W*(url|image_url|image|link)\W/i.test(`${first} `) && !/^https?:/i.test(first);
  if (ending === 'csv' || ending === 'tsv' || hasHeader) return fromTable(text);
  return fromLines(text);
};

const fromJsonLines = (text: string): ImportList => {
  const rows: ImportRow[] = [];
  const missing: string[] = [];
  const problems = jsonLines(text, (record, line) => {
    const url = urlColumns.map((key) => record[key]).find((value) => typeof value === 'string');
    if (typeof url === 'string' && isAddress(url)) rows.push({ at: url.trim(), label: labelOf(record) });
    else missing.push(noAddress(line));
  });
  return { rows, problems: [...problems, ...missing] };
};

const fromTable = (text: string): ImportList => {
  const { header, rows } = parseCsv(text);
  const at = header.findIndex((column) => urlColumns.includes(column.trim().toLowerCase()));
  if (at < 0) {
    // A table without a header: the address, then the label.
    return collect(
      [header, ...rows.map(({ cells }) => cells)].map(([url = '', label = ''], i) => ({ url, label, line: i + 1 })),
    );
  }
  const label = labelColumn(header);
  return collect(rows.map(({ cells }, i) => ({ url: cells[at] ?? '', label: cells[label] ?? '', line: i + 2 })));
};

const fromLines = (text: string): ImportList =>
  collect(
    text
      .replace(/^\ufeff/, '')
      .split(/\r?\n/)
      .flatMap((raw, i) => {
        const line = raw.trim();
        if (line === '' || line.startsWith('#')) return [];
        const [, url = line, label = ''] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
        return [{ url, label, line: i + 1 }];
      }),
  );

const collect = (
  found: readonly { readonly url: string; readonly label: string; readonly line: number }[],
): ImportList => {
  const rows: ImportRow[] = [];
  const problems: string[] = [];
  for (const { url, label, line } of found) {
    if (isAddress(url)) rows.push({ at: url.trim(), label: label.trim() === '' ? null : label.trim() });
    else problems.push(noAddress(line));
  }
  return { rows, problems };
};

const isAddress = (text: string): boolean => /^https?:\/\/\S+$/i.test(text.trim());
const noAddress = (line: number): string => `Line ${String(line)} holds no web address.`;
