// One dataset from opening to applying, in the real extension host with the real engine.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { answerAudit, undoAnswer } from '../../src/app/audit.js';
import type { OpenDataset } from '../../src/app/openDataset.js';
import { itemsById } from '../../src/app/snapshotItems.js';
import { decide } from '../../src/app/decide.js';
import type { WinnowHost } from '../../src/host/compose.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { noFilter } from '../../src/core/review/filter.js';
import { seededRandom } from '../../src/base/random.js';
import { classNames, picture, png, writeDataset } from './tinyDataset.js';
import { relabelFiles } from '../../src/host/explorerActions.js';
import { factsOf } from '../../src/host/views/datasetFacts.js';
import { activated, drawn, until } from './winnow.js';

suite('a dataset in the editor', () => {
  let dir: string;
  let host: WinnowHost;
  let dataset: OpenDataset;

  const idOf = async (relative: string): Promise<ItemId> => {
    const item = [...itemsById(await dataset.snapshot()).values()].find(({ paths }) => paths.includes(relative));
    assert.ok(item, `${relative} is no item`);
    return item.id;
  };
  const labelOf = async (id: ItemId): Promise<string | null> =>
    (await dataset.snapshot()).state.items.get(id)?.label ?? null;

  suiteSetup(async () => {
    host = await activated();
    dir = writeDataset(12);
  });
  suiteTeardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const open of host.datasets.list()) host.datasets.close(open);
    fs.rmSync(dir, { recursive: true, force: true });
  });

  test('opens from a folder, shows its classes and leaves the folder alone', async () => {
    await vscode.commands.executeCommand('winnow.openDataset', vscode.Uri.file(dir));
    const [opened] = host.datasets.list();
    assert.ok(opened);
    dataset = opened;
    const lines = await drawn(host.trees.datasets);
    assert.match(lines[0] ?? '', new RegExp(`^${path.basename(dir)} \\| \\d+ images, not trained yet$`));
    for (const name of classNames)
      assert.ok(
        lines.some((line) => line.trim().startsWith(`${name} | `)),
        name,
      );
    assert.deepEqual(fs.readdirSync(dir).sort(), [...classNames]);
  });

  test('trains; the run and what looks wrong appear in the views', async () => {
    await vscode.commands.executeCommand('winnow.train', { dataset });
    const { runs } = await dataset.snapshot();
    assert.equal(runs.length, 1);
    const lines = await drawn(host.trees.runs);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /% as labelled \| 37 images · /);
    const kinds = await drawn(host.trees.datasets);
    assert.ok(
      kinds.some((line) => line.includes('Files that cannot be read | 1')),
      kinds.join('\n'),
    );
    assert.ok(
      kinds.some((line) => line.includes('blobs/broken.png')),
      kinds.join('\n'),
    );
  });

  test('a relabel and its undo reach the history and the labels', async () => {
    const wrong = await idOf('blobs/wrong.png');
    await decide(dataset, [wrong], { kind: 'relabel', to: 'stripes', allowNewClass: false }, 'user');
    assert.equal(await labelOf(wrong), 'stripes');
    const [line = ''] = await drawn(host.trees.history);
    assert.match(line, /stripes/);
    await vscode.commands.executeCommand('winnow.undo', { dataset });
    assert.equal(await labelOf(wrong), 'blobs');
    assert.match((await drawn(host.trees.history))[0] ?? '', /undone/);
    await vscode.commands.executeCommand('winnow.redo', { dataset });
    assert.equal(await labelOf(wrong), 'stripes');
  });

  test('undo to here takes back what came after', async () => {
    const before = (await host.trees.history.getChildren())[0];
    assert.ok(before?.ref);
    const other = await idOf('checks/checks-00.png');
    await decide(dataset, [other], { kind: 'keep' }, 'user');
    await vscode.commands.executeCommand('winnow.undoTo', before);
    assert.equal((await dataset.snapshot()).state.items.get(other)?.decision, null);
    assert.equal(await labelOf(await idOf('blobs/wrong.png')), 'stripes');
  });

  test('the review comes up, its page says hello, and it follows decisions made elsewhere', async () => {
    const panel = await host.panels.review(dataset);
    await until(panel.wire.onDidGreet, () => panel.wire.hasGreeted);
    const snapshot = await panel.session.snapshot();
    assert.equal(snapshot.state, 'ready');
    assert.equal(snapshot.total, 37);
    const { tiles } = await panel.session.rows(0, 5);
    assert.equal(tiles.length, 5);
    const kept = await idOf('stripes/stripes-03.png');
    const changed = new Promise<void>((resolve) => {
      const subscription = panel.session.onDidChange(() => {
        subscription.dispose();
        resolve();
      });
    });
    await decide(dataset, [kept], { kind: 'keep' }, 'cli');
    await changed;
    assert.ok((await panel.session.snapshot()).header.reviewed >= 2);
  });

  test('a page that was hidden is reborn and greeted again', async () => {
    const panel = await host.panels.review(dataset);
    await until(panel.wire.onDidGreet, () => panel.wire.hasGreeted);
    // What the host lists beats what the page last saw.
    const filter = { ...noFilter, label: 'stripes', arrange: 'pairs' as const };
    const { total } = await panel.session.setFilter(filter);
    let greetings = 0;
    const subscription = panel.wire.onDidGreet(() => greetings++);
    const manifest = path.join(vscode.extensions.getExtension('winnow.winnow')?.extensionPath ?? '', 'package.json');
    const document = await vscode.workspace.openTextDocument(manifest);
    await vscode.window.showTextDocument(document, panel.wire.panel.viewColumn ?? vscode.ViewColumn.One);
    await until(panel.wire.panel.onDidChangeViewState, () => !panel.wire.panel.visible);
    await panel.show();
    await until(panel.wire.onDidGreet, () => greetings > 0);
    subscription.dispose();
    const back = await panel.session.snapshot();
    assert.equal(back.state, 'ready');
    assert.deepEqual(back.filter, filter);
    assert.equal(back.total, total);
    await panel.session.setFilter(noFilter);
  });

  test('a panel that stands in for another goes on with its list and its place', async () => {
    const panel = await host.panels.review(dataset, { ...noFilter, label: 'stripes' });
    await until(panel.wire.onDidGreet, () => panel.wire.hasGreeted);
    const again = host.panels.keepTabs();
    const kept = (): string => host.memory.get<string>(`winnow.place winnow.review ${dataset.store.dir}`) ?? '';
    // The page tells where it is when it has drawn; nothing announces that it is kept.
    while (!kept().includes('"label":"stripes"')) await new Promise((resume) => setTimeout(resume, 20));
    panel.wire.panel.dispose();
    again();
    const other = await host.panels.review(dataset);
    assert.notEqual(other, panel);
    assert.equal((await other.session.snapshot()).filter.label, 'stripes');
    assert.match(other.wire.panel.webview.html, /data-place="\{&quot;filter&quot;:\{&quot;label&quot;:&quot;stripes/);
    other.wire.panel.dispose();
    const anew = await host.panels.review(dataset);
    assert.deepEqual((await anew.session.snapshot()).filter, noFilter);
    assert.doesNotMatch(anew.wire.panel.webview.html, /data-place/);
  });

  test('thumbnails are made in the cache, where the page may load them', async () => {
    const panel = await host.panels.review(dataset);
    const wanted = await idOf('stripes/stripes-01.png');
    const uri = await panel.session.peek(wanted);
    assert.match(uri ?? '', /thumbnails\/1024\/.*\.jpg$/);
    const roots = panel.wire.panel.webview.options.localResourceRoots?.map(({ fsPath }) => fsPath) ?? [];
    assert.equal(roots.length, 2);
    assert.ok(
      roots.every((root) => !dir.startsWith(root) && !root.startsWith(dir)),
      roots.join(', '),
    );
  });

  test('a cell of the confusion matrix filters the review', async () => {
    const panel = host.panels.confusion(dataset);
    await until(panel.wire.onDidGreet, () => panel.wire.hasGreeted);
    const state = await panel.state();
    assert.equal(state.state, 'ready');
    assert.deepEqual(state.vocab, [...classNames]);
    const review = await host.panels.review(dataset, { ...noFilter, label: 'stripes', predicted: 'stripes' });
    const cell = state.matrix[2]?.[2];
    assert.equal((await review.session.snapshot()).total, cell);
  });

  test('suspicious images carry a badge in the Explorer until somebody decides, or it is switched off', async () => {
    const badge = async (relative: string): Promise<vscode.FileDecoration | undefined> => {
      await host.badges.settled();
      return host.badges.provideFileDecoration(vscode.Uri.file(path.join(dataset.store.dir, relative)));
    };
    const { findings } = await factsOf(dataset);
    const snapshot = await dataset.snapshot();
    const open = findings.find(({ items: [item] }) => item?.id && snapshot.state.items.get(item.id)?.decision === null);
    const photo = open?.items[0];
    assert.ok(open && photo?.id);
    const before = await badge(photo.path);
    assert.equal(before?.badge, '?');
    assert.ok(before.tooltip?.startsWith('Winnow: '), before.tooltip);
    assert.equal((await badge('blobs/broken.png'))?.badge, '?');
    const settings = vscode.workspace.getConfiguration('winnow');
    await settings.update('explorer.badges', false, vscode.ConfigurationTarget.Global);
    assert.equal(await badge(photo.path), undefined);
    await settings.update('explorer.badges', undefined, vscode.ConfigurationTarget.Global);
    assert.equal((await badge(photo.path))?.badge, '?');
    const told: string[] = [];
    const subscription = host.badges.onDidChangeFileDecorations((uris) =>
      told.push(...(uris ?? []).map(({ fsPath }) => fsPath)),
    );
    await decide(dataset, [photo.id], { kind: 'keep' }, 'user');
    assert.equal(await badge(photo.path), undefined);
    assert.ok(told.includes(vscode.Uri.file(path.join(dataset.store.dir, photo.path)).fsPath));
    subscription.dispose();
    await vscode.commands.executeCommand('winnow.undo', { dataset });
    assert.equal((await badge(photo.path))?.badge, '?');
  });

  test('the Explorer relabels a file of the dataset, refuses another, and shows why', async () => {
    const uri = (relative: string): vscode.Uri => vscode.Uri.file(path.join(dataset.store.dir, relative));
    const id = await idOf('checks/checks-01.png');
    await relabelFiles(host, [uri('checks/checks-01.png')], () => Promise.resolve('blobs'));
    assert.equal(await labelOf(id), 'blobs');
    await vscode.commands.executeCommand('winnow.undo', { dataset });
    await relabelFiles(host, [uri('checks/checks-01.png')], () => Promise.resolve(undefined));
    assert.equal(await labelOf(id), 'checks');
    await assert.rejects(
      relabelFiles(host, [uri('checks/nothing.png')], () => Promise.resolve('blobs')),
      /no image that .* knows/,
    );
    await vscode.commands.executeCommand('winnow.why', uri('blobs/wrong.png'));
    const panel = await host.panels.review(dataset);
    await until(panel.wire.onDidGreet, () => panel.wire.hasGreeted);
    const { filter } = await panel.session.snapshot();
    const { tiles } = await panel.session.rows(0, 100);
    assert.ok(
      tiles.some((tile) => tile.path === 'blobs/wrong.png'),
      JSON.stringify(filter),
    );
  });

  test('the audit asks blind, by id and picture alone', async () => {
    const panel = host.panels.audit(dataset);
    await until(panel.wire.onDidGreet, () => panel.wire.hasGreeted);
    const page = await panel.page();
    assert.equal(page.state, 'ready');
    assert.equal(page.answered, 0);
    assert.ok(page.asked > 30 && page.photos.length === 3);
    for (const photo of page.photos) {
      assert.deepEqual(Object.keys(photo), ['id', 'uri']);
      assert.match(photo.uri ?? '', new RegExp(photo.id));
    }
    await answerAudit(dataset, page.photos[0]!.id, { label: 'stripes' }, 'test');
    const after = await panel.page();
    assert.equal(after.state, 'ready', after.message ?? '');
    assert.deepEqual(after.photos[0], page.photos[1], JSON.stringify(after));
    await undoAnswer(dataset, 'test');
    assert.deepEqual(await panel.page(), page);
  });

  test('predict answers files and folders, and says which answers are held out', async () => {
    const stranger = path.join(dir, '..', `${path.basename(dir)}-stranger.png`);
    fs.writeFileSync(stranger, picture('checks', seededRandom(99)));
    try {
      const uris = [vscode.Uri.file(path.join(dir, 'stripes', 'stripes-02.png')), vscode.Uri.file(stranger)];
      await vscode.commands.executeCommand('winnow.predict', uris[0], uris);
      const { cards, model } = host.panels.prediction().state();
      assert.equal(model?.datasetName, dataset.name);
      assert.deepEqual(
        cards.map(({ name, state, basis }) => [name, state, basis]).sort(),
        [
          [path.basename(stranger), 'done', 'new'],
          ['stripes-02.png', 'done', 'held-out'],
        ].sort(),
      );
      for (const card of cards) {
        const sum = card.probabilities.reduce((total, { probability }) => total + probability, 0);
        assert.ok(Math.abs(sum - 1) < 1e-3, String(sum));
        assert.ok(card.nearest.length > 0);
      }
      // The page asks for them when the cards come into sight.
      const { questions } = host.panels.prediction();
      await questions.illustrate(cards.map(({ key }) => key));
      for (const card of questions.cards.cards) assert.ok(card.thumb !== null && card.nearest[0]?.thumb);
      await vscode.commands.executeCommand('winnow.predict', vscode.Uri.file(path.join(dir, 'checks')));
      assert.equal(host.panels.prediction().state().cards.length, 14);
      const before = host.panels.prediction();
      const files = before.state().cards.map(({ path: shown }) => shown);
      before.wire.panel.dispose();
      const after = host.panels.prediction();
      assert.notEqual(after, before);
      await after.askAgain();
      assert.deepEqual(
        after.state().cards.map(({ path: shown, state }) => [shown, state]),
        files.map((shown) => [shown, 'done']),
      );
    } finally {
      fs.rmSync(stranger);
    }
  });

  test('a folder of many is answered and summed up; strangers are noticed; stop leaves the rest', async () => {
    const many = fs.mkdtempSync(path.join(dir, '..', 'winnow-many-'));
    try {
      const random = seededRandom(4);
      const put = (name: string, bytes: Buffer): void => fs.writeFileSync(path.join(many, name), bytes);
      for (let i = 0; i < 90; i++) put(`${String(i)}.png`, picture(classNames[i % 3]!, random));
      const pane = host.panels.prediction();
      await pane.predict([vscode.Uri.file(many)]);
      const own = pane.state();
      const fresh = own.cards.slice(0, 90);
      assert.ok(fresh.every(({ state }) => state === 'done'));
      assert.ok(fresh.every(({ difference }) => difference !== null && difference.own !== difference.other));
      assert.equal(
        own.classes.reduce((sum, { photos }) => sum + photos, 0),
        own.cards.length,
      );
      assert.equal(own.drift, null);

      for (let i = 0; i < 90; i++)
        put(
          `${String(i)}.png`,
          png(() => [random.below(256), 0, random.below(256)]),
        );
      await pane.predict([vscode.Uri.file(many)]);
      assert.match(pane.state().drift ?? '', /another kind than your own photos/);

      const asked = pane.predict([vscode.Uri.file(many)]);
      while (pane.state().state !== 'busy') await new Promise((resume) => setImmediate(resume));
      pane.stop();
      // At once, before the engine has heard of it.
      const { cards, state } = pane.state();
      assert.equal(state, 'ready');
      assert.ok(cards.every((card) => card.state !== 'busy'));
      assert.ok(cards.some(({ error }) => error === 'Stopped before it was looked at.'));
      await asked;
      assert.deepEqual(pane.state().cards, cards);
    } finally {
      fs.rmSync(many, { recursive: true });
    }
  });

  test('export writes the page that answers offline, and never over a stranger’s file', async () => {
    const out = path.join(dir, '..', `${path.basename(dir)}-handed-over`);
    try {
      await vscode.commands.executeCommand('winnow.exportModel', { dataset, export: { to: 'html', out } });
      assert.deepEqual(fs.readdirSync(out).sort(), ['classifier.check.json', 'classifier.html']);
      const check = JSON.parse(fs.readFileSync(path.join(out, 'classifier.check.json'), 'utf8')) as {
        isAlike: boolean;
      };
      assert.equal(check.isAlike, true);
      fs.writeFileSync(path.join(out, 'model.onnx'), 'mine');
      await vscode.commands.executeCommand('winnow.exportModel', { dataset, export: { to: 'onnx', out } });
      assert.equal(fs.readFileSync(path.join(out, 'model.onnx'), 'utf8'), 'mine');
      await vscode.commands.executeCommand('winnow.exportModel', { dataset, export: { to: 'card', out } });
      assert.match(fs.readFileSync(path.join(out, 'MODEL_CARD.md'), 'utf8'), /^# Model card/);
    } finally {
      fs.rmSync(out, { recursive: true, force: true });
    }
  });

  test('apply asks first, moves what was decided, and does nothing on a no', async () => {
    const asked: string[] = [];
    host.notices.confirm = (message) => Promise.resolve(asked.push(message) > 1);
    await vscode.commands.executeCommand('winnow.applyDecisions', { dataset });
    assert.ok(fs.existsSync(path.join(dir, 'blobs', 'wrong.png')));
    await vscode.commands.executeCommand('winnow.applyDecisions', { dataset });
    assert.equal(asked.length, 2);
    assert.match(asked[0] ?? '', /^Move 1 file of /);
    assert.ok(!fs.existsSync(path.join(dir, 'blobs', 'wrong.png')));
    assert.ok(fs.existsSync(path.join(dir, 'stripes', 'wrong.png')));
  });

  test('a new file is noticed', async () => {
    const count = (await dataset.snapshot()).scan.items.length;
    fs.writeFileSync(path.join(dir, 'checks', 'late.png'), picture('checks', seededRandom(123)));
    await until(
      host.datasets.onDidChangeContent,
      async () => (await dataset.snapshot()).scan.items.length === count + 1,
    );
  });

  test('closing a dataset closes its panels and empties the views', async () => {
    const panel = await host.panels.review(dataset);
    await until(panel.wire.onDidGreet, () => panel.wire.hasGreeted);
    const closed = new Promise<void>((resolve) => panel.wire.panel.onDidDispose(resolve));
    await vscode.commands.executeCommand('winnow.closeDataset', { dataset });
    await closed;
    assert.deepEqual(await drawn(host.trees.datasets), []);
    assert.deepEqual(await drawn(host.trees.history), []);
  });
});
