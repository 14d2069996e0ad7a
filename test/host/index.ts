// The entry the real extension host calls: runs every *.test file beside it with Mocha, and writes a JSON report.
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

interface Row {
  title: string;
  state: 'passed' | 'failed' | 'pending';
  ms?: number | undefined;
  error?: string;
}

export async function run(): Promise<void> {
  const files = fs.readdirSync(__dirname).filter((name) => name.endsWith('.test.cjs'));
  if (files.length < 1) throw new Error('The host suite has no test file.');

  // Mocha is an ES module and this bundle is not: a static import would come out as require().
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 60_000 });
  const only = process.env['WINNOW_TEST_GREP'];
  if (only) mocha.grep(only);
  for (const file of files.sort()) mocha.addFile(path.join(__dirname, file));

  const rows: Row[] = [];
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => rows.push({ title: test.fullTitle(), state: 'passed', ms: test.duration }))
      .on('pending', (test) => rows.push({ title: test.fullTitle(), state: 'pending' }))
      .on('fail', (test, error) =>
        rows.push({ title: test.fullTitle(), state: 'failed', error: String(error?.stack ?? error) }),
      );
  });

  const report = process.env['WINNOW_TEST_REPORT'];
  if (report) {
    const app = `${vscode.env.appName} ${vscode.version}, Node ${process.versions.node}`;
    fs.writeFileSync(report, JSON.stringify({ app, failures, rows }, null, 2));
  }
  if (failures) throw new Error(`${failures} test(s) failed`);
}
