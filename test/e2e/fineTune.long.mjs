// A fine-tuning in the packaged extension: watched while labels are reviewed, gone on with after a reload though its tab
// sleeps, stopped, compared with a second one, cancelled; a learning rate found and taken; augmentations saved.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { enginesOf } from '../../scripts/editor/engines.mjs';

export const scenario = async ({
  page,
  step,
  lap,
  palette,
  openDataset,
  reload,
  frameOf,
  setTheme,
  tabs,
  shot,
  sandbox,
}) => {
  const dataset = path.join(sandbox.workspace, 'kitchen');
  const epochs = () => tuning.locator('.story tbody tr');
  const begins = (text) => tuning.getByRole('button', { name: text, exact: true });
  /** Chooses that many epochs without changes to the photos, and starts. */
  const start = async (count) => {
    await tuning.locator('select').nth(1).selectOption('none');
    await tuning.getByRole('spinbutton', { name: 'Epochs' }).fill(String(count));
    await begins('Fine-Tune').click();
    await tuning.locator('.bar .progress').waitFor();
  };
  const status = (text) => page.locator('.statusbar').getByText(text);
  const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);
  let tuning;
  let run;

  await step('a dataset is opened and trained on', async () => {
    await openDataset(dataset, 'bottle');
    await palette('Winnow: Train');
    await page
      .getByText(/photos look wrong/)
      .first()
      .waitFor({ timeout: 120_000 });
  });

  await step('three epochs are watched while labels are reviewed', async () => {
    await palette('Winnow: Review Labels');
    await (await frameOf('Review: kitchen')).getByRole('gridcell').first().waitFor();
    await palette('Winnow: Fine-Tune');
    tuning = await frameOf('Fine-Tune: kitchen');
    await begins('Fine-Tune').waitFor();
    await palette('View: Move Editor into Right Group');
    const review = await frameOf('Review: kitchen');
    await review.getByRole('gridcell').first().waitFor();
    tuning = await frameOf('Fine-Tune: kitchen');
    await start(40);
    for (let epoch = 1; epoch <= 3; epoch++) {
      const cell = review.getByRole('gridcell').filter({ hasText: 'Suggest' }).first();
      await cell.click();
      await page.keyboard.press('Enter');
      await review.locator('.progress', { hasText: `Reviewed ${epoch}.` }).waitFor();
      await epochs().nth(epoch).waitFor({ timeout: 120_000 });
    }
    run = await tuning.locator('#story').innerText();
    await status(/Fine-tuning kitchen: epoch \d+ of 40/).waitFor();
    await shot('tuning-beside-review');
  });

  await step('after a reload the training has gone on, though its tab sleeps', async () => {
    // Behind another tab, the page wakes only when somebody looks at it.
    await tabs('Fine-Tune: kitchen').click();
    await palette('Winnow: Show Confusion Matrix');
    await frameOf('Confusion: kitchen');
    const since = performance.now();
    await reload();
    await frameOf('Confusion: kitchen');
    await status(/Fine-tuning kitchen: epoch [4-9] of 40/).waitFor({ timeout: 60_000 });
    lap(`the training went on ${seconds(since)} s after the reload was asked for`);
    await status(/Fine-tuning kitchen/).click();
    tuning = await frameOf('Fine-Tune: kitchen');
    await tuning.locator('.bar .progress', { hasText: 'photos a second' }).waitFor();
    assert.equal(await tuning.locator('#story').innerText(), run);
    // The curve begins where the training began, not where the window did.
    const [first] = (await tuning.locator('.chart polyline.line-a').first().getAttribute('points')).split(' ');
    assert.ok(Number(first.split(',')[0]) < 50, first);
    await epochs().nth(4).waitFor({ timeout: 60_000 });
    await shot('tuning-resumed');
  });

  await step('it is stopped, and its best epoch is kept', async () => {
    await begins('Stop and Keep the Best').click();
    await tuning
      .locator('.results', { hasText: 'It was stopped; its best epoch was kept.' })
      .waitFor({ timeout: 60_000 });
    await shot('tuning-stopped');
  });

  await step('a second one is compared with it', async () => {
    await start(1);
    await tuning.locator('.past tbody tr').nth(1).waitFor({ timeout: 120_000 });
    for (const nth of [0, 1]) await tuning.getByRole('checkbox').nth(nth).check();
    await tuning.locator('.compared .headline').scrollIntoViewIfNeeded();
    for (const theme of ['light', 'hc', 'dark']) {
      await setTheme(theme);
      await shot(`tuning-compared-${theme}`);
    }
  });

  await step('a cancelled one leaves no process, and can be gone on with', async () => {
    const before = enginesOf(sandbox.extensions);
    await start(40);
    await tuning.locator('.bar .progress', { hasText: 'photos a second' }).waitFor({ timeout: 60_000 });
    const started = enginesOf(sandbox.extensions).filter((pid) => !before.includes(pid));
    assert.equal(started.length, 1);
    const since = performance.now();
    await begins('Cancel').click();
    const end = Date.now() + 60_000;
    while (enginesOf(sandbox.extensions).includes(started[0])) {
      assert.ok(Date.now() < end, 'the engine is still there');
      await page.waitForTimeout(50);
    }
    lap(`the engine was gone ${seconds(since)} s after the cancel`);
    await begins('Go On with the Last One').waitFor();
    await shot('tuning-cancelled');
  });

  await step('a learning rate is found and taken', async () => {
    await palette('Winnow: Find Learning Rate');
    await tuning.locator('.search .progress', { hasText: /Step \d+ of 100/ }).waitFor({ timeout: 60_000 });
    await tuning.locator('.search .progress', { hasText: /Step [4-9]\d of 100/ }).waitFor({ timeout: 120_000 });
    await shot('rate-searching');
    await tuning.getByRole('button', { name: 'Use This Rate' }).click({ timeout: 120_000 });
    const rate = Number(await tuning.getByRole('spinbutton', { name: 'Learning rate' }).inputValue());
    assert.ok(rate > 0 && rate < 1, String(rate));
    for (const theme of ['light', 'hc', 'dark']) {
      await setTheme(theme);
      await shot(`rate-found-${theme}`);
    }
  });

  await step('augmentations are looked at, changed and saved', async () => {
    await palette('Winnow: Preview Augmentations');
    const augment = await frameOf('Augmentations: kitchen');
    await augment.locator('.varied img').nth(7).waitFor({ timeout: 60_000 });
    const before = await augment.locator('.varied img').first().getAttribute('src');
    const turned = augment.getByRole('slider', { name: /^Turned/ });
    await turned.focus();
    for (let degree = 0; degree < 20; degree++) await page.keyboard.press('ArrowRight');
    await augment.locator('.slider', { hasText: '30°' }).waitFor();
    await augment.locator(`.varied img:first-child:not([src="${before}"])`).waitFor({ timeout: 60_000 });
    await augment.getByRole('button', { name: 'Save to winnow.json' }).click();
    await augment.locator('.settings', { hasText: 'The next fine-tuning uses these settings.' }).waitFor();
    const spec = JSON.parse(fs.readFileSync(path.join(dataset, 'winnow.json'), 'utf8'));
    assert.equal(spec.transforms.maxRotate, 30);
    for (const theme of ['light', 'hc', 'dark']) {
      await setTheme(theme);
      await shot(`augment-${theme}`);
    }
  });
};
