/** Shapes of JSON that a caller relies on, held by golden files. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';

const folder = path.resolve(import.meta.dirname, '../golden/cli');

/** Keys and types, arrays by their first element. */
export const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (value === null) return 'null';
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, shapeOf(of)]));
  return typeof value;
};

/** A missing golden file fails: nothing is written by a test. */
export const expectShape = (name: string, value: unknown): void => {
  const file = path.join(folder, `${name}.json`);
  if (process.env['WINNOW_GOLDEN'] === 'write') {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(shapeOf(value), null, 2)}\n`);
  }
  expect(existsSync(file), `${file} is missing; WINNOW_GOLDEN=write makes it`).toBe(true);
  expect(shapeOf(value)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
};
