// Winnow: Import Images…, from a folder with its labels in a table to a trained dataset.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { seededRandom } from '../../src/base/random.js';
import { png, writeDataset } from './tinyDataset.js';
import { activated, drawn } from './winnow.js';

suite('importing', () => {
  let dir: string;
  let source: string;

  suiteSetup(() => {
    dir = writeDataset(6);
    // The sample's pictures are smaller than what a gathering takes by default.
    fs.writeFileSync(path.join(dir, 'winnow.json'), JSON.stringify({ version: 1, gather: { minSide: 32 } }));
    source = fs.mkdtempSync(path.join(dir, '..', 'winnow-import-'));
    const random = seededRandom(31);
    const rows = ['file_name,label'];
    for (let i = 0; i < 6; i++) {
      const name = i % 2 === 0 ? 'checks' : 'stripes';
      // Patches of chance: no two look alike, which would be refused.
      const patches = Array.from({ length: 64 }, () => random.below(256));
      const at = (x: number, y: number): number => patches[(y >> 3) * 8 + (x >> 3)]!;
      fs.writeFileSync(
        path.join(source, `${String(i)}.png`),
        png((x, y) => [at(x, y), at(x, y), at(x, y)]),
      );
      rows.push(`${String(i)}.png,${name}`);
    }
    fs.writeFileSync(path.join(source, 'metadata.csv'), `${rows.join('\n')}\n`);
  });
  suiteTeardown(async () => {
    const host = await activated();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const open of host.datasets.list()) host.datasets.close(open);
    for (const folder of [dir, source]) fs.rmSync(folder, { recursive: true, force: true });
  });

  test('copies what the table names into its classes, shows the report, and ends in the review', async () => {
    const host = await activated();
    await vscode.commands.executeCommand('winnow.openDataset', vscode.Uri.file(dir));
    const dataset = host.datasets.find(dir);
    assert.ok(dataset);
    const before = new Set((await dataset.snapshot()).scan.items.map(({ id }) => id));
    const source_ = fs.readdirSync(source).sort();
    await vscode.commands.executeCommand('winnow.import', { dataset, import: { source } });
    const { scan, runs } = await dataset.snapshot();
    assert.equal(scan.items.filter(({ id }) => !before.has(id)).length, 6);
    assert.equal(runs.length, 1, 'it was trained');
    assert.equal(host.panels.active, dataset, 'the review is in front');
    assert.deepEqual(fs.readdirSync(source).sort(), source_);
    const files = fs.readdirSync(dir, { recursive: true }).map(String);
    const copied = files.filter((file) => /(checks|stripes)[/\\](?!checks-|stripes-)[^/\\]+\.png$/.test(file));
    assert.equal(copied.length, 6, files.join(', '));
    assert.ok((await drawn(host.trees.gathered)).length > 0);
  });

  test('what is no source ends in a sentence and changes nothing', async () => {
    const host = await activated();
    const dataset = host.datasets.find(dir);
    assert.ok(dataset);
    const before = (await dataset.snapshot()).scan.items.length;
    await assert.rejects(host.gathering.import(dataset, { source: path.join(source, 'not-there') }), /not-there/);
    assert.equal((await dataset.refresh()).scan.items.length, before);
  });
});
