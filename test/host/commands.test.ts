// The command table, the settings and the cost of activation, in the real extension host.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../src/host/commandIds.js';
import { activated } from './winnow.js';

suite('commands', () => {
  test('every command is registered', async () => {
    await activated();
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(
      commandIds.filter((id) => !registered.includes(id)),
      [],
    );
  });

  test('activation keeps the extension host for at most 100 ms', async () => {
    const { activationMs } = await activated();
    assert.ok(activationMs <= 100, `${activationMs.toFixed(1)} ms`);
  });

  test('the settings work at their defaults', async () => {
    await activated();
    const settings = vscode.workspace.getConfiguration('winnow');
    assert.equal(settings.get('training.seed'), 42);
    assert.equal(settings.get('training.views'), 'all');
    assert.equal(settings.get('device'), 'auto');
  });

  test('doctor opens a document that says what runs here', async () => {
    await activated();
    await vscode.commands.executeCommand('winnow.doctor');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /The engine runs in its own process on Node/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
