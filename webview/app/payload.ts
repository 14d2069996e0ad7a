/** What the page carries: settings, runtime and model, within the page or as files beside it. */

import type { AppSettings } from '../../src/core/export/appPage.js';

export const readSettings = (): AppSettings =>
  JSON.parse(document.getElementById('settings')?.textContent ?? '{}') as AppSettings;

/** Bytes of a part of the app. The element is emptied: its text would be kept beside what was made of it. */
export const readPart = async (id: 'runtime' | 'model', file: string): Promise<Uint8Array<ArrayBuffer>> => {
  const element = document.getElementById(id);
  if (!element) {
    const answer = await fetch(file);
    if (!answer.ok) throw new Error(`${file} could not be loaded (${answer.status}). Reload the page.`);
    return new Uint8Array(await answer.arrayBuffer());
  }
  const packed = fromBase64(element.textContent);
  element.remove();
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

/** Addresses of WebP pictures that came as base64; '' stays ''. */
export const pictureUrls = (pictures: readonly string[]): readonly string[] =>
  pictures.map((picture) =>
    picture === '' ? '' : URL.createObjectURL(new Blob([fromBase64(picture)], { type: 'image/webp' })),
  );

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
};
