/** What the tests of the review look at. */

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Look, Opened } from './harness.js';
import type { Pages } from './startedHarness.js';

export const tile = (page: Page, index: number) => page.locator(`[data-index="${index}"]`);
export const focusedIndex = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['index']);
export const verdictOf = (page: Page, index: number) => tile(page, index).locator('.mark.is-verdict');
export const calls = async (page: Page, name: string): Promise<unknown[]> =>
  (await page.evaluate(() => window.winnowCalls)).filter((call) => call.name === name).map((call) => call.input);
export const status = (page: Page) => page.locator('footer [role=status]');
/** Everything on the screen that must not move: which photo lies where. */
export const places = (page: Page): Promise<string[]> =>
  page.locator('.grid-cell').evaluateAll((cells) =>
    cells
      .filter((cell) => cell.getBoundingClientRect().top < window.innerHeight)
      .map((cell) => {
        const { x, y } = cell.getBoundingClientRect();
        return `${cell.querySelector('.thumb')?.getAttribute('title') ?? ''} ${Math.round(x)} ${Math.round(y)}`;
      }),
  );
export const idOf = (index: number): string => index.toString(16).padStart(6, '0') + 'a'.repeat(58);

/** A review with the keyboard on its first photo; afterwards nothing has gone wrong in it. */
export const withReview = async (
  harness: Pages,
  look: Look,
  work: (opened: Opened) => Promise<void>,
): Promise<void> => {
  const opened = await harness.open('review', look);
  if (look.scenario?.rows !== 0) {
    await tile(opened.page, 0).locator('.thumb[title]').waitFor();
    await tile(opened.page, 0).click();
  }
  await work(opened);
  expect(opened.faults).toEqual([]);
  expect(await opened.page.evaluate(() => window.winnowTroubles)).toEqual([]);
  await harness.close(opened.page);
};
