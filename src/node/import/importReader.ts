/** Folders, archives and lists that are imported, on plain Node. */

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { byCodePoint } from '../../base/compare.js';
import { WinnowError } from '../../base/errors.js';
import { isMetadataName } from '../../core/gather/imports/imageFolder.js';
import { isWebDatasetLabel } from '../../core/gather/imports/webDataset.js';
import type { ImportReader, ImportSource } from '../../ports/importSource.js';
import type { FetchOutcome } from '../../ports/web.js';
import { codeOf, diskError } from '../diskErrors.js';
import { readTarIndex } from './tarIndex.js';

const mostTextBytes = 64 * 1024 * 1024;
const mostFileBytes = 100 * 1024 * 1024;

export const importReader: ImportReader = {
  open: async (source) => {
    const entry = await stat(source).catch((cause: unknown) => {
      throw new WinnowError('not-found', `There is nothing at ${source}. Nothing was imported; check the name.`, {
        cause,
      });
    });
    const key = createHash('sha256').update(path.resolve(source)).digest('hex').slice(0, 8);
    if (entry.isFile() && /\.tar$/i.test(source)) return { kind: 'tar', key, ...(await tarOf(source)) };
    if (!entry.isDirectory()) return { kind: 'list', key, name: path.basename(source), text: await textOf(source) };
    const paths: string[] = [];
    const metadata = new Map<string, string>();
    for (const found of await readdir(source, { recursive: true, withFileTypes: true })) {
      // Links could lead anywhere: what they name is imported by naming it.
      if (!found.isFile()) continue;
      const relative = path.relative(source, path.join(found.parentPath, found.name)).split(path.sep).join('/');
      paths.push(relative);
      if (isMetadataName(found.name)) metadata.set(relative, await textOf(path.join(source, relative)));
    }
    return { kind: 'folder', key, paths: paths.sort(byCodePoint), metadata };
  },

  copy: async (source, relative, folder) => {
    const file = path.join(source, ...relative.split('/'));
    let size: number;
    try {
      const inside = path.relative(await realpath(source), await realpath(file));
      if (inside.startsWith('..') || path.isAbsolute(inside))
        return failed(relative, 'refused', 'It lies outside the folder.');
      ({ size } = await stat(file));
    } catch (error) {
      return failed(relative, 'not-found', `It cannot be read (${codeOf(error)}).`);
    }
    return copied(createReadStream(file), size, relative, folder);
  },

  copyPiece: async (source, { path: name, start, bytes }, folder) =>
    bytes === 0
      ? failed(name, 'not-found', 'It is empty.')
      : copied(createReadStream(source, { start, end: start + bytes - 1 }), bytes, name, folder),
};

const failed = (name: string, failure: 'not-found' | 'too-large' | 'refused', message: string): FetchOutcome => ({
  ok: false,
  failure,
  message,
  status: null,
  finalUrl: name,
  bytes: 0,
  attempts: 1,
});

const copied = async (from: ReadStream, bytes: number, name: string, folder: string): Promise<FetchOutcome> => {
  if (bytes > mostFileBytes) {
    from.destroy();
    return failed(name, 'too-large', 'More than 100 MB.');
  }
  const part = path.join(folder, `${String(process.pid)}-${randomBytes(8).toString('hex')}.part`);
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform: (piece: Buffer, _, done) => {
      hash.update(piece);
      done(null, piece);
    },
  });
  try {
    await pipeline(from, hashing, createWriteStream(part, { flags: 'wx' }));
  } catch (error) {
    throw diskError(error, `${name} could not be copied`);
  }
  return { ok: true, file: part, bytes, sha256: hash.digest('hex'), status: 200, finalUrl: name, attempts: 1 };
};

/** A class's name or a small record; all of them together are bounded as a list is. */
const mostLabelBytes = 64 * 1024;

const tarOf = async (
  source: string,
): Promise<Pick<ImportSource & { kind: 'tar' }, 'places' | 'texts' | 'problems'>> => {
  const { files, problems } = await readTarIndex(source);
  const texts = new Map<string, string>();
  let left = mostTextBytes;
  const handle = await open(source, 'r');
  try {
    for (const [name, { start, bytes }] of files) {
      if (!isWebDatasetLabel(name) || bytes > Math.min(mostLabelBytes, left)) continue;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, start);
      texts.set(name, buffer.toString('utf8', 0, bytesRead));
      left -= bytes;
    }
  } finally {
    await handle.close();
  }
  return { places: files, texts, problems };
};

const textOf = async (file: string): Promise<string> => {
  if ((await stat(file)).size > mostTextBytes) {
    throw new WinnowError('usage', `${file} is too large for a list (64 MB at most). Nothing was imported; split it.`);
  }
  const bytes = await readFile(file);
  if (bytes.subarray(0, 4096).includes(0)) {
    throw new WinnowError(
      'usage',
      `${path.basename(file)} is no list of addresses. Import a folder, or a list as txt, CSV, TSV or JSON lines; nothing was imported.`,
    );
  }
  return bytes.toString('utf8');
};
