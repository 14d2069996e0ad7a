// A thousand pictures in the prediction pane: the table is used while it fills, and a stop is heard at once. Says how
// long it took beside the command line on the same files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/editor/place.mjs';

const pictures = 1000;

/** Files with the photos of `from`, one after another, and a byte behind the end: none of them is in the dataset. */
const strangers = (from, folder, count) => {
  fs.mkdirSync(folder);
  const photos = fs
    .readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^photo-\d+\.jpg$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  return Array.from({ length: count }, (_, at) => {
    const file = path.join(folder, `${String(at).padStart(4, '0')}.jpg`);
    const bytes = fs.readFileSync(photos[at % photos.length]);
    fs.writeFileSync(file, Buffer.concat([bytes, Buffer.from(`${at}`)]));
    return file;
  });
};

export const scenario = async ({ page, step, lap, palette, contextMenu, openDataset, frameOf, shot, sandbox }) => {
  const dataset = path.join(sandbox.workspace, 'kitchen');
  const inExplorer = (name) => page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true });
  let files;
  let pane;

  await step('a dataset is opened and trained on', async () => {
    files = strangers(dataset, path.join(sandbox.workspace, 'strangers'), pictures);
    await openDataset(dataset, 'bottle');
    await palette('Winnow: Train');
    await page
      .getByText(/photos look wrong/)
      .first()
      .waitFor({ timeout: 120_000 });
  });

  let since;
  await step('a folder of a thousand pictures is predicted', async () => {
    await page
      .locator('.activitybar')
      .getByRole('tab', { name: /Explorer/ })
      .click();
    await contextMenu(inExplorer('strangers'), 'Winnow: Predict');
    since = performance.now();
    pane = await frameOf('Prediction');
    // So many are shown as a table by themselves.
    await pane.locator('table.answers tbody tr').nth(10).waitFor();
  });

  const open = () => pane.locator('table.answers tbody tr', { hasText: 'Looking…' });
  await step('its table sorts while it fills', async () => {
    await pane.getByRole('columnheader', { name: 'Certainty' }).getByRole('button').click();
    await pane.locator('th[aria-sort]').waitFor();
    assert.ok((await open().count()) > 0, 'everything was answered before the table was sorted');
    await shot('predict-many-filling');
  });

  await step('all of them are answered', async () => {
    await pane
      .locator('table.answers')
      .locator('text=Looking…')
      .first()
      .waitFor({ state: 'detached', timeout: 180_000 });
    const ms = performance.now() - since;
    assert.equal(await pane.locator('table.answers tbody tr').count(), pictures);
    const asked = (some) => {
      const started = performance.now();
      const cli = [path.join(root, 'dist', 'cli.mjs'), 'predict', dataset, ...some, '--json'];
      const { status } = spawnSync(process.execPath, cli, { encoding: 'utf8', maxBuffer: 1 << 28 });
      assert.equal(status, 0);
      return performance.now() - started;
    };
    const start = asked(files.slice(0, 1));
    const bare = asked(files) - start;
    lap(
      `${pictures} pictures: ${(ms / 1000).toFixed(1)} s in the pane, ${(bare / 1000).toFixed(1)} s by the command line`,
    );
    await shot('predict-many-done');
  });

  await step('a stop is heard', async () => {
    await pane.getByRole('button', { name: 'Clear', exact: true }).click();
    await contextMenu(inExplorer('strangers'), 'Winnow: Predict');
    await pane.locator('table.answers tbody tr').nth(10).waitFor();
    const stop = pane.getByRole('button', { name: 'Stop', exact: true });
    await stop.click();
    const asked = performance.now();
    await stop.waitFor({ state: 'detached', timeout: 10_000 });
    lap(`stopped ${(performance.now() - asked).toFixed(0)} ms after it was asked`);
    await pane.getByText('Stopped before it was looked at.').first().waitFor();
  });
};
