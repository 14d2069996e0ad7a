/** `winnow mcp` through the official client: every tool on a real dataset, while another process holds it open. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSample } from '../../scripts/demo/sample.mjs';
import { assistantTools } from '../../src/app/assistant/tools.js';
import { decide } from '../../src/app/decide.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { openStore } from '../../src/node/datasetStore.js';
import { foldersIn, noEngine, quiet } from '../node/tempDataset.js';
import { trainedSample } from '../trainedSample.js';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.mjs');
let scratch: string;
let dir: string;
let client: Client;
/** The dataset as this process, the editor so to speak, holds it open. */
let editor: OpenDataset;

const call = async (name: string, args: Record<string, unknown> = {}): Promise<{ isError: boolean; text: string }> => {
  const answer = await client.callTool({ name, arguments: args });
  const [content] = answer.content as { type: string; text: string }[];
  return { isError: answer.isError === true, text: content?.text ?? '' };
};
const asked = async (name: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
  const { isError, text } = await call(name, args);
  expect(isError, text).toBe(false);
  return JSON.parse(text) as Record<string, unknown>;
};

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-mcp-'));
  dir = path.join(scratch, 'kitchen');
  await makeSample(dir, 1, path.join(scratch, 'key.json'));
  const home = path.join(scratch, 'home');
  // What the photos look like to the backbone is known: the train is the assistant's own.
  await trainedSample(path.join(scratch, 'other'), home);
  const { PATH = '' } = process.env;
  client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [cli, 'mcp', dir], env: { PATH, WINNOW_HOME: home } }),
  );
  editor = new OpenDataset(await openStore(dir, { folders: foldersIn(home) }), noEngine, quiet);
  await editor.snapshot();
});
afterAll(async () => {
  await client.close();
  editor.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

describe('an assistant', () => {
  test('sees the tools of the table, each with its schema and whether it changes something', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(assistantTools.map(({ name }) => name));
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true).map(({ name }) => name)).toEqual([
      'relabel',
      'undo',
      'train',
    ]);
    for (const { inputSchema } of tools) expect(inputSchema).toMatchObject({ type: 'object' });
    expect(client.getInstructions()).toMatch(/undo/);
  });

  test('is told to train first, trains with progress, and looks', async () => {
    expect(await call('top_losses')).toMatchObject({ isError: true, text: expect.stringMatching(/trained/) as string });
    const stages = new Set<string>();
    const answer = await client.callTool({ name: 'train', arguments: {} }, undefined, {
      onprogress: ({ message }) => stages.add(message ?? ''),
      timeout: 120_000,
    });
    const [content] = answer.content as { text: string }[];
    const report = JSON.parse(content?.text ?? '') as { run: string; items: number };
    expect(report.items).toBeGreaterThan(100);
    expect([...stages]).toEqual(expect.arrayContaining(['embed', 'fit']));

    const { findings, total } = (await asked('list_findings', { limit: 3 })) as { findings: unknown[]; total: number };
    expect([findings.length, total > 3]).toEqual([3, true]);
    const issues = await asked('list_findings', { kind: 'label-issue' });
    expect(new Set((issues['findings'] as { kind: string }[]).map(({ kind }) => kind))).toEqual(
      new Set(['label-issue']),
    );
    expect((await asked('top_losses', { limit: 5 }))['items']).toHaveLength(5);
    expect(await asked('confusion')).toMatchObject({ run: report.run, vocab: ['bottle', 'goblet', 'mug', 'plate'] });
  });

  test('predicts files of the dataset folder by name', async () => {
    const name = readdirSync(path.join(dir, 'mug')).find((each) => each.startsWith('photo-'))!;
    const answer = await asked('predict', { files: [`mug/${name}`, 'nothing.jpg'] });
    expect(answer['predictions']).toMatchObject([{ basis: 'held-out' }, { error: { code: 'not-found' } }]);
  });

  test('relabels as one undoable entry by mcp, which the editor sees at once; undo takes back its own only', async () => {
    const [worst] = (await asked('top_losses', { limit: 1 }))['items'] as { id: string; path: string; label: string }[];
    const other = worst!.label === 'mug' ? 'plate' : 'mug';
    const before = (await editor.reread()).entries.length;
    const [row] = (await asked('relabel', { images: [worst!.path], to: other }))['entries'] as { entry: string }[];
    const { entries, state } = await editor.reread();
    expect(entries).toHaveLength(before + 1);
    expect(entries.at(-1)).toMatchObject({ by: 'mcp', kind: 'relabel', to: other, items: [{ id: worst!.id }] });
    expect(state.undoable.at(-1)).toBe(row!.entry);
    expect(state.items.get(worst!.id as never)).toMatchObject({ label: other, decision: 'relabel' });

    // The person decides in between, in the editor.
    const [own] = await decide(editor, [state.items.keys().next().value!], { kind: 'set-aside' }, 'user');
    const [undone] = (await asked('undo'))['entries'] as { kind: string; undone: string[] }[];
    expect(undone).toMatchObject({ kind: 'undo', undone: [row!.entry] });
    const after = await editor.reread();
    expect(after.state.items.get(worst!.id as never)?.label).toBe(worst!.label);
    expect(after.state.undoable).toEqual([`${own!.writer}:${String(own!.n)}`]);
    expect(await call('undo')).toMatchObject({
      isError: true,
      text: expect.stringMatching(/No decision of yours/) as string,
    });
    expect(await asked('undo', { entry: `${own!.writer}:${String(own!.n)}` })).toMatchObject({
      entries: [{ kind: 'undo' }],
    });
  });

  test('is told what does not fit, and changes nothing', async () => {
    const before = (await editor.reread()).entries.length;
    for (const [name, args, words] of [
      ['relabel', { images: ['nothing.jpg'], to: 'mug' }, /Not in this dataset: nothing.jpg/],
      ['relabel', { images: [], to: 'mug' }, /"images" must be a list/],
      ['relabel', { images: ['mug'] }, /"to" is missing/],
      ['relabel', { images: ['0000'], to: 5 }, /"to" must be a text/],
      ['relabel', { images: ['0000'], to: 'mug', by: 'user' }, /There is no "by"/],
      ['list_findings', { kind: 'everything' }, /"kind" must be one of label-conflict/],
      ['top_losses', { limit: 0 }, /from 1 to 500/],
      ['delete_everything', {}, /no tool/],
    ] as const) {
      const { isError, text } = await call(name, args);
      expect([name, isError]).toEqual([name, true]);
      expect(text).toMatch(words);
    }
    const [worst] = (await asked('top_losses', { limit: 1 }))['items'] as { id: string }[];
    expect((await call('relabel', { images: [worst!.id], to: 'mgu' })).text).toMatch(/nearest is "mug"/);
    expect((await editor.reread()).entries).toHaveLength(before);
  });
});

test('a folder that is not there ends it with a sentence, and a client that hangs up ends it', () => {
  const mcp = (folder: string): { status: number | null; stderr: string; stdout: string } =>
    spawnSync(process.execPath, [cli, 'mcp', folder], { encoding: 'utf8', input: '', cwd: scratch });
  expect(mcp('nowhere')).toMatchObject({ status: 1, stderr: expect.stringMatching(/no folder/) as string });
  expect(mcp(dir)).toMatchObject({ status: 0, stdout: '' });
});
