/** From what was asked for (an id, a file, nothing) to a file, its hash and the recipe of its pixels. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { WinnowError } from '../../base/errors.js';
import type { BackboneRef, BackboneRequest, CatalogueRow, Recipe } from '../../protocol/engine.js';
import { checkModel } from '../onnx/checkModel.js';
import { readOnnx, type OnnxModel } from '../onnx/onnxModel.js';
import { catalogue, type CatalogueEntry } from './catalogue.js';

export interface BackbonePlaces {
  readonly cacheDir: string;
  /** The file made by `npm run backbone`. */
  readonly embedded: string;
}

const defaultSize = 224;
const normalisations = ['signed', 'imagenet', 'unit'] as const;
const sidecar = z.object({
  size: z.number().int().min(16).max(2048).optional(),
  normalise: z.enum(normalisations).optional(),
});

/** Where a catalogue entry lies once it has been fetched. */
export const cachedBackbonePath = (cacheDir: string, sha256: string): string =>
  path.join(cacheDir, 'backbones', `${sha256}.onnx`);

/** The whole catalogue, with where each lies. */
export const catalogueRows = (cacheDir: string): readonly CatalogueRow[] =>
  catalogue.map(({ id, about, sha256, bytes, licence, url }) => {
    const file = cachedBackbonePath(cacheDir, sha256);
    return { id, about, sha256, bytes, licence, url, file, isCached: existsSync(file) };
  });

/**
 * Null = the best that is cached, else the embedded one.
 * Throws `not-found` (no such id or file, an entry that is not cached), `bad-model`, `needs-recipe` (names the flag).
 */
export const resolveBackbone = async (request: BackboneRequest, places: BackbonePlaces): Promise<BackboneRef> => {
  const { backbone } = request;
  if (backbone === null) {
    const best = [...catalogue].sort((a, b) => b.top1 - a.top1).find((entry) => isCached(entry, places));
    return best ? fromCatalogue(best, request, places) : fromEmbedded(request, places);
  }
  if (backbone === 'embedded') return fromEmbedded(request, places);
  const entry = catalogue.find(({ id }) => id === backbone);
  if (entry) return fromCatalogue(entry, request, places);
  if (!path.isAbsolute(backbone)) {
    throw new WinnowError(
      'not-found',
      `There is no backbone "${backbone}". Known: embedded, ${catalogue.map(({ id }) => id).join(', ')}; or name an .onnx file.`,
    );
  }
  return fromFile(backbone, request);
};

const isCached = ({ sha256 }: CatalogueEntry, { cacheDir }: BackbonePlaces): boolean =>
  existsSync(cachedBackbonePath(cacheDir, sha256));

const fromCatalogue = async (
  entry: CatalogueEntry,
  request: BackboneRequest,
  places: BackbonePlaces,
): Promise<BackboneRef> => {
  const file = cachedBackbonePath(places.cacheDir, entry.sha256);
  if (!existsSync(file)) {
    throw new WinnowError(
      'not-found',
      `The backbone ${entry.id} is not on this machine. ${entry.url === null ? `Put its file at ${file}` : `Fetch it with winnow fetch-backbone ${entry.id}`}, name a local .onnx file, or use --backbone embedded.`,
    );
  }
  const { sha256, bytes } = await readModelFile(file);
  if (sha256 !== entry.sha256) {
    throw new WinnowError(
      'bad-model',
      `${file} is not ${entry.id} (its checksum differs): a cut download. Delete it and fetch it again, or use --backbone embedded.`,
    );
  }
  checkModel(readOnnx(bytes, entry.id), entry.id);
  return { id: entry.id, file, sha256, recipe: overridden(entry.recipe, request) };
};

const fromEmbedded = async (request: BackboneRequest, { embedded }: BackbonePlaces): Promise<BackboneRef> => {
  const { sha256, bytes } = await readModelFile(embedded);
  const model = readOnnx(bytes, 'embedded');
  const recipe = sidecar.parse(JSON.parse(metadataOf(model, 'winnow.recipe') ?? '{}'));
  const { normalise } = recipe;
  if (!normalise) throw new WinnowError('bad-model', `${embedded} has no recipe inside. Reinstall Winnow.`);
  // Its size is fixed by its pooling grid: --size does not apply.
  const size = checkModel(model, 'embedded').fixedSide ?? recipe.size ?? defaultSize;
  return { id: 'embedded', file: embedded, sha256, recipe: { size, normalise: request.normalise ?? normalise } };
};

const metadataOf = (model: OnnxModel, key: string): string | undefined =>
  model.metadataProps?.find((entry) => entry.key === key)?.value;

const fromFile = async (file: string, request: BackboneRequest): Promise<BackboneRef> => {
  const { sha256, bytes } = await readModelFile(file);
  const name = path.basename(file);
  const { fixedSide } = checkModel(readOnnx(bytes, name), name);
  const entry = catalogue.find((each) => each.sha256 === sha256);
  if (entry) return { id: entry.id, file, sha256, recipe: overridden(entry.recipe, request) };
  const beside = await readSidecar(`${file}.json`);
  const normalise = request.normalise ?? beside.normalise;
  if (!normalise) {
    throw new WinnowError(
      'needs-recipe',
      `${name} does not say how its pixels are scaled. Add --normalise signed|imagenet|unit (and --size N), or put {"size":224,"normalise":"imagenet"} into ${name}.json beside it.`,
    );
  }
  const size = request.size ?? beside.size ?? fixedSide ?? defaultSize;
  if (fixedSide !== null && size !== fixedSide) {
    throw new WinnowError('bad-model', `${name} takes pictures of ${fixedSide} × ${fixedSide} only; leave --size out.`);
  }
  return { id: `file:${sha256.slice(0, 16)}`, file, sha256, recipe: { size, normalise } };
};

const overridden = (recipe: Recipe, request: BackboneRequest): Recipe => ({
  size: request.size ?? recipe.size,
  normalise: request.normalise ?? recipe.normalise,
});

const readSidecar = async (file: string): Promise<z.infer<typeof sidecar>> => {
  if (!existsSync(file)) return {};
  try {
    return sidecar.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new WinnowError(
      'needs-recipe',
      `${path.basename(file)} cannot be read. It should be {"size":224,"normalise":"signed"|"imagenet"|"unit"}; or say --normalise and --size.`,
      { cause },
    );
  }
};

const readModelFile = async (file: string): Promise<{ readonly sha256: string; readonly bytes: Buffer }> => {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new WinnowError('not-found', `The model file ${file} cannot be read. Check its name.`, { cause });
  }
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
};
