/** A backbone of the catalogue, fetched once into the user's cache: gone on with after a cut, and checked by its hash. */

import { WinnowError } from '../base/errors.js';
import type { Engine } from '../ports/engine.js';
import type { Web } from '../ports/web.js';
import type { CatalogueRow } from '../protocol/engine.js';

export interface FetchBackboneTools {
  readonly engine: Pick<Engine, 'catalogue'>;
  readonly web: Web;
  /** Moves the whole file to its name, on the same volume. */
  readonly place: (from: string, to: string) => Promise<void>;
}

export interface FetchedBackbone {
  readonly id: string;
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  /** False when it was there already: nothing was fetched. */
  readonly isNew: boolean;
}

/**
 * @param baseUrl asked instead of the catalogue's own server, with the same path; null = the catalogue's.
 * Throws `not-found` (no such id; the server has it not), `usage` (it has no address), `bad-model` (another file came; it was
 * thrown away), `partial` (cut; the next call goes on), `disk-full`, `cancelled`.
 */
export const fetchBackbone = async (
  { engine, web, place }: FetchBackboneTools,
  id: string,
  baseUrl: string | null,
  onBytes?: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<FetchedBackbone> => {
  const row = await entryOf(engine, id, signal);
  const { file, bytes, sha256 } = row;
  if (row.isCached) return { id, file, bytes, isNew: false };
  if (row.url === null) {
    throw new WinnowError('usage', `${id} has no address to fetch it from. Name its file with --backbone FILE.onnx.`);
  }
  const partial = `${file}.part`;
  const outcome = await web.download(
    {
      url: baseUrl === null ? row.url : `${baseUrl.replace(/\/+$/, '')}${row.url.replace(/^https?:\/\/[^/]+/, '')}`,
      folder: file.replace(/[/\\][^/\\]*$/, ''),
      expect: { sha256, bytes, partial },
      ...(onBytes ? { onBytes: (done: number) => onBytes(done, bytes) } : {}),
    },
    signal,
  );
  if (outcome.ok) {
    await place(outcome.file, file);
    return { id, file, bytes, isNew: true };
  }
  if (outcome.failure === 'wrong-hash' || outcome.failure === 'too-large') {
    throw new WinnowError('bad-model', `${id}: ${outcome.message} Nothing else was changed; try again later.`);
  }
  if (outcome.failure === 'not-found') {
    throw new WinnowError('not-found', `${id} is not at its address any more. Use another backbone, or a local file.`);
  }
  throw new WinnowError('partial', `${id} could not be fetched: ${outcome.message} What came is kept; try again.`);
};

const entryOf = async (engine: Pick<Engine, 'catalogue'>, id: string, signal?: AbortSignal): Promise<CatalogueRow> => {
  const rows = await engine.catalogue(signal);
  const row = rows.find((each) => each.id === id);
  if (row) return row;
  throw new WinnowError('not-found', `There is no backbone "${id}". Known: ${rows.map((each) => each.id).join(', ')}.`);
};
