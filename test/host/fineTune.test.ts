// A fine-tuning in the real extension host: watched, stopped, gone on with, compared; review and prediction go on meanwhile.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import { compareRuns } from '../../src/app/compareRuns.js';
import { unfinishedFineTunes } from '../../src/app/fineTune.js';
import type { OpenDataset } from '../../src/app/openDataset.js';
import type { WinnowHost } from '../../src/host/compose.js';
import { writeDataset } from './tinyDataset.js';
import { activated, until } from './winnow.js';

suite('fine-tuning in the editor', () => {
  let dir: string;
  let host: WinnowHost;
  let dataset: OpenDataset;

  suiteSetup(async () => {
    host = await activated();
    dir = writeDataset(10);
    await vscode.commands.executeCommand('winnow.openDataset', vscode.Uri.file(dir));
    const opened = host.datasets.find(dir);
    assert.ok(opened);
    dataset = opened;
    await vscode.commands.executeCommand('winnow.train', { dataset });
  });
  suiteTeardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const open of host.datasets.list()) host.datasets.close(open);
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const story = () => host.fineTuning.storyOf(dataset);

  test('is started on its page, tells its epochs while the dataset is used, and answers afterwards or says why not', async () => {
    await vscode.commands.executeCommand('winnow.fineTune', { dataset });
    const panel = host.panels.training(dataset);
    assert.equal((await panel.page()).state, 'idle');
    const running = host.fineTuning.run(dataset, { recipe: 'winnow', epochs: 3, preset: 'none', rate: null, folds: 0 });
    await until(host.fineTuning.onDidTell, () => story().epochs.length > 1);
    // The other engine answers while this one trains.
    const { state } = await panel.page();
    assert.equal(state, 'running');
    assert.ok((await host.engine.info()).pid > 0);
    const report = await running;
    const page = await panel.page();
    assert.equal(page.epochs.length, 4);
    assert.equal(page.result?.photos, report.validation.items);
    assert.equal(page.past.length, 1);
    assert.ok(page.curve.length > 0);
  });

  test('with folds it tells which one runs, with its own curve, and ends with figures about every photo', async () => {
    const running = host.fineTuning.run(dataset, { recipe: 'winnow', epochs: 2, preset: 'none', rate: null, folds: 2 });
    await until(host.fineTuning.onDidTell, () => story().fold?.at === 1 && story().epochs.length > 0);
    assert.equal(story().fold?.of, 2);
    const report = await running;
    assert.ok(report.outOfFold);
    const page = await host.panels.training(dataset).page();
    assert.equal(page.fold, null);
    assert.deepEqual(page.epochs, report.epochs);
    assert.equal(page.result?.outOfFold?.photos, report.outOfFold.items);
    assert.equal(page.past[0]?.outOfFold?.folds, 2);
    assert.ok(page.curve.length > 0);
  });

  test('cancelled, it can be gone on with; stopped, it keeps its best; two runs are compared', async () => {
    const cancelled = host.fineTuning.run(dataset, {
      recipe: 'winnow',
      epochs: 200,
      preset: 'none',
      rate: null,
      folds: 0,
    });
    await until(host.fineTuning.onDidTell, () => story().epochs.length > 3);
    host.fineTuning.cancel(dataset);
    await assert.rejects(cancelled, { code: 'cancelled' });
    const [left] = await unfinishedFineTunes(dataset);
    assert.ok(left);
    const learned = story().epochs.length;
    const stopped = host.fineTuning.run(dataset, null, left);
    await until(host.fineTuning.onDidTell, () => story().epochs.length > learned);
    await host.fineTuning.stop(dataset);
    const report = await stopped;
    assert.equal(report.endedEarly, 'asked');
    assert.equal(report.run, left);
    const { past } = await host.panels.training(dataset).page();
    assert.equal(past.length, 3);
    const compared = await compareRuns(dataset, past[1]!.run, past[0]!.run);
    assert.equal(compared.photos, report.validation.items);
  });

  test('a learning rate is looked for on its page; a search that is stopped leaves nothing', async () => {
    const { rateFinding } = host;
    const search = () => rateFinding.searchOf(dataset);
    await vscode.commands.executeCommand('winnow.findLearningRate', { dataset });
    await until(rateFinding.onDidTell, () => (search()?.points.length ?? 0) > 2);
    await assert.rejects(rateFinding.run(dataset), { code: 'busy' });
    rateFinding.cancel(dataset);
    await until(rateFinding.onDidTell, () => search() === null);
    const found = await rateFinding.run(dataset, {}, 20);
    assert.equal(found.error, null);
    assert.ok(found.points.length > 5, `${String(found.points.length)} steps`);
    assert.ok(found.points.every(({ rate }, at) => at === 0 || rate > found.points[at - 1]!.rate));
    assert.deepEqual((await host.panels.training(dataset).page()).search, found);
  });
});
