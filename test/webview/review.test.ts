import { describe, expect, it } from 'vitest';
import { mustSkip, why, type Look, type Opened } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { calls, focusedIndex, idOf, places, status, tile, verdictOf, withReview } from './reviewOnScreen.js';

describe.skipIf(mustSkip)(`review by keyboard${why}`, () => {
  const harness = startedHarness();

  const withPage = (look: Look, work: (opened: Opened) => Promise<void>): Promise<void> =>
    withReview(harness, look, work);

  it('relabels, accepts, keeps, sets aside and trashes; the focus goes to the next undecided; nothing on the screen moves', () =>
    withPage({}, async ({ page }) => {
      const before = await places(page);
      await page.keyboard.press('2');
      await verdictOf(page, 0).getByText('Relabelled').waitFor();
      expect(await tile(page, 0).locator('.is-label .value').textContent()).toBe('cat → dog');
      expect(await focusedIndex(page)).toBe('1');
      await page.keyboard.press('Enter');
      await page.keyboard.press('k');
      await page.keyboard.press('s');
      await page.keyboard.press('x');
      await page.locator('dialog.trash[open]').waitFor();
      await page.keyboard.press('Enter');
      await verdictOf(page, 4).getByText('Trashed').waitFor();
      expect(await verdictOf(page, 1).textContent()).toContain('Relabelled');
      expect(await verdictOf(page, 2).textContent()).toContain('Kept');
      expect(await verdictOf(page, 3).textContent()).toContain('Set aside');
      expect(await focusedIndex(page)).toBe('5');
      expect(await places(page)).toEqual(before);
      expect((await calls(page, 'decide')).map((input) => (input as { action: unknown }).action)).toEqual([
        { kind: 'relabel', to: 'dog' },
        { kind: 'accept' },
        { kind: 'keep' },
        { kind: 'set-aside' },
        { kind: 'trash', as: 'ours' },
      ]);
      const { lastVisible } = (await calls(page, 'decide'))[0] as { lastVisible: number };
      expect(lastVisible).toBe(before.length - 1);
    }));

  it('says what was done, undoes it with the focus on the photo, and does it again', () =>
    withPage({}, async ({ page }) => {
      await page.keyboard.press('k');
      await status(page).getByText('Done: keep. Undo: z').waitFor();
      await page.keyboard.press('z');
      await status(page).getByText('Undone').waitFor();
      await verdictOf(page, 0).waitFor({ state: 'detached' });
      expect(await focusedIndex(page)).toBe('0');
      await page.keyboard.press('Shift+Z');
      await verdictOf(page, 0).getByText('Kept').waitFor();
      await page.keyboard.press('z');
      await verdictOf(page, 0).waitFor({ state: 'detached' });
      await page.keyboard.press('y');
      await verdictOf(page, 0).getByText('Kept').waitFor();
    }));

  it('decides a Shift-range at once, and photos picked one by one', () =>
    withPage({}, async ({ page }) => {
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowRight');
      await page.locator('.grid-cell[aria-selected="true"]').nth(2).waitFor();
      await page.keyboard.press('3');
      await verdictOf(page, 2).waitFor();
      expect((await calls(page, 'decide'))[0]).toMatchObject({ ids: [0, 1, 2].map(idOf), action: { to: 'fox' } });
      expect(await focusedIndex(page)).toBe('3');
      expect(await page.locator('.grid-cell[aria-selected="true"]').count()).toBe(0);
      await page.keyboard.press('Control+Space');
      await page.keyboard.press('Control+ArrowRight');
      await page.keyboard.press('Control+ArrowRight');
      await page.keyboard.press('Control+Space');
      await page.keyboard.press('k');
      await verdictOf(page, 5).waitFor();
      expect((await calls(page, 'decide'))[1]).toMatchObject({ ids: [idOf(3), idOf(5)] });
      await tile(page, 6).click();
      await tile(page, 8).click({ modifiers: ['Shift'] });
      await page.locator('.grid-cell[aria-selected="true"]').nth(2).waitFor();
      expect(await page.locator('.grid-cell[aria-selected="true"]').count()).toBe(3);
      await page.keyboard.press('Escape');
      await page.locator('.grid-cell[aria-selected="true"]').first().waitFor({ state: 'detached' });
    }));

  it('selects what the filter shows, asks before it decides on many, and decides on exactly those', () =>
    withPage({ scenario: { rows: 5_000 } }, async ({ page }) => {
      await page.keyboard.press('Control+a');
      await status(page).getByText('5,000 photos selected').waitFor();
      await page.locator('footer', { hasText: '5,000 selected' }).waitFor();
      await tile(page, 2).click({ modifiers: ['Control'] });
      await page.locator('footer', { hasText: '4,999 selected' }).waitFor();
      await page.keyboard.press('2');
      await page.locator('dialog.confirm', { hasText: 'Relabel 4,999 photos to dog?' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await calls(page, 'decide')).toEqual([]);
      await page.keyboard.press('2');
      await page.locator('dialog.confirm[open]').waitFor();
      await page.keyboard.press('Enter');
      await verdictOf(page, 0).getByText('Relabelled').waitFor();
      const [decided] = (await calls(page, 'decide')) as { ids: string[] }[];
      expect(decided?.ids).toHaveLength(4_999);
      expect(decided?.ids).not.toContain(idOf(2));
      await page.keyboard.press('u');
      await verdictOf(page, 0).waitFor({ state: 'detached' });
      await page.keyboard.press('Shift+U');
      await verdictOf(page, 0).getByText('Relabelled').waitFor();
    }));

  it('selects a range far beyond what was pulled', () =>
    withPage({ scenario: { rows: 5_000 } }, async ({ page }) => {
      await tile(page, 3).click();
      await page.locator('.grid').evaluate((grid) => {
        grid.scrollTop = grid.scrollHeight;
      });
      await tile(page, 4_999).click({ modifiers: ['Shift'] });
      await page.locator('footer', { hasText: '4,997 selected' }).waitFor();
      await page.keyboard.press('Escape');
    }));

  it('takes quick keys one after the other and marks nothing before it is saved', () =>
    withPage({ scenario: { isSlow: true } }, async ({ page }) => {
      await page.keyboard.press('1');
      await page.keyboard.press('2');
      expect(await focusedIndex(page)).toBe('2');
      await verdictOf(page, 1).getByText('Saving').waitFor();
      expect(await verdictOf(page, 0).textContent()).toContain('Saving');
      await page.evaluate(() => window.dispatchEvent(new Event('winnow-go')));
      await verdictOf(page, 0).getByText('Relabelled').waitFor();
      expect(await verdictOf(page, 1).textContent()).toContain('Saving');
    }));

  it('picks a class by typing, makes a new one, and gives the focus back', () =>
    withPage({ scenario: { classes: 60 } }, async ({ page }) => {
      await page.keyboard.press('l');
      await page.keyboard.type('37');
      await page.locator('#picker-row-0', { hasText: 'species 37' }).waitFor();
      await page.keyboard.press('Enter');
      await verdictOf(page, 0).waitFor();
      expect(await focusedIndex(page)).toBe('1');
      await page.keyboard.press('l');
      await page.keyboard.type('k1z');
      await page.keyboard.press('Enter');
      await verdictOf(page, 1).waitFor();
      expect((await calls(page, 'decide')).map((input) => (input as { action: unknown }).action)).toEqual([
        { kind: 'relabel', to: 'species 37' },
        { kind: 'relabel', to: 'k1z' },
      ]);
      await page.keyboard.press('l');
      await page.keyboard.type('a/b');
      await page.keyboard.press('Enter');
      await page.locator('dialog.picker .trouble', { hasText: 'cannot contain' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await focusedIndex(page)).toBe('2');
      expect(await calls(page, 'decide')).toHaveLength(2);
    }));

  it('trashes as foreign when that is chosen, and not at all on Escape', () =>
    withPage({}, async ({ page }) => {
      await page.keyboard.press('x');
      await page.locator('dialog.trash[open]').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await focusedIndex(page)).toBe('0');
      await page.keyboard.press('x');
      await page.locator('dialog.trash[open]').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await verdictOf(page, 0).waitFor();
      expect(await calls(page, 'decide')).toMatchObject([{ action: { kind: 'trash', as: 'foreign' } }]);
    }));

  it('looks closer with Space, moves there, decides there, and comes back to the photo', () =>
    withPage({}, async ({ page }) => {
      await page.keyboard.press('Space');
      await page.locator('dialog.peek img').waitFor();
      await page.keyboard.press('ArrowRight');
      await page.locator('dialog.peek h2', { hasText: 'IMG_00001' }).waitFor();
      await page.keyboard.press('k');
      await page.locator('dialog.peek h2', { hasText: 'IMG_00002' }).waitFor();
      expect(await page.locator('dialog.peek').textContent()).not.toMatch(/^(?!.*Details).*out-of-fold/is);
      await page.keyboard.press('Space');
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await focusedIndex(page)).toBe('2');
      await page.keyboard.press('o');
      await page.waitForFunction(() => window.winnowCalls.some((call) => call.name === 'openFile'));
      expect(await calls(page, 'openFile')).toEqual([{ id: idOf(2) }]);
    }));

  it('opens a photo with its reasons when the Explorer asks why', () =>
    withPage({ scenario: { rows: 400 } }, async ({ page }) => {
      await page.evaluate((id) => window.winnowPush('reveal', { id, index: 303, why: true }), idOf(303));
      await page.locator('dialog.evidence', { hasText: 'IMG_00303' }).waitFor();
      await page.evaluate((id) => window.winnowPush('reveal', { id, index: 3, why: true }), idOf(3));
      await page.locator('dialog.evidence li', { hasText: 'it looks like' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await focusedIndex(page)).toBe('3');
    }));

  it('sorts again on r, when the pill says that photos moved up', () =>
    withPage({}, async ({ page }) => {
      await page.keyboard.press('k');
      await page.locator('.pill', { hasText: '4 moved up' }).waitFor();
      await page.keyboard.press('r');
      await page.locator('.pill').waitFor({ state: 'detached' });
      expect(await calls(page, 'resort')).toHaveLength(1);
      expect(await focusedIndex(page)).toBe('0');
    }));
});
