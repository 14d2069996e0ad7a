import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { violations } from './accessibility.js';
import { dropMany } from './dropMany.js';
import { mustSkip, why } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { shoot } from './shots.js';

describe.skipIf(mustSkip)(`table of the prediction pane${why}`, () => {
  const harness = startedHarness();

  it('many answers are a table that sorts by each column, rows without an answer last', async () => {
    // So high that all rows are in sight.
    const { page, faults } = await harness.open('prediction', { scenario: { classes: 3 }, height: 1600 });
    await dropMany(page, 30);
    const rows = page.locator('table.answers tbody tr');
    await rows.nth(33).waitFor();
    expect(await page.locator('.notice', { hasText: 'another kind' }).count()).toBe(1);
    expect(await page.locator('.summary li').count()).toBe(3);
    const column = (n: number): Promise<string[]> =>
      rows.evaluateAll((all, at) => all.map((row) => row.children[at]?.textContent.trim() ?? ''), n);
    const figures = async (): Promise<number[]> => (await column(4)).filter((text) => text !== '').map(parseFloat);
    await page.locator('thead button', { hasText: 'Difference' }).click();
    const descending = await figures();
    expect(descending).toEqual([...descending].sort((a, b) => b - a));
    expect(descending).toHaveLength(32);
    expect((await column(1)).slice(-2).sort()).toEqual([
      'Looking…',
      'The file ends in the middle. Nothing was changed; copy it again from where it came from.',
    ]);
    await page.locator('thead button', { hasText: 'Difference' }).click();
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    expect(await figures()).toEqual(descending.toReversed());
    await page.locator('thead button', { hasText: 'Picture' }).click();
    const names = await column(0);
    expect(names.indexOf('file:///photos/2.jpg')).toBeLessThan(names.indexOf('file:///photos/10.jpg'));
    await page.locator('thead button', { hasText: 'Certainty' }).click();
    expect((await column(3))[0]).toBe('Never seen');
    await rows.first().locator('td button').click();
    await page.locator('vscode-button', { hasText: 'CSV' }).click();
    await page.locator('vscode-button', { hasText: 'Cards' }).click();
    await page.locator('.card').nth(33).waitFor();
    const calls = await page.evaluate(() => window.winnowCalls.map(({ name }) => name));
    expect(calls.slice(2).filter((name) => name !== 'illustrate')).toEqual(['addToDataset', 'save']);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  describe('of a thousand answers', () => {
    let page: Page;
    let faults: readonly string[];
    const rows = () => page.locator('table.answers tbody tr');
    const rowCount = () => page.locator('table.answers').getAttribute('aria-rowcount');
    /** Place in the list, from 1, and words of the row or the control that has the keyboard. */
    const held = () =>
      page.evaluate(() => {
        const { activeElement } = document;
        const row = activeElement?.closest('tbody tr');
        const at = row ? Number(row.getAttribute('aria-rowindex')) - 1 : null;
        return { at, control: activeElement === row ? 'row' : (activeElement?.getAttribute('title') ?? 'name') };
      });
    /** Whether what has the keyboard is wholly in sight, below the headings. */
    const isSeen = () =>
      page.evaluate(() => {
        const [one, main, head] = [
          document.activeElement!,
          document.querySelector('main')!,
          document.querySelector('thead')!,
        ].map((element) => element.getBoundingClientRect());
        return one!.top >= head!.bottom - 1 && one!.bottom <= main!.bottom + 1;
      });
    beforeEach(async () => {
      ({ page, faults } = await harness.open('prediction', { scenario: { classes: 3 } }));
      await dropMany(page, 1000);
      await page.locator('table.answers[aria-rowcount="1005"]').waitFor();
    });
    afterEach(async () => {
      expect(faults).toEqual([]);
      await harness.close(page);
    });

    it('only those in sight exist, and of a change only what changed is drawn', async () => {
      // Whatever the height of a row: a window of 800 px holds no more.
      expect(await rows().count()).toBeLessThan(60);
      expect(await rows().count()).toBeGreaterThan(20);
      // The one that still waits came first, and stands last but three.
      await page.locator('main').evaluate((main) => (main.scrollTop = main.scrollHeight));
      await rows().filter({ hasText: 'holiday.jpg' }).waitFor();
      const touched = await page.evaluate(async () => {
        const body = document.querySelector('table.answers tbody')!;
        const touchedRows = new Set<Element>();
        const observer = new MutationObserver((records) => {
          for (const { target } of records) {
            const element = target instanceof Element ? target : target.parentElement;
            const row = element?.closest('tr');
            if (row) touchedRows.add(row);
          }
        });
        observer.observe(body, { subtree: true, childList: true, attributes: true, characterData: true });
        const told = new Promise<void>((resolve) => {
          const footer = new MutationObserver(() => resolve());
          footer.observe(document.querySelector('footer')!, { subtree: true, childList: true, characterData: true });
        });
        window.winnowAnswer('c9', 'zebra');
        await told;
        return [...touchedRows].map((row) => row.querySelector('th')?.textContent.trim());
      });
      expect(touched).toEqual(['holiday.jpg']);
      expect(await rows().filter({ hasText: 'zebra' }).count()).toBe(1);
      expect(await rowCount()).toBe('1005');
      await shoot(page, 'prediction-table-thousand');
      expect(await violations(page)).toEqual([]);
    });

    it('the keyboard goes from row to row, to the ends, and by Tab through every control on its way', async () => {
      await page.locator('thead button').last().focus();
      await page.keyboard.press('Tab');
      expect(await held()).toMatchObject({ at: 1 });
      await page.keyboard.press('End');
      expect(await held()).toMatchObject({ at: 1004 });
      expect(await isSeen()).toBe(true);
      await page.keyboard.press('PageUp');
      const { at } = await held();
      expect(at).toBeLessThan(1000);
      expect(await isSeen()).toBe(true);
      await page.keyboard.press('ArrowUp');
      expect((await held()).at).toBe(at! - 1);
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      expect((await held()).at).toBe(2);
      // Through two screens, one control after the other: none is left out, none is out of sight.
      const seen = new Set<number | null>();
      for (let press = 0; press < 60; press++) {
        await page.keyboard.press('Tab');
        seen.add((await held()).at);
      }
      const places = [...seen].map(Number);
      expect(places).toEqual(places.map((_, i) => places[0]! + i));
      expect(places.length).toBeGreaterThan(25);
      expect(await isSeen()).toBe(true);
      expect(await rows().count()).toBeLessThan(80);
    });

    it('what has the keyboard keeps it while the view is elsewhere and the order is turned round', async () => {
      await rows().nth(3).locator('button').last().focus();
      const before = await held();
      await page.locator('main').evaluate((main) => (main.scrollTop = 12_000));
      await expect.poll(() => rows().last().getAttribute('aria-rowindex').then(Number)).toBeGreaterThan(400);
      expect(await held()).toEqual(before);
      await page.locator('thead button', { hasText: 'Picture' }).evaluate((button: HTMLElement) => button.click());
      await page.locator('th[aria-sort]').waitFor();
      await expect.poll(held).toMatchObject({ control: before.control });
      expect((await held()).at).not.toBe(before.at);
    });
  });
});
