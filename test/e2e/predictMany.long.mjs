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

/**
 * Until no picture waits for its answer: how many rows the table has then. The page says so by taking the button that
 * stops it away, and looks itself when it has drawn: to be asked time and again would cost it the core.
 */
const allAnswered = (table) =>
  table.evaluate(
    (element) =>
      new Promise((resolve) => {
        const isWaiting = () =>
          [...document.querySelectorAll('.tools vscode-button')].some((button) => button.textContent.includes('Stop'));
        const look = () => {
          if (isWaiting()) return;
          observer.disconnect();
          resolve(Number(element.getAttribute('aria-rowcount')) - 1);
        };
        const observer = new MutationObserver(look);
        observer.observe(document.querySelector('.tools'), { subtree: true, childList: true });
        look();
      }),
  );

/** Milliseconds from the press on this button until it has gone and the page has drawn that. */
const timeToGo = (button) =>
  button.evaluate(
    (element) =>
      new Promise((resolve) => {
        let pressed;
        element.addEventListener('click', (event) => (pressed = event.timeStamp), { once: true, capture: true });
        const observer = new MutationObserver(() => {
          if (element.isConnected) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)));
        });
        observer.observe(document, { subtree: true, childList: true });
      }),
  );

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

  const stop = () => pane.getByRole('button', { name: 'Stop', exact: true });
  await step('its table sorts while it fills', async () => {
    await pane.getByRole('columnheader', { name: 'Certainty' }).getByRole('button').click();
    await pane.locator('th[aria-sort]').waitFor();
    assert.ok((await stop().count()) > 0, 'everything was answered before the table was sorted');
  });

  await step('all of them are answered', async () => {
    const rows = await allAnswered(pane.locator('table.answers'));
    const ms = performance.now() - since;
    assert.equal(rows, pictures);
    // Only those in sight, and some beside them.
    assert.ok((await pane.locator('table.answers tbody tr').count()) < 100);
    assert.equal(await pane.locator('table.answers tbody').getByText('Looking…').count(), 0);
    const asked = (some) => {
      const started = performance.now();
      const cli = [path.join(root, 'dist', 'cli.mjs'), 'predict', dataset, ...some, '--json'];
      const { status } = spawnSync(process.execPath, cli, { encoding: 'utf8', maxBuffer: 1 << 28 });
      assert.equal(status, 0);
      return performance.now() - started;
    };
    const start = asked(files.slice(0, 1));
    const bare = asked(files) - start;
    const [inPane, byCli] = [ms, bare].map((time) => `${(time / 1000).toFixed(1)} s`);
    lap(
      `${pictures} pictures: ${inPane} in the pane, ${byCli} by the command line, ${(bare / ms).toFixed(2)} of its rate`,
    );
    await shot('predict-many-done');
  });

  await step('a stop is heard', async () => {
    await pane.getByRole('button', { name: 'Clear', exact: true }).click();
    await contextMenu(inExplorer('strangers'), 'Winnow: Predict');
    await pane.locator('table.answers tbody tr').nth(10).waitFor();
    await shot('predict-many-filling');
    const gone = timeToGo(stop());
    await stop().click();
    lap(`stopped ${(await gone).toFixed(0)} ms after it was asked`);
    // Rows without an answer come last.
    await pane.locator('main').evaluate((main) => (main.scrollTop = main.scrollHeight));
    await pane.getByText('Stopped before it was looked at.').first().waitFor();
  });
};
