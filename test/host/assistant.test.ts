// The language-model tools in the real extension host: registered, asked before a change, and journalled.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import { editorName } from '../../src/app/assistant/editorTools.js';
import { assistantTools } from '../../src/app/assistant/tools.js';
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
    const { findings } = (await invoke('winnow_list_findings', {})) as { findings: { kind: string }[] };
    assert.ok(findings.some(({ kind }) => kind === 'bad-image'));
    const refused = await invoke('winnow_list_findings', { dataset: 'nowhere' });
    assert.match(JSON.stringify(refused), /No open dataset is called nowhere/);
  });
});
