import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ReviewFilter } from '../../src/protocol/review.js';
import { mustSkip, why, type Look, type Opened } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { shoot } from './shots.js';

const tile = (page: Page, index: number) => page.locator(`[data-index="${index}"]`);
const wanted = async (page: Page): Promise<ReviewFilter[]> =>
  (await page.evaluate(() => window.winnowCalls))
    .filter((call) => call.name === 'setFilter')
    .map((call) => (call.input as { filter: ReviewFilter }).filter);
const position = (page: Page) => page.locator('footer .quiet');
const choose = async (page: Page, list: string, text: string): Promise<void> => {
  const dropdown = page.locator(`vscode-dropdown[aria-label="${list}"]`);
  await dropdown.click();
  await dropdown.locator('vscode-option', { hasText: text }).first().click();
};

describe.skipIf(mustSkip)(`filters and views of the review${why}`, () => {
  const harness = startedHarness();
  const withPage = async (work: (opened: Opened) => Promise<void>, look: Look = {}): Promise<void> => {
    const opened = await harness.open('review', look);
    await tile(opened.page, 0).locator('.thumb[title]').waitFor();
    await tile(opened.page, 0).click();
    await work(opened);
    expect(opened.faults).toEqual([]);
    expect(await opened.page.evaluate(() => window.winnowTroubles)).toEqual([]);
    await harness.close(opened.page);
  };

  it('finds by words from the keyboard, never taking a letter for a decision, and clears', () =>
    withPage(async ({ page }) => {
      await page.keyboard.press('/');
      await page.keyboard.type('IMG_0001 fox/');
      await position(page).getByText('of 3 photos').waitFor();
      expect((await wanted(page)).at(-1)).toMatchObject({ text: 'IMG_0001 fox/' });
      expect(await page.locator('.in-words').textContent()).toBe('3 photos: with “IMG_0001 fox/”');
      expect((await page.evaluate(() => window.winnowCalls)).some((call) => call.name === 'decide')).toBe(false);
      await page.keyboard.press('Enter');
      await page.keyboard.press('k');
      await page.locator('.mark.is-verdict', { hasText: 'Kept' }).waitFor();
      await page.keyboard.press('c');
      await position(page).getByText('of 200 photos').waitFor();
      expect(await page.locator('.find').inputValue()).toBe('');
      await page.keyboard.press('/');
      await page.keyboard.type('zebra');
      await page.locator('.notice', { hasText: 'No photo passes this filter' }).waitFor();
      await page.keyboard.press('Escape');
      await position(page).getByText('of 200 photos').waitFor();
    }));

  it('lists the same when the page is born again, though no photo passes', () =>
    withPage(async ({ page }) => {
      await choose(page, 'Class', 'dog');
      await page.locator('.in-words', { hasText: 'dog' }).waitFor();
      await page.locator('.find').fill('zebra');
      await page.locator('.notice', { hasText: 'No photo passes this filter' }).waitFor();
      const sentence = await page.locator('.in-words').textContent();
      await page.reload();
      await page.locator('.notice', { hasText: 'No photo passes this filter' }).waitFor();
      expect(await page.locator('.in-words').textContent()).toBe(sentence);
      expect(await page.locator('.find').inputValue()).toBe('zebra');
    }));

  it('takes the keyboard along when the list changes: what has the focus is what the next key is about', () =>
    withPage(async ({ page }) => {
      const held = () => page.evaluate(() => document.activeElement?.getAttribute('data-index'));
      await page.keyboard.press('/');
      await page.keyboard.type('fox');
      await page.locator('.in-words', { hasText: 'with “fox”' }).waitFor();
      // Typing goes on, whatever the list does.
      expect(await page.evaluate(() => document.activeElement?.classList.contains('find'))).toBe(true);
      await page.keyboard.press('Enter');
      for (let at = 0; at < 3; at++) await page.keyboard.press('ArrowRight');
      expect(await held()).toBe('3');
      await page.keyboard.press('c');
      await position(page).getByText('1 of 200 photos').waitFor();
      expect(await held()).toBe('0');
      // Back to the photos before the answer has come: the photo that had the keyboard is not in the list any more.
      await page.keyboard.press('Control+End');
      await page.keyboard.press('/');
      await page.locator('.find').evaluate((find: HTMLInputElement) => {
        find.value = 'fox';
        find.dispatchEvent(new InputEvent('input', { bubbles: true }));
        find.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      });
      await page.locator('.in-words', { hasText: 'with “fox”' }).waitFor();
      await position(page)
        .getByText(/^1 of \d+ photos$/)
        .waitFor();
      expect(await held()).toBe('0');
    }));

  it('combines filters, says them in words, and keeps them as a view that can be taken and forgotten', () =>
    withPage(async ({ page }) => {
      await choose(page, 'Class', 'dog');
      await choose(page, 'Split', 'validation');
      await choose(page, 'Source', 'source not known');
      await page.locator('.in-words', { hasText: 'labelled dog, in validation, of no known source' }).waitFor();
      expect((await wanted(page)).at(-1)).toMatchObject({ label: 'dog', split: 'valid', source: '' });
      const total = await position(page).textContent();
      await page.getByRole('button', { name: 'Save view…' }).click();
      await page.keyboard.type('dogs to check');
      await page.keyboard.press('Enter');
      await page.locator('footer [role=status]', { hasText: 'Saved as “dogs to check”' }).waitFor();
      await choose(page, 'View', 'Everything');
      await position(page).getByText('of 200 photos').waitFor();
      await choose(page, 'View', 'dogs to check');
      await position(page)
        .getByText(total ?? '')
        .waitFor();
      await page.getByRole('button', { name: 'Forget view' }).click();
      await page.getByRole('button', { name: 'Save view…' }).waitFor();
    }));

  it('says in a closed list the number that the open one says', () =>
    withPage(async ({ page }) => {
      const list = page.locator('vscode-dropdown[aria-label="View"]');
      await choose(page, 'View', 'Undecided');
      // A key before the list has come is about the photo of the list before, and the keyboard goes to the first one after.
      await page.locator('.in-words', { hasText: 'undecided' }).waitFor();
      await tile(page, 0).locator('.thumb[title]').waitFor();
      const number = async (): Promise<number> =>
        Number(/\((\d+)\)/.exec(await list.locator('[part=selected-value]').innerText())?.[1]);
      const before = await number();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      for (let at = 1; at <= 3; at++) {
        await page.keyboard.press('k');
        await list.locator('vscode-option', { hasText: `Undecided (${before - at})` }).waitFor({ state: 'attached' });
        await list
          .locator('[part=selected-value]', { hasText: `Undecided (${before - at})` })
          .waitFor({ timeout: 5_000 });
      }
    }));

  it('says what was chosen while the answer is on its way, though the page is drawn again meanwhile', () =>
    withPage(
      async ({ page }) => {
        const list = page.locator('vscode-dropdown[aria-label="View"]');
        await choose(page, 'View', 'Duplicates');
        await page.evaluate(async () => {
          window.winnowPush('thumbs', { uris: [] });
          for (let frame = 0; frame < 4; frame++) await new Promise((drawn) => requestAnimationFrame(drawn));
        });
        expect(await list.locator('[part=selected-value]').innerText()).toContain('Duplicates');
        expect(await page.locator('.in-words').textContent()).toContain('Everything');
        await page.evaluate(() => window.dispatchEvent(new Event('winnow-go')));
        await page.locator('.in-words', { hasText: 'duplicates' }).waitFor();
      },
      { scenario: { isSlow: true } },
    ));

  it('leaves an open list where the keys have brought it, though the page is drawn again meanwhile', () =>
    withPage(async ({ page }) => {
      const list = page.locator('vscode-dropdown[aria-label="View"]');
      await list.focus();
      await page.keyboard.press('Space');
      const names = await list.locator('vscode-option').allInnerTexts();
      for (const key of ['Home', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
      // As when thumbnails come: everything is drawn again, then two frames pass.
      await page.evaluate(async () => {
        window.winnowPush('thumbs', { uris: [] });
        for (let frame = 0; frame < 4; frame++) await new Promise((drawn) => requestAnimationFrame(drawn));
      });
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await list.locator('[part=selected-value]', { hasText: names[3]!.trim() }).waitFor({ timeout: 5_000 });
    }));

  it('lays duplicates beside each other under a heading, and follows the threshold by keyboard', () =>
    withPage(async ({ page }) => {
      await choose(page, 'View', 'Duplicates');
      await tile(page, 0).locator('.band', { hasText: '3 alike: keep this' }).waitFor();
      expect(await tile(page, 1).locator('.band').textContent()).toBe('same picture');
      expect(await tile(page, 1).getAttribute('aria-label')).toContain('one of 3 alike');
      await shoot(page, 'review-duplicates');
      const slider = page.locator('#alike-bits');
      expect(await slider.getAttribute('aria-valuetext')).toBe('6 bits of 64: 12 pairs in 8 groups');
      await slider.focus();
      for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
      await page.locator('.threshold .said', { hasText: '2 bits of 64: 4 pairs in 3 groups' }).waitFor();
      expect((await wanted(page)).at(-1)).toMatchObject({ alikeBits: 2, kind: 'duplicates' });
      await page.getByRole('button', { name: '10 bits of 64: 90 pairs in 31 groups' }).click();
      await page.locator('.in-words', { hasText: 'alike up to 10 bits' }).waitFor();
    }));

  it('lays confused pairs together under their names', () =>
    withPage(async ({ page }) => {
      await choose(page, 'Order', 'Confused pairs together');
      await tile(page, 0).locator('.band').waitFor();
      expect(await tile(page, 0).locator('.band').textContent()).toMatch(/^\w+ → \w+: \d+$/);
      await shoot(page, 'review-pairs');
    }));
});
