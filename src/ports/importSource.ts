import type { FetchOutcome } from './web.js';

/** What lies at the path that a person wants to import. */
export type ImportSource =
  | {
      readonly kind: 'folder';
      /** Tells this source from another of the same name. */
      readonly key: string;
      /** Files below it, relative, with `/`, code-point order. */
      readonly paths: readonly string[];
      /** Text of each metadata file, by its path. */
      readonly metadata: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: 'tar';
      readonly key: string;
      /** Where each plain file lies in the archive, in its order. */
      readonly places: ReadonlyMap<string, { readonly start: number; readonly bytes: number }>;
      /** Text of each file that tells a class, by its path. */
      readonly texts: ReadonlyMap<string, string>;
      /** Sentences for the entries that are not taken. */
      readonly problems: readonly string[];
    }
  | { readonly kind: 'list'; readonly key: string; readonly name: string; readonly text: string };

/** Reads what is imported; changes nothing there. */
export interface ImportReader {
  /** Throws `not-found`, `usage` (too large for a list). */
  open(source: string): Promise<ImportSource>;
  /** A copy of one of the folder's files in `folder`, hashed on the way. A file that cannot be read is an outcome. */
  copy(source: string, path: string, folder: string): Promise<FetchOutcome>;
  /** The same for a piece of an archive; `path` is only what it is called. */
  copyPiece(
    source: string,
    piece: { readonly path: string; readonly start: number; readonly bytes: number },
    folder: string,
  ): Promise<FetchOutcome>;
}
