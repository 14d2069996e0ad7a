import { isInTrash } from '../dataset/paths.js';
import type { ItemId } from '../dataset/item.js';
import type { Move } from './entry.js';

/** Where in the trash lie the files that people see at the places they were taken from, while the journal is read. */
export class TrashPlaces {
  readonly #origins = new Map<ItemId, Map<string, string>>();

  follow({ id, from, to }: Move): void {
    if (isInTrash(from)) this.#origins.get(id)?.delete(from);
    if (!isInTrash(to)) return;
    const origins = this.#origins.get(id) ?? new Map<string, string>();
    this.#origins.set(id, origins.set(to, from));
  }

  /** The paths, and for those whose file lies in the trash now its place there: a decision on what was seen holds for both. */
  with(id: ItemId, paths: readonly string[]): string[] {
    const origins = this.#origins.get(id);
    if (!origins) return [...paths];
    return [...paths, ...[...origins].flatMap(([place, from]) => (paths.includes(from) ? [place] : []))];
  }
}
