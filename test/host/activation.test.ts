// Winnow is found by the real extension host and activates there.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

suite('activation', () => {
  test('the extension is present and activates', async () => {
    const extension = vscode.extensions.getExtension('winnow.winnow');
    assert.ok(extension, 'winnow.winnow is not among the extensions');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
