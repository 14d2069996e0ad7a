/** The exported graph with the browser app around it: one HTML file, or a folder for a static host. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { WinnowError } from '../../base/errors.js';
import { onePage, scriptText, sitePage, type AppSettings } from '../../core/export/appPage.js';
import { gpuRuntimeFiles, gpuRuntimeNames, webRuntimeFile, webRuntimeName } from '../session/webRuntime.js';

export interface NamedContent {
  readonly name: string;
  readonly content: string | Uint8Array;
}

interface AppParts {
  readonly script: string;
  readonly style: string;
  readonly runtime: Uint8Array;
}

const readParts = async (appDir: string): Promise<AppParts> => {
  try {
    const [script, style, runtime] = await Promise.all([
      readFile(path.join(appDir, 'app.js'), 'utf8'),
      readFile(path.join(appDir, 'app.style.css'), 'utf8'),
      readFile(webRuntimeFile()),
    ]);
    return { script: scriptText(script), style: style.replace(/\/\*# sourceMappingURL=.*?\*\//, ''), runtime };
  } catch (cause) {
    throw new WinnowError(
      'not-found',
      'A part of the browser app is missing from this installation of Winnow. Nothing was written; install Winnow again.',
      { cause },
    );
  }
};

/** @param appDir where the bundled app lies (app.js, app.style.css). */
export const htmlFile = async (appDir: string, settings: AppSettings, model: Uint8Array): Promise<NamedContent> => {
  const { script, style, runtime } = await readParts(appDir);
  const [packedRuntime, packedModel] = await Promise.all([packed(runtime), packed(model)]);
  const content = onePage(settings, {
    script,
    style,
    scriptHash: hashOf(script),
    styleHash: hashOf(style),
    runtime: packedRuntime,
    model: packedModel,
  });
  return { name: 'classifier.html', content };
};

/** The page comes last: a folder that has it is whole. */
export const siteFiles = async (
  appDir: string,
  settings: AppSettings,
  model: Uint8Array,
): Promise<readonly NamedContent[]> => {
  const { script, style, runtime } = await readParts(appDir);
  const gpu = gpuRuntimeFiles();
  const gpuFiles = gpu
    ? [
        { name: gpuRuntimeNames.loader, content: await readFile(gpu.loader) },
        { name: gpuRuntimeNames.wasm, content: await readFile(gpu.wasm) },
      ]
    : [];
  return [
    ...gpuFiles,
    { name: 'app.js', content: script },
    { name: 'app.css', content: style },
    { name: webRuntimeName, content: runtime },
    { name: 'model.onnx', content: model },
    { name: 'index.html', content: sitePage({ ...settings, hasGpuRuntime: gpu !== null }) },
  ];
};

const zip = promisify(gzip);
const packed = async (bytes: Uint8Array): Promise<string> => (await zip(bytes, { level: 9 })).toString('base64');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
