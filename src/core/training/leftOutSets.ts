/** What is left out together: whole sources (a web site, a product), and with them every look-alike that lies elsewhere. */

import type { LeftOut } from './groupHeldOut.js';

/**
 * Each row is judged without its part and without every family that its part touches. Parts are not joined by a family
 * that lies in two of them: one photo that two shops share must not make one shop of them.
 * @param parts part number of each row; −1 = none, judged without its own family alone.
 * @param families look-alike group of each row.
 */
export const leftOutSets = (parts: Int32Array, families: Int32Array): LeftOut[] => {
  const rowsOfFamily = new Map<number, number[]>();
  families.forEach((family, row) => push(rowsOfFamily, family, row));
  const judged = new Map<string, number[]>();
  parts.forEach((part, row) => push(judged, part < 0 ? `family ${families[row]!}` : `part ${part}`, row));
  return [...judged.values()].map((rows) => {
    const touched = new Set(rows.map((row) => families[row]!));
    const without = [...touched].flatMap((family) => rowsOfFamily.get(family)!);
    return { rows, without: without.sort((a, b) => a - b) };
  });
};

const push = <K>(map: Map<K, number[]>, key: K, row: number): void => {
  const rows = map.get(key);
  if (rows) rows.push(row);
  else map.set(key, [row]);
};
