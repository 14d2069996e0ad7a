import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { augmentPresets } from '../../src/core/image/augment/augmentSettings.js';
import { mustSkip, why } from './harness.js';
import { startedHarness } from './startedHarness.js';

const calls = (page: Page, name: string): Promise<unknown[]> =>
  page.evaluate((of) => window.winnowCalls.filter((call) => call.name === of).map((call) => call.input), name);

describe.skipIf(mustSkip)(`augmentations${why}`, () => {
  const harness = startedHarness();

  it('draws eight of one photo as the sliders move, by keyboard too, and saves what is chosen', async () => {
    const { page, faults } = await harness.open('augment');
    await page.locator('.varied img').nth(7).waitFor();
    expect(await calls(page, 'draw')).toEqual([{ settings: augmentPresets.standard, seed: 1 }]);
    expect(await page.getByRole('button', { name: 'Standard' }).getAttribute('aria-pressed')).toBe('true');
    const turned = page.getByRole('slider', { name: /^Turned/ });
    await turned.focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.slider', { hasText: '11°' }).waitFor();
    await page.locator('.settings', { hasText: 'Not saved' }).waitFor();
    await page.getByRole('button', { name: 'Save to winnow.json' }).click();
    await page.locator('.settings', { hasText: 'The next fine-tuning uses these settings.' }).waitFor();
    expect(await calls(page, 'save')).toEqual([{ settings: { ...augmentPresets.standard, maxRotate: 11 } }]);
    const last = (await calls(page, 'draw')).at(-1);
    expect(last).toEqual({ settings: { ...augmentPresets.standard, maxRotate: 11 }, seed: 1 });
    await page.getByRole('button', { name: 'Strong' }).click();
    await page.locator('.preset[aria-pressed="true"]', { hasText: 'Strong' }).waitFor();
    await page.locator('select').first().selectOption('squish');
    await page.locator('.slider', { hasText: 'Smallest part' }).waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('shows another photo and other draws, and each way to make it square with when it is right', async () => {
    const { page, faults } = await harness.open('augment');
    await page.locator('.varied img').first().waitFor();
    await page.getByRole('button', { name: 'Next Photo' }).click();
    await page.locator('.which', { hasText: 'Photo 2 of 200, dog' }).waitFor();
    await page.getByRole('button', { name: 'Draw Again' }).click();
    await expect
      .poll(async () => (await calls(page, 'draw')).at(-1))
      .toEqual({ settings: augmentPresets.standard, seed: 2 });
    expect(await page.locator('.ways figcaption').allTextContents()).toEqual([
      expect.stringMatching(/^Crop\. Right when/),
      expect.stringMatching(/^Pad\. Right when/),
      expect.stringMatching(/^Squish\. Right when/),
    ]);
    expect(faults).toEqual([]);
    await harness.close(page);
  });
});
