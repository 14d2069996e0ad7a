// The evening, in the packaged extension: open → train → relabel three by keyboard → undo one → a confusion cell →
// predict from the Explorer → reload → everything as it was. Photographs each surface in three themes on the way.
import assert from 'node:assert/strict';

const decided = (frame) => frame.getByRole('gridcell').filter({ hasText: 'Relabelled' });

/** The top loss: conflicts, which nobody can be surprised by, stand before it. */
const surprising = (frame) => frame.getByRole('gridcell').filter({ hasText: 'Surprise' }).first();

/** Waits until the number of matches is `count`. */
const becomes = async (locator, count) => {
  await locator.nth(Math.max(0, count - 1)).waitFor({ state: count === 0 ? 'detached' : 'visible', timeout: 20_000 });
  await locator.nth(count).waitFor({ state: 'detached', timeout: 20_000 });
};

export const scenario = async ({ page, step, palette, contextMenu, frameOf, setTheme, shot, tabs, reload }) => {
  const inExplorer = (name) => page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true });
  const winnowTab = page.locator('.activitybar').getByRole('tab', { name: 'Winnow' });
  const inTrees = (name) => page.locator('.sidebar').getByRole('treeitem', { name });
  const themes = async (name) => {
    for (const theme of ['light', 'hc', 'dark']) {
      await setTheme(theme);
      await shot(`${name}-${theme}`);
    }
  };
  let review;
  let sentence;
  /** What the review lists. */
  let inWords;

  await step('the side panel says how to begin', async () => {
    await winnowTab.click();
    await page
      .getByRole('button', { name: /Open Dataset/ })
      .first()
      .waitFor();
    await shot('start-dark');
  });

  await step('a folder opens as a dataset from the Explorer', async () => {
    await page
      .locator('.activitybar')
      .getByRole('tab', { name: /Explorer/ })
      .click();
    // The command itself shows the side panel: a click on its tab then would hide it again.
    await contextMenu(inExplorer('kitchen'), 'Winnow: Open Dataset', () => shot('menu-dark'));
    await inTrees(/kitchen/)
      .first()
      .waitFor();
    await inTrees(/bottle/)
      .first()
      .waitFor();
  });

  await step('training ends with the next step', async () => {
    await palette('Winnow: Train');
    await page
      .getByText(/photos look wrong/)
      .first()
      .waitFor({ timeout: 120_000 });
    await shot('trained-dark');
  });

  await step('the review shows the top losses with thumbnails', async () => {
    await palette('Winnow: Review Labels');
    review = await frameOf('Review');
    await surprising(review).waitFor({ timeout: 30_000 });
    await review.locator('.thumb img').first().waitFor();
    assert.match(await review.locator('.progress').innerText(), /Reviewed 0\. About \d+–\d+ mistakes remain/);
  });

  await step('three top losses are relabelled by keyboard', async () => {
    await surprising(review).click();
    for (let n = 1; n <= 3; n++) {
      await page.keyboard.press('Enter');
      await becomes(decided(review), n);
    }
    sentence = await review.locator('.progress').innerText();
    assert.match(sentence, /Reviewed 3\. Of the last 3, 3 were wrong\./);
  });

  await step('one is undone', async () => {
    await page.keyboard.press('z');
    await becomes(decided(review), 2);
    sentence = await review.locator('.progress').innerText();
    assert.match(sentence, /Reviewed 2\./);
  });
  await step('the review looks right in every theme', () => themes('review'));

  await step('a confusion cell shows exactly its photos', async () => {
    await palette('Winnow: Show Confusion Matrix');
    const confusion = await frameOf('Confusion');
    const cell = confusion.locator('td:not(.is-right) button').filter({ hasNotText: '·' }).first();
    await cell.waitFor();
    const count = Number(await cell.innerText());
    await themes('confusion');
    await cell.click();
    review = await frameOf('Review');
    await becomes(review.getByRole('gridcell'), count);
    inWords = await review.locator('.in-words').innerText();
  });

  await step('a photo is predicted from the Explorer', async () => {
    await page
      .locator('.activitybar')
      .getByRole('tab', { name: /Explorer/ })
      .click();
    const photo = page
      .locator('.explorer-folders-view')
      .getByRole('treeitem', { name: /^photo-\d+\.jpg$/ })
      .first();
    if (!(await photo.isVisible())) {
      await inExplorer('kitchen').click();
      await inExplorer('plate').click();
    }
    await photo.waitFor();
    await contextMenu(photo, 'Winnow: Predict');
    const pane = await frameOf('Prediction');
    await pane
      .getByText(/judged without having seen/)
      .first()
      .waitFor({ timeout: 60_000 });
    await themes('prediction');
  });

  await step('after a reload everything is as it was, in one tab', async () => {
    await tabs('Confusion: kitchen').click();
    await frameOf('Confusion: kitchen');
    await reload();
    const confusion = await frameOf('Confusion: kitchen', 60_000);
    await confusion.locator('td.is-right').first().waitFor();
    // The review lies behind it, and VS Code leaves such a tab asleep until somebody looks at it.
    const reviews = tabs('Review: kitchen');
    await becomes(reviews, 1);
    assert.equal(await reviews.getAttribute('aria-selected'), 'false');
    await palette('Winnow: Review Labels');
    review = await frameOf('Review: kitchen');
    await review.locator('.progress').filter({ hasText: sentence }).waitFor({ timeout: 60_000 });
    await becomes(reviews, 1);
    assert.equal(await reviews.getAttribute('aria-selected'), 'true');
    assert.equal(await review.locator('.in-words').innerText(), inWords);
    await winnowTab.click();
    await inTrees(/kitchen/)
      .first()
      .waitFor();
    await shot('after-reload-dark');
  });
};
