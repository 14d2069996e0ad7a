/** A CSV file that can be changed cell by cell and written back with every other byte as it was (RFC 4180; `,` `;` or tab). */

interface Row {
  /** As it stands in the file, without its line end. */
  readonly raw: string;
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly delimiter: string;
  readonly lineEnd: '\n' | '\r\n';
  readonly hasMark: boolean;
  readonly endsWithLineEnd: boolean;
  readonly header: readonly string[];
  readonly rows: readonly Row[];
}

const mark = '\ufeff';

export const parseCsv = (text: string): CsvTable => {
  const hasMark = text.startsWith(mark);
  const body = hasMark ? text.slice(1) : text;
  const firstLine = body.slice(0, (body + '\n').indexOf('\n'));
  const count = (character: string): number => firstLine.split(character).length;
  const delimiter = [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
  const rows = splitRows(body, delimiter);
  return {
    delimiter,
    lineEnd: firstLine.endsWith('\r') ? '\r\n' : '\n',
    hasMark,
    endsWithLineEnd: body === '' || body.endsWith('\n'),
    header: rows[0]?.cells ?? [],
    rows: rows.slice(1).filter((row) => row.raw !== ''),
  };
};

const splitRows = (text: string, delimiter: string): Row[] => {
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let start = 0;
  const endRow = (end: number, next: number): void => {
    rows.push({ raw: text.slice(start, end), cells: [...cells, cell] });
    cells = [];
    cell = '';
    start = next;
  };
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(i + 1) === '"') {
        cell += '"';
        i++;
      } else isQuoted = false;
    } else if (character === '"' && cell === '') isQuoted = true;
    else if (character === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') endRow(i, i + 1);
    else if (character === '\r' && text.charAt(i + 1) === '\n') {
      endRow(i, i + 2);
      i++;
    } else cell += character;
  }
  if (start < text.length) endRow(text.length, text.length);
  return rows;
};

export const columnOf = (table: CsvTable, name: string): number =>
  table.header.findIndex((cell) => cell.trim() === name.trim());

/** Value by key; empty values are none. The last row of a key wins, as a reader that fills a table would have it. */
export const csvColumn = (table: CsvTable, keyColumn: string, valueColumn: string): Map<string, string> => {
  const key = columnOf(table, keyColumn);
  const value = columnOf(table, valueColumn);
  const values = new Map<string, string>();
  for (const row of table.rows) {
    const [name, content] = [row.cells[key], row.cells[value]];
    if (name !== undefined && content !== undefined && content !== '') values.set(csvKey(name), content);
  }
  return values;
};

/** How a path is looked up: `./`, back slashes and Unicode composition do not matter. */
export const csvKey = (path: string): string => path.replaceAll('\\', '/').replace(/^\.\//, '').normalize('NFC');

/** The text with `value` in the rows of the given keys; a key without a row gets one at the end. */
export const withValues = (
  table: CsvTable,
  keyColumn: string,
  valueColumn: string,
  values: ReadonlyMap<string, string>,
): string => {
  const key = columnOf(table, keyColumn);
  const value = columnOf(table, valueColumn);
  const missing = new Map(values);
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => quoted(cell, table.delimiter)).join(table.delimiter);
  const lines = table.rows.map((row) => {
    const name = csvKey(row.cells[key] ?? '');
    const next = values.get(name);
    missing.delete(name);
    if (next === undefined || next === row.cells[value]) return row.raw;
    return line(
      Array.from({ length: Math.max(row.cells.length, value + 1) }, (_, i) =>
        i === value ? next : (row.cells[i] ?? ''),
      ),
    );
  });
  for (const [name, content] of missing) {
    lines.push(line(table.header.map((_, i) => (i === key ? name : i === value ? content : ''))));
  }
  const end = table.endsWithLineEnd || missing.size > 0 ? table.lineEnd : '';
  return (table.hasMark ? mark : '') + [line(table.header), ...lines].join(table.lineEnd) + end;
};

const quoted = (cell: string, delimiter: string): string =>
  cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
