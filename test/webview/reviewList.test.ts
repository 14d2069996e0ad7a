import { describe, expect, it } from 'vitest';
import { mustSkip, why, type Look, type Opened } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { calls, focusedIndex, idOf, places, status, tile, verdictOf, withReview } from './reviewOnScreen.js';

describe.skipIf(mustSkip)(`list of the review${why}`, () => {
  const harness = startedHarness();

  const withPage = (look: Look, work: (opened: Opened) => Promise<void>): Promise<void> =>
    withReview(harness, look, work);

  it('filters by what a list says, and leaves keys to the list that has the focus', () =>
    withPage({}, async ({ page }) => {
      const list = page.locator('vscode-dropdown[aria-label="Class"]');
      await list.focus();
      await page.keyboard.press('k');
      await page.keyboard.press('x');
      expect(await calls(page, 'decide')).toEqual([]);
      await list.click();
      await list.locator('vscode-option', { hasText: 'dog' }).click();
      await page.waitForFunction(() => window.winnowCalls.some((call) => call.name === 'setFilter'));
      expect(await calls(page, 'setFilter')).toMatchObject([{ filter: { label: 'dog', show: 'all' } }]);
      await page.locator('.quiet', { hasText: 'of 66 photos' }).waitFor();
      expect(await list.evaluate((element) => (element as unknown as { value: string }).value)).toBe('=dog');
    }));

  it('offers to clear a filter that nothing passes', () =>
    withPage({}, async ({ page }) => {
      await page.locator('vscode-dropdown[aria-label="Show"]').click();
      await page.locator('vscode-option', { hasText: 'Set aside or trashed' }).click();
      await page.locator('vscode-button', { hasText: 'Clear filter' }).click();
      await tile(page, 0).locator('.thumb[title]').waitFor();
    }));

  it('keeps fewer than 200 tiles in the document at 5,000 and at 100,000, and reaches the last', async () => {
    for (const rows of [5_000, 100_000]) {
      await withPage({ scenario: { rows } }, async ({ page }) => {
        await page.keyboard.press('Control+End');
        await tile(page, rows - 1)
          .locator('.thumb[title]')
          .waitFor();
        expect(await focusedIndex(page)).toBe(String(rows - 1));
        expect(await page.locator('.grid-cell').count()).toBeLessThan(200);
        await page.locator('.grid').evaluate((grid) => {
          grid.scrollTop = grid.scrollHeight / 2;
        });
        await page.locator('.grid-cell:not(.is-waiting)').nth(20).waitFor();
        expect(await page.locator('.grid-cell').count()).toBeLessThan(200);
        // The focused photo stays in the document, far above or below the view.
        expect(await focusedIndex(page)).toBe(String(rows - 1));
        await page.keyboard.press('PageUp');
        const box = await tile(page, Number(await focusedIndex(page))).boundingBox();
        expect(box && box.y > 0 && box.y < 800).toBe(true);
      });
    }
  });

  it('goes back to filter, place and focus when the page is born again', () =>
    withPage({ scenario: { rows: 5_000 } }, async ({ page }) => {
      for (let i = 0; i < 8; i++) await page.keyboard.press('PageDown');
      const index = await focusedIndex(page);
      await tile(page, Number(index)).locator('.thumb[title]').waitFor();
      await page.evaluate(() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))));
      const before = await places(page);
      await page.reload();
      await page.locator(`[data-index="${index ?? ''}"][tabindex="0"] .thumb[title]`).waitFor();
      expect(await places(page)).toEqual(before);
    }));

  it('keeps what is selected when the page is born again: some, all, or nothing after a decision', () =>
    withPage({ scenario: { rows: 1_000 } }, async ({ page }) => {
      const selected = page.locator('.grid-cell[aria-selected="true"]');
      const again = async (): Promise<void> => {
        await page.reload();
        await tile(page, 0).locator('.thumb[title]').waitFor();
      };
      for (const at of [1, 3, 4]) await tile(page, at).click({ modifiers: ['Control'] });
      await page.locator('footer', { hasText: '3 selected' }).waitFor();
      await again();
      await page.locator('footer', { hasText: '3 selected' }).waitFor();
      expect(await selected.evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-index')))).toEqual([
        '1',
        '3',
        '4',
      ]);
      await page.keyboard.press('2');
      await verdictOf(page, 3).waitFor();
      expect(await calls(page, 'decide')).toMatchObject([{ ids: [idOf(1), idOf(3), idOf(4)] }]);
      await again();
      await page.locator('footer', { hasText: 'of 1,000' }).waitFor();
      expect(await selected.count()).toBe(0);
      // More than are kept by id.
      await page.keyboard.press('Control+a');
      await page.locator('footer', { hasText: '1,000 selected' }).waitFor();
      await again();
      await page.locator('footer', { hasText: '1,000 selected' }).waitFor();
      await page.keyboard.press('Escape');
      await again();
      expect(await page.locator('footer').textContent()).not.toContain('selected');
    }));

  it('shows names as text, whatever they are', () =>
    withPage({ scenario: { classes: 'hostile' } }, async ({ page }) => {
      await page.keyboard.press('2');
      await verdictOf(page, 0).waitFor();
      await page.keyboard.press('l');
      await page.locator('dialog.picker li').first().waitFor();
      const shown = await page.locator('dialog.picker li').allTextContents();
      expect(shown.map((text) => text.trim())).toContain('<img src=x onerror="window.winnowPwned=1">');
      await page.keyboard.press('Escape');
      expect(await page.evaluate(() => 'winnowPwned' in window)).toBe(false);
      expect(await page.locator('img:not([src*="/thumb/"])').count()).toBe(0);
    }));

  it('refuses decisions in a folder that cannot be written, and says why', () =>
    withPage({ scenario: { readOnly: true } }, async ({ page }) => {
      await page.keyboard.press('2');
      await status(page).getByText('cannot be written').waitFor();
      await page.keyboard.press('x');
      expect(await page.locator('dialog').count()).toBe(0);
      expect(await calls(page, 'decide')).toEqual([]);
    }));

  it('puts thumbnails in as they come, shows a revealed photo, and reads nothing that has another shape', () =>
    withPage({ scenario: { rows: 400 } }, async ({ page }) => {
      expect(await tile(page, 16).locator('img').count()).toBe(0);
      const id = idOf(16);
      await page.evaluate(
        (id) => window.winnowPush('thumbs', { uris: [{ id, uri: `${location.origin}/thumb/3.png` }] }),
        id,
      );
      await tile(page, 16).locator('img').waitFor();
      await page.evaluate((id) => window.winnowPush('reveal', { id, index: 300, why: false }), idOf(300));
      await tile(page, 300).locator('.thumb[title]').waitFor();
      expect(await focusedIndex(page)).toBe('300');
      await page.evaluate(() => window.winnowPush('changed', { snapshot: { version: 99, total: 'many' } }));
      await page.locator('.notice.is-error', { hasText: 'cannot read' }).waitFor();
      await page.evaluate(() => {
        window.winnowRaw({ t: 'nonsense' });
        window.winnowRaw(null);
      });
      expect(await page.locator('footer').textContent()).toContain('of 400');
    }));
});
