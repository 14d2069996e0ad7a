/** The type-ahead list of classes: what it offers for what was typed. */

import { classNameTrouble } from './words.js';

export type Offer = { readonly kind: 'class'; readonly name: string } | { readonly kind: 'new'; readonly name: string };

/** Classes that begin with the words first, then those that contain them; the last row makes a new class. */
export const offers = (vocab: readonly string[], typed: string): Offer[] => {
  const query = typed.trim().toLocaleLowerCase();
  const found = vocab.filter((name) => name.toLocaleLowerCase().includes(query));
  const begins = (name: string): boolean => name.toLocaleLowerCase().startsWith(query);
  const ordered = [...found.filter(begins), ...found.filter((name) => !begins(name))];
  const rows: Offer[] = ordered.map((name) => ({ kind: 'class', name }));
  if (!vocab.includes(typed.trim())) rows.push({ kind: 'new', name: typed.trim() });
  return rows;
};

export class Picker {
  #vocab: readonly string[];
  typed = '';
  active = 0;
  trouble: string | null = null;

  constructor(vocab: readonly string[]) {
    this.#vocab = vocab;
  }

  get rows(): Offer[] {
    return offers(this.#vocab, this.typed);
  }

  type(typed: string): void {
    this.typed = typed;
    this.active = 0;
    this.trouble = null;
  }

  move(by: number): void {
    const { length } = this.rows;
    if (length > 0) this.active = (this.active + by + length) % length;
  }

  /** The class to use; null when there is none yet, with the reason in `trouble`. */
  choose(index = this.active): string | null {
    const row = this.rows[index];
    if (!row) return null;
    this.active = index;
    this.trouble = row.kind === 'new' ? classNameTrouble(row.name) : null;
    return this.trouble === null ? row.name : null;
  }
}
