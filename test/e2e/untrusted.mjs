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

const { commands } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).contributes;
/** These open a page or a view that says the sentence itself. */
const pages = [
  'winnow.showMap',
  'winnow.fineTune',
  'winnow.findLearningRate',
  'winnow.previewAugmentations',
  'winnow.showPrediction',
];
/** These ask for a file or a row before they do anything. */
const ofAFile = ['winnow.relabelFile', 'winnow.undoTo', 'winnow.openSample', 'winnow.predict'];
const gated = commands
  .filter(({ command, enablement }) => enablement?.includes('isWorkspaceTrusted') && !pages.includes(command))
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

export const scenario = async ({ page, step, palette, openDataset, reload, frameOf, shot, sandbox }) => {
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

  await step('the other pages show what is known, or say why they cannot', async () => {
    await palette('Winnow: Show Confusion Matrix');
    await (await frameOf('Confusion: kitchen')).locator('td.is-right').first().waitFor();
    for (const [command, title] of [
      ['Winnow: Audit Labels', 'Audit'],
      ['Winnow: Show Dataset Health', 'Health'],
    ]) {
      await palette(command);
      const shown = await frameOf(`${title}: kitchen`);
      await shown.getByText(sentence).first().waitFor();
      await shot(`untrusted-${title.toLowerCase()}`);
    }
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
    // The review that was open opens anew by itself.
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
