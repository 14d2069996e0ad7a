/** One image that an import names, and what in a source could not be understood. */

export interface ImportRow {
  /** A web address, or a path relative to the source with `/`. */
  readonly at: string;
  /** Null = the source does not say; the person does, or the row is told as a problem. */
  readonly label: string | null;
}

export interface ImportList {
  readonly rows: readonly ImportRow[];
  /** Sentences naming the line. */
  readonly problems: readonly string[];
}

const labelColumns = ['label', 'class', 'category', 'labels'];

/** The column that holds the label; −1 = none. */
export const labelColumn = (header: readonly string[]): number =>
  header.findIndex((name) => labelColumns.includes(name.trim().toLowerCase()));

/** A label of a JSON record; numbers are names too. */
export const labelOf = (record: Readonly<Record<string, unknown>>): string | null => {
  for (const name of labelColumns) {
    const value = record[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number') return String(value);
  }
  return null;
};

/** Each line of a JSON-lines text that holds an object. */
export const jsonLines = (
  text: string,
  take: (record: Readonly<Record<string, unknown>>, line: number) => void,
): string[] => {
  const problems: string[] = [];
  text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .forEach((raw, at) => {
      if (raw.trim() === '') return;
      let value: unknown;
      try {
        value = JSON.parse(raw);
      } catch {
        value = null;
      }
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        take(value as Readonly<Record<string, unknown>>, at + 1);
      } else problems.push(`Line ${String(at + 1)} is no JSON object.`);
    });
  return problems;
};
