import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { mustSkip, why } from './harness.js';
import { startedHarness } from './startedHarness.js';

const cell = (page: Page, row: number, column: number) =>
  page.locator(`.matrix [data-row="${row}"][data-column="${column}"]`);
const asked = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => window.winnowCalls.filter((call) => call.name === 'showCell').map((call) => call.input));

describe.skipIf(mustSkip)(`confusion matrix${why}`, () => {
  const harness = startedHarness();

  it('asks for exactly the photos of a cell, a row, a column or a confused pair', async () => {
    const { page, faults } = await harness.open('confusion');
    await cell(page, 0, 2).click();
    await cell(page, 1, -1).click();
    await cell(page, -1, 2).click();
    const pair = await page.locator('.most .link').first().textContent();
    await page.locator('.most .link').first().click();
    await page.waitForFunction(() => window.winnowCalls.filter((call) => call.name === 'showCell').length === 4);
    const [first, row, column, confused] = (await asked(page)) as { actual: string; predicted: string }[];
    expect(first).toEqual({ actual: 'cat', predicted: 'fox' });
    expect(row).toEqual({ actual: 'dog', predicted: null });
    expect(column).toEqual({ actual: null, predicted: 'fox' });
    expect(pair?.replaceAll(/\s+/g, ' ').trim()).toBe(
      `${confused?.actual ?? ''} taken for ${confused?.predicted ?? ''}`,
    );
    expect(await page.locator('.matrix tbody td').allTextContents()).toHaveLength(9);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('is walked with the arrows through 60 classes, headings in sight, one tab stop', async () => {
    const { page } = await harness.open('confusion', { scenario: { classes: 60 } });
    await cell(page, 0, 0).focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
    const at = await page.evaluate(() => {
      const { row, column } = (document.activeElement as HTMLElement).dataset;
      return `${row ?? ''} ${column ?? ''}`;
    });
    expect(at).toBe('58 58');
    expect(await page.locator('.matrix [tabindex="0"]').count()).toBe(1);
    const box = (await cell(page, 58, 58).boundingBox())!;
    const column = (await cell(page, -1, 58).boundingBox())!;
    const row = (await cell(page, 58, -1).boundingBox())!;
    expect(column.y + column.height).toBeLessThanOrEqual(box.y + 1);
    expect(row.x + row.width).toBeLessThanOrEqual(box.x + 1);
    expect(box.y + box.height).toBeLessThanOrEqual(800);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.winnowCalls.some((call) => call.name === 'showCell'));
    expect(await asked(page)).toEqual([{ actual: 'species 59', predicted: 'species 59' }]);
    await harness.close(page);
  });

  it('sorts the classes by any figure, unknown ones last, and tells how', async () => {
    const { page } = await harness.open('confusion');
    const labels = (): Promise<string[]> => page.locator('.classes tbody th').allTextContents();
    const heading = page.locator('.classes th', { hasText: 'Precision' });
    await heading.locator('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect((await labels()).at(-1)).toBe('dog');
    await heading.locator('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect((await labels()).at(-1)).toBe('dog');
    await harness.close(page);
  });

  it('shows names as text, whatever they are', async () => {
    const { page, faults } = await harness.open('confusion', { scenario: { classes: 'hostile' } });
    await cell(page, 0, 0).waitFor();
    expect(await cell(page, 0, -1).textContent()).toContain('<img src=x onerror=');
    expect(await page.evaluate(() => 'winnowPwned' in window)).toBe(false);
    expect(await page.locator('img').count()).toBe(0);
    expect(faults).toEqual([]);
    await harness.close(page);
  });
});
