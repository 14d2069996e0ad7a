/** What a start reads is what the built entry imports before it does anything; the rest comes when a command asks for it. */
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { productBuilds } from './productBuilds.js';

/** The packages within an entry and all chunks that it imports at once. */
const startOf = ({ outputs }: Metafile, entry: string): Set<string> => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const input of Object.keys(outputs[file]!.inputs)) {
      const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
      if (name !== undefined) packages.add(name);
    }
    for (const { path: next, kind, external } of outputs[file]!.imports)
      if (kind === 'import-statement' && external !== true) visit(next);
  };
  visit(entry);
  return packages;
};

const bundled = async (name: 'cli' | 'engine' | 'extension'): Promise<Metafile> => {
  const options = (await productBuilds())[name]();
  return (await build({ ...options, write: false, metafile: true, sourcemap: false })).metafile;
};

const [cli, engine, extension] = await Promise.all([bundled('cli'), bundled('engine'), bundled('extension')]);

test('a command that fetches nothing starts without the downloader, and all but one without the assistant', () => {
  const packages = startOf(cli, 'dist/cli.mjs');
  expect(packages).toContain('commander');
  for (const name of ['undici', '@modelcontextprotocol/sdk', 'ajv']) expect(packages).not.toContain(name);
  // And they are in the bundle, or this test could not fail.
  const all = Object.keys(cli.inputs).join('\n');
  for (const name of ['undici', '@modelcontextprotocol/sdk', 'ajv']) expect(all).toContain(`node_modules/${name}/`);
});

test('no bundle holds the sentences of a schema library in forty languages', () => {
  for (const [name, { outputs }] of Object.entries({ cli, engine, extension })) {
    const kept = Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
        bytesInOutput > 0 && /zod\/v4\/locales\/(?!index)/.test(file) ? [path.basename(file)] : [],
      ),
    );
    expect([...new Set(kept)], name).toEqual(['en.js']);
  }
});

test('the entries of the engine lie beside what they share', () => {
  const { outputs } = engine;
  expect(new Set(Object.keys(outputs).map((file) => path.dirname(file)))).toEqual(new Set(['dist']));
  for (const entry of ['engine', 'imageThread', 'heartbeatThread'])
    expect(outputs).toHaveProperty([`dist/${entry}.mjs`]);
});
