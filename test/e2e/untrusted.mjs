// In a folder that nobody has vouched for nothing is started and nothing is written: the labels are there to read, and
// what cannot be done says so in a sentence. Trusted, the same window goes on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { enginesOf } from '../../scripts/editor/engines.mjs';
import { root } from '../../scripts/editor/place.mjs';

export const prepare = () => ({
  settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
  hasTrust: true,
  close: () => undefined,
});

const read = (name) => JSON.parse(fs.readFileSync(path.join(root, name), 'utf8'));
const { commands } = read('package.json').contributes;
const words = read('package.nls.json');
/** The row of a command in the palette. */
const rowOf = (id) => {
  const { title, category } = commands.find(({ command }) => command === id);
  const text = title.replace(/^%(.+)%$/, (_, key) => words[key]);
  return category ? `${category}: ${text}` : text;
};
/** What opens a page: its tab, and what it says, or a selector of what it shows. */
const pages = {
  'winnow.review': ['Review: kitchen', /Restricted Mode/],
  'winnow.showConfusion': ['Confusion: kitchen', 'td.is-right'],
  'winnow.audit': ['Audit: kitchen', /Restricted Mode makes no pictures and writes no answers/],
  'winnow.showHealth': ['Health: kitchen', /Restricted Mode/],
  'winnow.showMap': ['Map: kitchen', /Restricted Mode computes no map/],
  'winnow.fineTune': ['Fine-Tune: kitchen', /Restricted Mode starts no training/],
  'winnow.findLearningRate': ['Fine-Tune: kitchen', /Restricted Mode starts no training/],
  'winnow.previewAugmentations': ['Augmentations: kitchen', /Restricted Mode makes no pictures/],
  'winnow.showPrediction': ['Prediction', /Restricted Mode asks no model/],
};
/** These ask for a file or a row before they do anything. */
const ofAFile = ['winnow.relabelFile', 'winnow.undoTo', 'winnow.openSample', 'winnow.predict'];
/** These show what is there or what the editor has, and change nothing; the first and the last three are played too. */
const harmless = [
  'winnow.openDataset',
  'winnow.closeDataset',
  'winnow.refresh',
  'winnow.why',
  'winnow.openGatherUrl',
  'winnow.setApiKey',
  'winnow.doctor',
  'winnow.openSettings',
  'winnow.showLog',
];
const gated = commands
  .filter(({ enablement }) => enablement?.includes('isWorkspaceTrusted'))
  .map(({ command }) => command)
  .filter((command) => !ofAFile.includes(command));

/** With Ctrl+Alt+Shift; the letters that are missing belong to the browser. */
const letters = 'abdefghklopsuvxyz';

/** Path → what lies there, of everything below. */
const contentsOf = (folder) =>
  Object.fromEntries(
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file, createHash('sha256').update(fs.readFileSync(file)).digest('hex')]),
  );

export const scenario = async ({ page, step, palette, byKeys, openDataset, reload, frameOf, shot, tabs, sandbox }) => {
  const dataset = path.join(sandbox.workspace, 'kitchen');
  const sentence = /Restricted Mode/;
  /** What the extension has logged in this window. */
  const said = () => {
    const logs = path.join(sandbox.data, 'logs');
    const names = fs.readdirSync(logs, { recursive: true }).filter((name) => name.endsWith('Winnow.log'));
    return names.map((name) => fs.readFileSync(path.join(logs, name), 'utf8')).join('');
  };
  let before;
  let review;

  await step('a trained dataset lies in a folder that is not trusted', async () => {
    const cli = (...args) => {
      const env = { ...process.env, HOME: sandbox.home, XDG_CACHE_HOME: undefined, XDG_DATA_HOME: undefined };
      const done = spawnSync(process.execPath, [path.join(root, 'dist', 'cli.mjs'), ...args], {
        env,
        encoding: 'utf8',
      });
      assert.equal(done.status, 0, done.stderr);
    };
    cli('train', dataset);
    cli('keep', dataset, `plate/${fs.readdirSync(path.join(dataset, 'plate'))[0]}`);
    before = contentsOf(sandbox.workspace);
    // Nobody who has bound a key to a command goes through a menu that would hide it.
    const keys = gated.map((command, at) => ({ key: `ctrl+alt+shift+${letters[at]}`, command }));
    fs.writeFileSync(path.join(sandbox.data, 'User', 'keybindings.json'), JSON.stringify(keys));
    await reload();
    await page.locator('.statusbar').getByText('Restricted Mode').waitFor();
  });

  await step('its labels can be looked at, and not decided on', async () => {
    await openDataset(dataset, 'bottle');
    await palette('Winnow: Review Labels');
    review = await frameOf('Review: kitchen');
    await review.getByRole('gridcell').first().waitFor();
    await review.locator('.notice').filter({ hasText: sentence }).waitFor();
    await review.locator('.progress', { hasText: 'Reviewed 1.' }).waitFor();
    await review.getByRole('gridcell').nth(1).click();
    for (const key of ['Enter', 'k', '1', 's', 'x', 'u']) {
      await page.keyboard.press(key);
      await review.locator('.status').getByText(sentence).waitFor();
    }
    for (const name of ['Keep', 'Undo']) {
      await review.locator('vscode-button', { hasText: name }).and(review.locator('[disabled]')).waitFor();
    }
    await shot('untrusted-review');
  });

  await step('no command is left out here', () => {
    const played = [...Object.keys(pages), ...gated, ...ofAFile, ...harmless];
    assert.deepEqual(commands.map(({ command }) => command).sort(), played.sort());
  });

  await step(
    'each command that opens a page opens it, and the page shows what is known or says why it cannot',
    async () => {
      for (const [command, [title, says]] of Object.entries(pages)) {
        await byKeys(rowOf(command));
        const shown = await frameOf(title);
        await (typeof says === 'string' ? shown.locator(says) : shown.getByText(says)).first().waitFor();
        await shot(`untrusted-${command.slice('winnow.'.length)}`);
      }
      // The page says it once for both; the command says it too.
      assert.match(said(), /find-rate: .*Restricted Mode/);
    },
  );

  await step('the doctor, the settings and the log open, and say what there is to say', async () => {
    await byKeys(rowOf('winnow.doctor'));
    await tabs('Winnow Doctor').waitFor();
    await page
      .locator('.monaco-editor .view-lines')
      .filter({ hasText: /The.engine.does.not.start/ })
      .first()
      .waitFor();
    await byKeys(rowOf('winnow.showLog'));
    await page.locator('.part.panel .view-lines').filter({ hasText: 'find-rate' }).first().waitFor();
    await shot('untrusted-doctor');
    await byKeys(rowOf('winnow.openSettings'));
    await page.locator('.settings-editor').waitFor();
    // It lies over everything, the palette included.
    await page.keyboard.press('Escape');
    await page.locator('.settings-editor').waitFor({ state: 'hidden' });
  });

  await step('every command that would do something refuses with the sentence', async () => {
    assert.ok(gated.length > 10 && gated.length <= letters.length);
    for (const [at, command] of gated.entries()) {
      await page.keyboard.press(`Control+Alt+Shift+${letters[at].toUpperCase()}`);
      // The editor shows the same sentence only so often; the log has each.
      for (const end = Date.now() + 30_000; !new RegExp(`${command}: .*Restricted Mode`).test(said());) {
        assert.ok(Date.now() < end, `${command} says nothing`);
        await page.waitForTimeout(50);
      }
      if (at > 0) continue;
      await page.locator('.notification-toast').filter({ hasText: sentence }).waitFor();
      await shot('untrusted-refused');
    }
  });

  await step('nothing was started and nothing was written', () => {
    assert.deepEqual(enginesOf(sandbox.extensions), []);
    assert.deepEqual(contentsOf(sandbox.workspace), before);
  });

  await step('trusted, the same window decides', async () => {
    await palette('Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await page.locator('.statusbar').getByText('Restricted Mode').waitFor({ state: 'detached' });
    // What was open opens anew by itself, and can do its work.
    for (const title of new Set(Object.values(pages).map(([name]) => name))) await tabs(title).waitFor();
    await tabs('Map: kitchen').click();
    const map = await frameOf('Map: kitchen');
    await map.locator('.legend .entry').first().waitFor({ timeout: 60_000 });
    assert.equal(await map.getByText(sentence).count(), 0);
    await tabs('Review: kitchen').click();
    review = await frameOf('Review: kitchen');
    await review.locator('.thumb img').first().waitFor({ timeout: 60_000 });
    assert.equal(await review.locator('.notice').filter({ hasText: sentence }).count(), 0);
    await review.getByRole('gridcell').filter({ hasText: 'Suggest' }).first().click();
    await page.keyboard.press('Enter');
    await review.locator('.progress', { hasText: 'Reviewed 2.' }).waitFor();
    assert.notDeepEqual(contentsOf(sandbox.workspace), before);
    await shot('untrusted-trusted');
  });
};
