// Without a mouse: thirty findings reviewed, a confused pair relabelled at once, duplicates settled, everything undone and
// done again, ten photos audited.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

/** What a person would press on a photo that says this of itself. */
const keysFor = (said) => {
  if (/suggestion/.test(said)) return ['Enter'];
  if (/nearly flat|tiny/.test(said)) return ['x', 'Enter'];
  if (/outlier|ambiguous/.test(said)) return ['s'];
  return ['k'];
};
const kinds =
  /label conflict|label issue|outlier|ambiguous|near duplicate|duplicate|dark|washed out|blurred|without colour|nearly flat|tiny|odd shape|odd size/g;

export const scenario = async ({ page, step, byKeys, openDataset, frameOf, shot, sandbox }) => {
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const dataset = path.join(sandbox.workspace, 'kitchen');
  const files = () =>
    fs
      .readdirSync(dataset, { recursive: true })
      .filter((name) => !name.startsWith('.winnow'))
      .sort();
  const asTheyWere = files();
  let review;
  /** Keys that decided something. */
  let steps = 0;
  const cells = () => review.getByRole('gridcell');
  const cell = (index) => review.locator(`[data-index="${index}"]`);
  const sentences = () => Promise.all(['.progress', '.pending'].map((part) => review.locator(part).innerText()));
  const focused = async () => Number(await review.locator('[data-index][tabindex="0"]').getAttribute('data-index'));
  const heldBy = (index) => review.locator(`[data-index="${index}"]:focus`).waitFor({ timeout: 20_000 });
  const decided = (index) => cell(index).locator('.is-verdict', { hasNotText: 'Saving' }).waitFor({ timeout: 20_000 });

  /** Goes to the list of views, takes the one that begins so, and comes back to the photos. */
  const view = async (name) => {
    await press('/', 'Shift+Tab', 'Space');
    const options = review.locator('vscode-dropdown[aria-label="View"] vscode-option');
    const names = await options.allInnerTexts();
    const wanted = names.findIndex((text) => text.trim().startsWith(name));
    assert.ok(wanted >= 0, `no view ${name} among ${names.join(', ')}`);
    await press('Home', ...Array.from({ length: wanted }, () => 'ArrowDown'), 'Enter', 'Tab', 'Enter');
    await review
      .locator('.status')
      .getByText(/^\d+ shown\.$/)
      .waitFor();
    await heldBy(0);
  };

  await step('a folder is opened as a dataset and trained on', async () => {
    await openDataset(dataset, 'bottle');
    await byKeys('Winnow: Train');
    await page
      .getByText(/photos look wrong/)
      .first()
      .waitFor({ timeout: 120_000 });
    await shot('keys-trained');
  });

  await step('a confused pair is selected and relabelled at once', async () => {
    await byKeys('Winnow: Review Labels');
    review = await frameOf('Review: kitchen');
    await cells().first().waitFor();
    await view('Most confused pair');
    const count = await cells().count();
    assert.ok(count > 2, `${count} photos between the two`);
    await press('Shift+ArrowRight', 'Shift+Control+End');
    await review.locator('.status').getByText(`${count} selected`).waitFor();
    await shot('keys-pair-selected');
    const [, predicted] = /predicted (\w+)/.exec(await review.locator('.in-words').innerText());
    const digit = (await review.locator('.legend .name').allInnerTexts()).indexOf(predicted) + 1;
    await press(String(digit));
    steps++;
    for (let at = 0; at < count; at++) await decided(at);
    await review.getByText(`Relabelled ${count} photos to ${predicted}. Undo: z`).waitFor();
    await shot('keys-pair-relabelled');
  });

  await step('thirty findings of five kinds are reviewed', async () => {
    await view('Undecided findings');
    const seen = new Set();
    for (let nth = 0; nth < 30; nth++) {
      const at = await focused();
      const said = await cell(at).getAttribute('aria-label');
      for (const kind of said.match(kinds) ?? []) seen.add(kind);
      await press(...keysFor(said));
      steps++;
      await decided(at);
    }
    await shot('keys-thirty-decided');
    assert.ok(seen.size >= 5, [...seen].join(', '));
  });

  await step('a group of look-alikes is settled: the largest is kept, the other goes', async () => {
    await view('Duplicates');
    await shot('keys-duplicates');
    const alike = cells().filter({ hasText: '2 alike' }).first();
    const first = Number(await alike.getAttribute('data-index'));
    for (let at = await focused(); at < first; at++) await press('ArrowRight');
    for (const at of [first, first + 1]) {
      await heldBy(at);
      const said = await cell(at).getAttribute('aria-label');
      await press(...(said.includes('the largest') ? ['k'] : ['x', 'Enter']));
      steps++;
      await decided(at);
    }
    await shot('keys-duplicates-settled');
  });

  await step('all of it is undone, and done again', async () => {
    const before = await sentences();
    await press(...Array.from({ length: steps }, () => 'u'));
    await review.locator('vscode-button', { hasText: 'Undo' }).and(review.locator('[disabled]')).waitFor();
    const [said, waiting] = await sentences();
    assert.match(said, /Reviewed 0\./);
    assert.equal(waiting, '');
    await view('Everything');
    assert.equal(await review.locator('.is-verdict').count(), 0);
    await shot('keys-undone');
    await press(...Array.from({ length: steps }, () => 'y'));
    await review.locator('vscode-button', { hasText: 'Redo' }).and(review.locator('[disabled]')).waitFor();
    assert.deepEqual(await sentences(), before);
    await shot('keys-redone');
  });

  await step('no file has moved', () => assert.deepEqual(files(), asTheyWere));

  await step('ten photos are audited', async () => {
    await byKeys('Winnow: Audit Labels');
    const audit = await frameOf('Audit: kitchen');
    await audit.locator('.photo img').waitFor();
    await shot('keys-audit');
    const answered = (count) => audit.locator('.progress', { hasText: new RegExp(`^\\s*${count} of \\d+`) }).waitFor();
    await answered(0);
    for (let nth = 0; nth < 8; nth++) {
      await press(String((nth % 3) + 1));
      await answered(nth + 1);
    }
    await press('u');
    await answered(7);
    await press('?');
    await answered(8);
    // Without digits: Tab goes to the classes, the arrows from one to the next.
    await press('Tab', 'ArrowRight', 'Enter');
    await answered(9);
    await press('Enter');
    await answered(10);
    await shot('keys-audit-ten');
  });
};
