import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { violations } from './accessibility.js';
import { dress, mustSkip, why } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { shoot } from './shots.js';
import { themes } from './themes.js';

const answers = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => window.winnowCalls.filter((call) => call.name === 'answer').map((call) => call.input));
const labels = async (page: Page): Promise<unknown[]> =>
  ((await answers(page)) as { label: unknown }[]).map(({ label }) => label);
/** Presses a key and waits until the next photo is asked. */
const press = async (page: Page, key: string, answered: number): Promise<void> => {
  await page.keyboard.press(key);
  await page.locator('.progress', { hasText: `${String(answered)} of 60` }).waitFor();
};
const done = { rows: 1060 } as const;

describe.skipIf(mustSkip)(`audit${why}`, () => {
  const harness = startedHarness();

  it('is done by keyboard alone: digits, ? and u; ten photos, and the place is told', async () => {
    const { page, faults } = await harness.open('audit');
    await page.locator('.photo img').waitFor();
    expect(await page.locator('.progress').textContent()).toContain('0 of 60, about 2 minutes left');
    const keys = ['1', '2', '3', '?', '1', '1', '2', '1', '3', '2'];
    for (const [index, key] of keys.entries()) await press(page, key, index + 1);
    expect(await labels(page)).toEqual(['cat', 'dog', 'fox', null, 'cat', 'cat', 'dog', 'cat', 'fox', 'dog']);
    expect(await page.locator('[role="status"][aria-live]').textContent()).toBe('dog. Photo 11 of 60.');
    await press(page, 'u', 9);
    expect(await page.locator('.photo img').getAttribute('alt')).toBe('Photo 10 of 60');
    await page.keyboard.press('9');
    expect(await page.locator('[role="status"][aria-live]').textContent()).toBe('There is no class 9.');
    expect(await answers(page)).toHaveLength(10);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('is blind: neither the page nor the wire names a label, a prediction or a file', async () => {
    const { page } = await harness.open('audit');
    await page.locator('.photo img').waitFor();
    const shown = await page
      .locator('.photo img')
      .evaluate((image) => [...image.attributes].map(({ name, value }) => `${name}=${value}`).sort());
    expect(shown).toEqual(['alt=Photo 1 of 60', 'draggable=false', 'src=/thumb/0.png']);
    expect(await page.locator('.photo').textContent()).toMatch(/^\s*$/);
    expect(await page.locator('.is-first, [aria-selected="true"], [aria-pressed="true"]').count()).toBe(0);
    await harness.close(page);
  });

  it('finds one of many classes by typing; arrows walk; one tab stop', async () => {
    const { page, faults } = await harness.open('audit', { scenario: { classes: 60 } });
    await page.locator('.photo img').waitFor();
    expect(await page.locator('.classes [tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('l');
    await page.keyboard.type('44');
    await page.locator('.class', { hasText: 'species 44' }).waitFor();
    expect(await page.locator('.class').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.locator('.progress', { hasText: '1 of 60' }).waitFor();
    // Digits typed into the field are text; after Esc they are answers again.
    await page.keyboard.type('5');
    expect(await answers(page)).toHaveLength(1);
    await page.keyboard.press('Escape');
    await press(page, '5', 2);
    await page.locator('[data-class="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('.progress', { hasText: '3 of 60' }).waitFor();
    expect(await labels(page)).toEqual(['species 44', 'species 05', 'species 03']);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('goes on where it was after a reload', async () => {
    const { page } = await harness.open('audit');
    await page.locator('.photo img').waitFor();
    await press(page, '1', 1);
    await page.reload();
    await page.locator('.progress', { hasText: '1 of 60' }).waitFor();
    expect(await page.locator('.photo img').getAttribute('alt')).toBe('Photo 2 of 60');
    await harness.close(page);
  });

  it('ends with what the answers say, numbers under Details, kept open after a reload', async () => {
    const { page, faults } = await harness.open('audit', { scenario: { rows: 1059 } });
    await page.locator('.photo img').waitFor();
    await page.keyboard.press('1');
    await page.locator('.results').waitFor();
    expect(await page.locator('.headline').textContent()).toBe(
      'As the labels came, 8 of 60 were wrong: between 5 % and 25 % of all labels.',
    );
    const words = await page.locator('.results').textContent();
    expect(words).toContain('mistakes remain in 618 photos');
    expect(words).toContain('That is better by');
    expect(await page.locator('.progress').count()).toBe(0);
    await page.locator('summary').click();
    await page.locator('dl').waitFor();
    await page.reload();
    await page.locator('details[open] dl').waitFor();
    await page.keyboard.press('u');
    await page.locator('.photo img').waitFor();
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('takes no answer while the journal is read-only', async () => {
    const { page } = await harness.open('audit', { scenario: { readOnly: true } });
    await page.locator('.photo img').waitFor();
    await page.keyboard.press('1');
    await page.locator('.class').first().click({ force: true });
    expect(await answers(page)).toEqual([]);
    await harness.close(page);
  });

  it('shows names as text, whatever they are', async () => {
    const { page, faults } = await harness.open('audit', { scenario: { classes: 'hostile' } });
    await page.locator('.photo img').waitFor();
    await press(page, '1', 1);
    expect(await page.locator('[role="status"][aria-live]').textContent()).toContain('<img src=x onerror=');
    expect(await page.evaluate(() => 'winnowPwned' in window)).toBe(false);
    expect(await page.locator('img').count()).toBe(1);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('the results in each theme: no accessibility violation', async () => {
    const { page, faults } = await harness.open('audit', { theme: themes[0], scenario: done });
    await page.locator('summary').click();
    await page.locator('dl').waitFor();
    for (const theme of themes) {
      await dress(page, theme);
      await shoot(page, `audit-results-${theme}`);
      expect(await violations(page), theme).toEqual([]);
    }
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('the results at 420 px', async () => {
    const { page } = await harness.open('audit', { width: 420, scenario: { ...done, classes: 'long' } });
    await page.locator('.results').waitFor();
    await shoot(page, 'audit-results-narrow');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
    await harness.close(page);
  });
});
