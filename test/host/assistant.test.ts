// The language-model tools in the real extension host: registered, asked before a change, and journalled.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import { editorName } from '../../src/app/assistant/editorTools.js';
import { assistantTools } from '../../src/app/assistant/tools.js';
import { editorTool } from '../../src/host/assistant.js';
import type { WinnowHost } from '../../src/host/compose.js';
import { writeDataset } from './tinyDataset.js';
import { activated } from './winnow.js';

suite('the assistant’s tools', () => {
  let dir: string;
  let host: WinnowHost;

  const invoke = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    const [part] = content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    return JSON.parse(part.value) as Record<string, unknown>;
  };

  suiteSetup(async () => {
    host = await activated();
    dir = writeDataset(6, 3);
    await host.datasets.open(dir);
  });
  suiteTeardown(() => {
    for (const open of host.datasets.list()) host.datasets.close(open);
    fs.rmSync(dir, { recursive: true, force: true });
  });

  test('all of the table are there, with the manifest’s descriptions', () => {
    const known = vscode.lm.tools.map(({ name }) => name);
    assert.deepEqual(
      assistantTools.map(editorName).filter((name) => !known.includes(name)),
      [],
    );
  });

  test('one that only looks answers; one that is asked nonsense says what was wrong', async () => {
    const report = await invoke('winnow_list_findings', {});
    assert.deepEqual([report['run'], report['total']], [null, 0]);
    const refused = await invoke('winnow_list_findings', { dataset: 'nowhere' });
    assert.match(JSON.stringify(refused), /No open dataset is called nowhere/);
    assert.match(JSON.stringify(await invoke('winnow_top_losses', {})), /trained/);
  });

  test('one that changes something asks first, and writes one entry that it can take back', async () => {
    const around = { datasets: host.datasets, training: host.training, log: host.log, inFront: () => null };
    const token = new vscode.CancellationTokenSource().token;
    const toolOf = (name: string): vscode.LanguageModelTool<unknown> => {
      const found = assistantTools.find((tool) => tool.name === name);
      assert.ok(found);
      return editorTool(found, around);
    };
    const input = { images: ['blobs/wrong.png'], to: 'stripes' };
    const asked = await toolOf('relabel').prepareInvocation?.({ input }, token);
    const { message } = asked?.confirmationMessages ?? {};
    assert.ok(typeof message === 'string');
    assert.match(message, /Relabel blobs\/wrong\.png to “stripes”\?/);
    const looking = await toolOf('list_findings').prepareInvocation?.({ input: {} }, token);
    assert.ok(looking && !looking.confirmationMessages);

    const [dataset] = host.datasets.list();
    assert.ok(dataset);
    await toolOf('relabel').invoke({ input, toolInvocationToken: undefined }, token);
    const { entries, state } = await dataset.reread();
    assert.deepEqual(
      entries.map(({ by, kind }) => [by, kind]),
      [['assistant', 'relabel']],
    );
    assert.equal(state.undoable.length, 1);
    await toolOf('undo').invoke({ input: {}, toolInvocationToken: undefined }, token);
    assert.equal((await dataset.reread()).state.undoable.length, 0);
  });
});
