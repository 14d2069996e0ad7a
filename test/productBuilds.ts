import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions } from 'esbuild';

interface Builds {
  readonly builds: Readonly<Record<'cli' | 'engine' | 'extension' | 'webview', () => BuildOptions>>;
}

/** The options of the product's own build. */
export const productBuilds = async (): Promise<Builds['builds']> => {
  const file = pathToFileURL(path.resolve(import.meta.dirname, '../esbuild.mjs'));
  return ((await import(file.href)) as Builds).builds;
};
