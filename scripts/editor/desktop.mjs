// Runs the host suite in a desktop VS Code: downloaded, or the one WINNOW_VSCODE names.
import { runTests } from '@vscode/test-electron';
import fs from 'node:fs';
import path from 'node:path';
import { makeSandbox, removeSandbox } from './host.mjs';
import { root } from './place.mjs';
import { printReport } from './report.mjs';

const suite = path.join(root, 'out', 'host-suite', 'index.cjs');
if (!fs.existsSync(suite)) {
  console.error('out/host-suite/index.cjs is missing: build first.');
  process.exit(1);
}
const sandbox = makeSandbox(process.env.WINNOW_WORKSPACE);
const report = path.join(sandbox.dir, 'report.json');
let problem;
try {
  await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: suite,
    extensionTestsEnv: { WINNOW_TEST_REPORT: report },
    version: process.env.WINNOW_VSCODE_VERSION || 'stable',
    vscodeExecutablePath: process.env.WINNOW_VSCODE || undefined,
    launchArgs: [
      sandbox.workspace,
      ...['--user-data-dir', sandbox.data, '--extensions-dir', sandbox.extensions],
      ...['--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'],
    ],
  });
} catch (error) {
  problem = error;
}

if (problem && !fs.existsSync(report)) {
  const why = problem.cause?.message ?? problem.message ?? problem;
  console.error(`No desktop VS Code ran the suite: ${why}`);
  console.error('It needs the internet once, or WINNOW_VSCODE=/path/to/code; offline: `npm run test:editor`.');
}
const { passed, failed } = printReport(report);
removeSandbox(sandbox);
console.log(`${passed} passed, ${failed} failed`);
process.exit(problem || failed || !passed ? 1 : 0);
