/** Names of classes: which can be a folder on every system, and which one was meant. */

import { collisionKey } from './paths.js';

/** Why a new class cannot have this name, as a sentence; null when it can. */
export const classNameProblem = (name: string): string | null => {
  const said = JSON.stringify(name);
  if (name.trim() === '') return 'A class needs a name.';
  if (name !== name.trim()) return `The class name ${said} begins or ends with a space.`;
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  const forbidden = /[/\\<>:"|?*\u0000-\u001f\u007f]/.exec(name)?.[0];
  if (forbidden !== undefined) {
    return `The class name ${said} holds ${JSON.stringify(forbidden)}, which a folder cannot have on every system.`;
  }
  if (/\p{Surrogate}/u.test(name)) return 'The class name holds half a character (a lone surrogate).';
  if (name.startsWith('.')) return `The class name ${said} begins with a dot; such folders are hidden and not read.`;
  if (name.endsWith('.')) return `The class name ${said} ends with a dot, which Windows drops.`;
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)) return `${said} is a reserved name on Windows.`;
  if (name.length > 80) return 'The class name is longer than 80 characters.';
  return null;
};

/** The known name nearest to `name` by edit distance, without regard to case; null when nothing is known. */
export const nearestName = (name: string, known: readonly string[]): string | null => {
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const other of known) {
    const distance = editDistance(collisionKey(name), collisionKey(other));
    if (distance < bestDistance) [best, bestDistance] = [other, distance];
  }
  return best;
};

/** Levenshtein distance in code points. */
export const editDistance = (a: string, b: string): number => {
  const [left, right] = [Array.from(a), Array.from(b)];
  let row = right.map((_, j) => j + 1);
  left.forEach((character, i) => {
    const next: number[] = [];
    right.forEach((other, j) => {
      const up = row[j] as number;
      const before = j === 0 ? i + 1 : (next[j - 1] as number);
      const diagonal = j === 0 ? i : (row[j - 1] as number);
      next.push(Math.min(up + 1, before + 1, diagonal + (character === other ? 0 : 1)));
    });
    row = next;
  });
  return row.at(-1) ?? left.length;
};
