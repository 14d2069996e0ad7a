// The same host suite for `vscode-test` and the Test Explorer of a desktop VS Code.
import { defineConfig } from '@vscode/test-cli';
import fs from 'node:fs';
import path from 'node:path';

const workspaceFolder = process.env.WINNOW_WORKSPACE || path.join(import.meta.dirname, '.vscode-test', 'workspace');
fs.mkdirSync(workspaceFolder, { recursive: true });

export default defineConfig({
  label: 'desktop',
  files: 'out/host-suite/*.test.cjs',
  version: process.env.WINNOW_VSCODE_VERSION || 'stable',
  ...(process.env.WINNOW_VSCODE ? { useInstallation: { fromPath: process.env.WINNOW_VSCODE } } : {}),
  workspaceFolder,
  launchArgs: ['--disable-workspace-trust'],
  mocha: { ui: 'tdd', timeout: 60_000, color: false },
});
