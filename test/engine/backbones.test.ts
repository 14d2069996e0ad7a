import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/engine/backbones/catalogue.js';
import { cachedBackbonePath, resolveBackbone } from '../../src/engine/backbones/resolveBackbone.js';
import { cutNetwork } from '../../src/engine/onnx/cutNetwork.js';
import { writeOnnx } from '../../src/engine/onnx/onnxModel.js';
import { coralFile, hasShared, int8File, newFolder, tinyNetwork, whyNoShared } from './fixtures.js';

const embedded = path.resolve(import.meta.dirname, '../../media/backbone/embedded.onnx');
const none = { backbone: null, normalise: null, size: null };

describe('the embedded backbone', () => {
  it('answers when nothing is cached, and when it is named', async () => {
    const places = { cacheDir: newFolder(), embedded };
    const sha256 = createHash('sha256').update(readFileSync(embedded)).digest('hex');
    const found = await resolveBackbone(none, places);
    expect(found).toMatchObject({ id: 'embedded', file: embedded, sha256, recipe: { normalise: 'unit' } });
    // The size is the graph's own.
    expect(found.recipe.size).toBe(cutNetwork(readFileSync(embedded), 'embedded', true).input.fixedSide);
    expect(await resolveBackbone({ ...none, backbone: 'embedded' }, places)).toEqual(found);
  });
});

describe('a local model file', () => {
  const places = { cacheDir: newFolder(), embedded };
  const tiny = (): string => {
    const file = path.join(newFolder(), 'my model.onnx');
    writeFileSync(file, writeOnnx(tinyNetwork(48)));
    return file;
  };

  it('asks for its recipe by the name of the flag', async () => {
    await expect(resolveBackbone({ ...none, backbone: tiny() }, places)).rejects.toMatchObject({
      code: 'needs-recipe',
      message: expect.stringContaining('--normalise signed|imagenet|unit') as unknown,
    });
  });

  it('takes the recipe from the file beside it, flags first, and its size from the graph', async () => {
    const file = tiny();
    writeFileSync(`${file}.json`, '{"normalise":"unit"}');
    const fromSidecar = await resolveBackbone({ ...none, backbone: file }, places);
    expect(fromSidecar.recipe).toEqual({ size: 48, normalise: 'unit' });
    expect(fromSidecar.id).toBe(`file:${fromSidecar.sha256.slice(0, 16)}`);
    const fromFlag = await resolveBackbone({ ...none, backbone: file, normalise: 'signed' }, places);
    expect(fromFlag.recipe.normalise).toBe('signed');
    await expect(resolveBackbone({ ...none, backbone: file, size: 64 }, places)).rejects.toMatchObject({
      code: 'bad-model',
    });
    writeFileSync(`${file}.json`, '{"normalise":"loud"}');
    await expect(resolveBackbone({ ...none, backbone: file }, places)).rejects.toMatchObject({ code: 'needs-recipe' });
  });

  it('is refused when it is no ONNX, and named when it is not there', async () => {
    const file = path.join(newFolder(), 'notes.onnx');
    writeFileSync(file, 'just some text');
    await expect(resolveBackbone({ ...none, backbone: file }, places)).rejects.toMatchObject({ code: 'bad-model' });
    for (const backbone of [`${file}.gone`, 'mobilenetv2-7', 'resnet-one-million']) {
      await expect(resolveBackbone({ ...none, backbone }, places)).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  it('that lies in the cache under a wrong content is refused', async () => {
    const entry = catalogue[0]!;
    const file = cachedBackbonePath(places.cacheDir, entry.sha256);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, writeOnnx(tinyNetwork()));
    await expect(resolveBackbone({ ...none, backbone: entry.id }, places)).rejects.toMatchObject({ code: 'bad-model' });
  });
});

describe.skipIf(!hasShared)(`files of the catalogue${whyNoShared}`, () => {
  it('are known by their checksum, and the best cached one is the default', async () => {
    const places = { cacheDir: newFolder(), embedded };
    const coral = await resolveBackbone({ ...none, backbone: coralFile }, places);
    expect(coral).toMatchObject({ id: 'mobilenet-v2-coral', recipe: { size: 224, normalise: 'signed' } });
    const int8 = await resolveBackbone({ ...none, backbone: int8File }, places);
    expect(int8).toMatchObject({ id: 'mobilenetv2-12-int8', recipe: { size: 224, normalise: 'imagenet' } });
    mkdirSync(path.join(places.cacheDir, 'backbones'));
    copyFileSync(int8File, cachedBackbonePath(places.cacheDir, int8.sha256));
    expect((await resolveBackbone(none, places)).id).toBe('mobilenetv2-12-int8');
    copyFileSync(coralFile, cachedBackbonePath(places.cacheDir, coral.sha256));
    expect((await resolveBackbone(none, places)).id).toBe('mobilenet-v2-coral');
  });
});
