import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { violations } from './accessibility.js';
import { dress, mustSkip, surfaces, why, type Look, type Surface } from './harness.js';
import { startedHarness } from './startedHarness.js';
import type { Scenario } from './scenario.js';
import { shoot } from './shots.js';
import { themes } from './themes.js';

/** What the page shows once it is at rest. */
const settled: Readonly<Record<Surface, string>> = {
  review: '.thumb img',
  confusion: '.matrix td button',
  prediction: '.card .classes',
  audit: '.photo img',
  health: '.classes tbody tr',
  training: '.past table',
  augment: '.varied img',
  map: '.legend .entry',
};

describe.skipIf(mustSkip)(`how the pages look${why}`, () => {
  const harness = startedHarness();

  const looks = async (
    name: string,
    surface: Surface,
    look: Look,
    prepare: (page: Page) => Promise<void>,
    isChecked = true,
  ): Promise<void> => {
    const { page, faults } = await harness.open(surface, look);
    await prepare(page);
    await shoot(page, name);
    if (isChecked) expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await harness.close(page);
  };

  for (const surface of surfaces) {
    it(`${surface} in each theme: no accessibility violation, no policy violation`, async () => {
      const { page, faults } = await harness.open(surface, { theme: themes[0] });
      await page.locator(settled[surface]).first().waitFor();
      if (surface === 'review') {
        await page.locator('[data-index="0"]').focus();
        await page.keyboard.press('2');
        await page.keyboard.press('k');
        await page.locator('.mark.is-verdict', { hasText: 'Kept' }).waitFor();
      }
      for (const theme of themes) {
        await dress(page, theme);
        await shoot(page, `${surface}-${theme}`);
        expect(await violations(page), theme).toEqual([]);
      }
      expect(faults).toEqual([]);
      await harness.close(page);
    });
    it(`${surface} at 420 px, with long names`, async () => {
      await looks(`${surface}-narrow`, surface, { width: 420, scenario: { classes: 'long' } }, async (page) => {
        await page.locator(settled[surface]).first().waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
      });
    });
    it(`${surface} with 60 classes`, async () => {
      const prepare = async (page: Page): Promise<void> => {
        await page.locator(settled[surface]).first().waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1100);
      };
      // axe takes half a minute for 3,600 cells that are all made alike.
      await looks(
        `${surface}-60`,
        surface,
        { theme: 'light', scenario: { classes: 60 } },
        prepare,
        surface !== 'confusion',
      );
    });
  }

  it('a text that a theme leaves too pale is a violation', async () => {
    const { page } = await harness.open('confusion', { theme: 'dark' });
    await page.locator(settled.confusion).first().waitFor();
    await dress(page, 'light');
    await page.evaluate(() => {
      document.documentElement.style.setProperty('--vscode-foreground', '#f0f0f0');
    });
    expect((await violations(page)).join()).toContain('color-contrast');
    await harness.close(page);
  });

  it.each([
    ['dark', 1100],
    ['high-contrast-light', 1100],
    ['light', 420],
    ['high-contrast', 420],
    // The pane of 420 px at 200 %.
    ['dark', 210],
  ] as const)('many predictions as a table in %s at %i px', async (theme, width) => {
    const look: Look = {
      theme,
      width,
      height: width < 400 ? 400 : 800,
      scenario: { classes: width < 1000 ? 'long' : 3 },
    };
    await looks(`prediction-table-${theme}-${String(width)}`, 'prediction', look, async (page) => {
      await page.locator(settled.prediction).first().waitFor();
      await page.locator('vscode-button', { hasText: 'Table' }).click();
      await page.locator('table.answers tbody tr').nth(3).waitFor();
      for (const heading of ['Certainty', 'Difference', 'Prediction', 'Probability']) {
        const button = page.locator('thead button', { hasText: heading });
        await button.click();
        // The arrow beside it included.
        expect(await button.evaluate((one) => one.scrollWidth - one.clientWidth), heading).toBe(0);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  });

  const empty: readonly (readonly [Surface, Partial<Scenario>, string])[] = [
    ['review', { rows: 0, state: 'no-run' }, 'Train'],
    ['review', { rows: 0 }, 'no photos'],
    ['review', { rows: 0, state: 'busy' }, 'Working'],
    ['review', { state: 'stale' }, 'Train again'],
    ['review', { rows: 0, state: 'error' }, 'The engine stopped'],
    ['review', { readOnly: true }, 'cannot be written'],
    ['confusion', { rows: 0, state: 'no-run' }, 'Train'],
    ['confusion', { rows: 0, state: 'busy' }, 'Working'],
    ['confusion', { rows: 0, state: 'error' }, 'Something went wrong'],
    ['prediction', { rows: 0, state: 'no-run' }, 'Train first'],
    ['prediction', { rows: 0 }, 'Shift'],
    ['prediction', { rows: 0, state: 'error' }, 'Something went wrong'],
    ['audit', { rows: 0, state: 'no-run' }, 'Train'],
    ['audit', { rows: 0 }, 'None of the photos'],
    ['audit', { rows: 0, state: 'busy' }, 'Working'],
    ['audit', { rows: 0, state: 'error' }, 'Something went wrong'],
    ['audit', { state: 'stale' }, 'not in the dataset any more'],
    ['health', { state: 'no-run' }, 'Train'],
    ['health', { rows: 0, state: 'ready' }, 'no photos'],
    ['health', { state: 'error' }, 'Something went wrong'],
    ['health', { state: 'stale' }, 'have changed'],
    ['audit', { readOnly: true }, 'cannot be written'],
  ];
  it.each(empty)('%s when %o says what to do', async (surface, scenario, words) => {
    await looks(
      `${surface}-${scenario.state ?? (scenario.readOnly ? 'locked' : 'empty')}`,
      surface,
      { scenario },
      async (page) => {
        const said = page.locator('.notice').filter({ hasText: words });
        await said.waitFor();
        expect(await said.count()).toBe(1);
      },
      scenario.state === 'no-run',
    );
  });

  const dialogs = [
    ['picker', 'l'],
    ['trash', 'x'],
    ['peek', 'Space'],
    ['keys', '?'],
  ] as const;
  it.each(dialogs)('the %s dialog', async (name, key) => {
    await looks(
      `review-dialog-${name}`,
      'review',
      { theme: name === 'trash' ? 'high-contrast' : 'dark' },
      async (page) => {
        await page.locator(settled.review).first().waitFor();
        await page.locator('[data-index="2"]').click();
        await page.keyboard.press(key);
        await page.locator(`dialog.${name}[open]`).waitFor();
      },
    );
  });
});
