/** Answers as a CSV table (RFC 4180, UTF-8 with a mark so that spreadsheets read it right). */

export interface AnswerRow {
  readonly file: string;
  readonly prediction: string;
  readonly certainty: string;
  /** In the order of `classes`. */
  readonly probabilities: ArrayLike<number>;
}

export const answersCsv = (classes: readonly string[], rows: readonly AnswerRow[]): string => {
  const head = ['file', 'prediction', 'certainty', ...classes.map((label) => `p(${label})`)];
  const lines = rows.map(({ file, prediction, certainty, probabilities }) => [
    file,
    prediction,
    certainty,
    ...Array.from(probabilities, (p) => p.toFixed(6)),
  ]);
  return csvText([head, ...lines]);
};

export const csvText = (lines: readonly (readonly string[])[]): string =>
  `\ufeff${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
