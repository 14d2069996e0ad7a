// Runs the Mocha suite bundle inside the real extension host, and reports every test.
import fs from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { withEditor } from './browser.mjs';
import { root } from './place.mjs';
import { printReport } from './report.mjs';

const suite = path.join(root, 'out', 'host-suite', 'index.cjs');
const reportFile = (sandbox) => path.join(sandbox.dir, 'report.json');

/** Returns the number of passed and failed tests; a suite that ends badly without a failed test counts as one. */
export async function integration({ lap, keep, timeout = 300_000 }) {
  for (const file of [suite, path.join(root, 'dist', 'extension.cjs')]) {
    if (!fs.existsSync(file)) throw new Error(`${path.relative(root, file)} is missing: build first.`);
  }
  const result = { passed: 0, failed: 0 };
  const options = {
    workspace: process.env.WINNOW_WORKSPACE,
    development: true,
    keep,
    lap,
    env: (sandbox) => ({ WINNOW_TEST_REPORT: reportFile(sandbox) }),
  };
  await withEditor(options, async ({ page, server, sandbox }) => {
    const log = [];
    // Both names are the workbench's own, and it looks for them while it starts.
    const finished = new Promise((resolve) => {
      page.exposeFunction('codeAutomationExit', resolve).catch(() => resolve(125));
    });
    await page.exposeFunction('codeAutomationLog', (type, args) => log.push(`${type} ${format(...args)}`));
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve(124), timeout);
    });
    const remote = (p) => `vscode-remote://${server.authority}${p}`;
    await page.goto(
      server.url([
        ['extensionDevelopmentPath', remote(root)],
        ['extensionTestsPath', remote(suite)],
      ]),
    );
    const code = await Promise.race([finished, late]);
    clearTimeout(timer);
    lap(`suite ended with code ${code}`);
    fs.writeFileSync(path.join(sandbox.dir, 'workbench.log'), log.join('\n'));
    Object.assign(result, printReport(reportFile(sandbox)));
    if (code !== 0 && result.failed === 0) {
      console.log(`  failed the suite ended with code ${code}`);
      result.failed = 1;
    }
    if (result.failed) {
      console.log(`--- last lines of the workbench's log\n${log.slice(-40).join('\n')}\n---`);
      await page.screenshot({ path: path.join(sandbox.dir, 'failure.png') }).catch(() => {});
    }
    return result.failed === 0;
  });
  return result;
}
