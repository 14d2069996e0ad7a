/** sharp, loaded once a process and locked down: only our five formats, nothing by path, no cache. */

import Module from 'node:module';
import { isMainThread } from 'node:worker_threads';
import type sharpModule from 'sharp';
import { requirePackage } from '../requirePackage.js';

export type Sharp = typeof sharpModule;

let loaded: Promise<Sharp> | undefined;

/** The `wasm` rung swaps the native binary for the WebAssembly one; it must be chosen before the first load. */
let isWasm = process.env['WINNOW_RUNG'] === 'wasm';

export const useWasmSharp = (): void => {
  isWasm = true;
};

/** Whether the WebAssembly build of sharp is installed. */
export const hasWasmSharp = (): boolean => {
  try {
    requirePackage.resolve('@img/sharp-wasm32/sharp.node');
    return true;
  } catch {
    return false;
  }
};

export const loadSharp = (): Promise<Sharp> => {
  loaded ??= new Promise((resolve) => {
    const isPrivate = isWasm && hasWasmSharp();
    if (isPrivate) redirectToWasm();
    const sharp = requirePackage('sharp') as Sharp;
    if (isMainThread || isPrivate) allowOurFormats(sharp);
    sharp.cache(false);
    sharp.concurrency(1);
    resolve(sharp);
  });
  return loaded;
};

/**
 * A picture may name other files (SVG did, in a test); only loaders that read nothing but their bytes stay.
 * What is allowed holds for the whole process, so it is said once, by the main thread, which loads first (`ImageThreads`):
 * between the two calls nothing at all can be read, and a good picture of another thread would be called damaged. Only of
 * the WebAssembly build has each thread a copy of its own.
 */
const allowOurFormats = (sharp: Sharp): void => {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpeg',
      'VipsForeignLoadPng',
      'VipsForeignLoadWebp',
      'VipsForeignLoadNsgif',
      'VipsForeignLoadHeif',
    ],
  });
};

interface Resolver {
  _resolveFilename: (this: unknown, request: string, ...rest: unknown[]) => string;
}

/** sharp asks for its platform's binary by package name; Node 20 has no official hook for `require`. */
const redirectToWasm = (): void => {
  const resolver = Module as unknown as Resolver;
  const original = resolver._resolveFilename;
  resolver._resolveFilename = function (request, ...rest) {
    const isBinary = /^@img\/sharp-[a-z0-9-]+\/sharp\.node$/.test(request);
    return original.call(this, isBinary ? '@img/sharp-wasm32/sharp.node' : request, ...rest);
  };
};

/** sharp's version and which build of it is loaded. */
export const sharpVersion = async (): Promise<string> => {
  const sharp = await loadSharp();
  const version = (sharp.versions as { readonly sharp?: string }).sharp ?? 'unknown';
  return isWasm && hasWasmSharp() ? `${version} (wasm)` : version;
};
