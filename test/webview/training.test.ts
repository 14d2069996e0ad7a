import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { violations } from './accessibility.js';
import { dress, mustSkip, why } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { shoot } from './shots.js';
import { themes } from './themes.js';

const tick = async (page: Page, times: number): Promise<void> => {
  for (let at = 0; at < times; at++) await page.evaluate(() => window.winnowTick());
};
const calls = (page: Page): Promise<{ name: string; input: unknown }[]> =>
  page.evaluate(() => window.winnowCalls.filter(({ name }) => name !== 'open'));

const rateField = (page: Page) => page.getByRole('spinbutton', { name: 'Learning rate' });

describe.skipIf(mustSkip)(`training${why}`, () => {
  const harness = startedHarness();

  it('starts with what was chosen, shows the curves and the epochs live, and what was reached', async () => {
    const { page, faults } = await harness.open('training', { scenario: { state: 'no-run' } });
    await page.locator('select').first().selectOption('fastai');
    await page.getByRole('spinbutton', { name: 'Epochs' }).fill('4');
    await page.getByRole('button', { name: 'Fine-Tune' }).click();
    await page.locator('.progress').waitFor();
    expect(await calls(page)).toEqual([
      { name: 'start', input: { recipe: 'fastai', epochs: 4, preset: null, rate: null, folds: 0 } },
    ]);
    await tick(page, 6);
    await page.locator('.progress', { hasText: 'Epoch 2 of 4, 17.9 photos a second' }).waitFor();
    expect(await page.locator('.story tbody tr').count()).toBe(2);
    expect(await page.locator('.chart polyline').count()).toBe(4);
    expect(await page.locator('.chart svg[role="img"]').first().getAttribute('aria-label')).toContain('kept apart');
    await tick(page, 20);
    await page.locator('.results .headline', { hasText: 'Right about 79.0 % of 120 photos' }).waitFor();
    expect(await page.locator('.progress').count()).toBe(0);
    expect(await page.locator('.is-kept th').first().textContent()).toContain('✓ kept');
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('with folds says before how long, meanwhile which fold, and afterwards whose figures are whose', async () => {
    const { page, faults } = await harness.open('training', {
      theme: themes[0],
      scenario: { state: 'no-run' },
      height: 1000,
    });
    const select = page.getByRole('combobox', { name: 'Folds' });
    await select.selectOption('5');
    await page
      .locator('#folds', { hasText: 'Trains 6 networks one after another, so it takes about 6 times' })
      .waitFor();
    await page.getByRole('button', { name: 'Fine-Tune' }).click();
    await tick(page, 3);
    await page.locator('.progress', { hasText: 'The network itself: Epoch 1 of 4' }).waitFor();
    await tick(page, 17 + 20 + 7);
    await page.locator('.progress', { hasText: 'Fold 2 of 5: Epoch 2 of 4, 17.9 photos a second, about' }).waitFor();
    await page.locator('.story h2', { hasText: 'fold 2 of 5' }).waitFor();
    // The curves are this fold's.
    expect(await page.locator('.story tbody tr').count()).toBe(2);
    for (const theme of themes) {
      await dress(page, theme);
      await shoot(page, `training-fold-${theme}`);
      expect(await violations(page), theme).toEqual([]);
    }
    await page.setViewportSize({ width: 420, height: 700 });
    await shoot(page, 'training-fold-narrow');
    await page.setViewportSize({ width: 1100, height: 1000 });
    await tick(page, 100);
    const results = page.locator('.results');
    await results
      .locator('p', { hasText: '597 photos judged by one of 5 networks that had not seen it: 81.2 %' })
      .waitFor();
    await results.locator('p', { hasText: '(95 %: 77.9 % to 84.3 %)' }).waitFor();
    for (const theme of themes) {
      await dress(page, theme);
      await shoot(page, `training-folds-${theme}`);
      expect(await violations(page), theme).toEqual([]);
    }
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('finds a learning rate by keyboard, draws its curve, says it in words, and trains with it', async () => {
    const { page, faults } = await harness.open('training', { scenario: { state: 'no-run' } });
    const find = page.getByRole('button', { name: 'Find Learning Rate' });
    await find.focus();
    await page.keyboard.press('Enter');
    await page.locator('.search .progress', { hasText: 'Looking at the photos…' }).waitFor();
    await tick(page, 20);
    await page.locator('.search .progress', { hasText: 'Step 20 of 40, rate 0.00063, loss 0.52' }).waitFor();
    expect(await page.getByRole('button', { name: 'Fine-Tune' }).isDisabled()).toBe(true);
    await tick(page, 20);
    await page.locator('.search .headline', { hasText: 'Suggested: 0.0021.' }).waitFor();
    const label = await page.locator('.search svg[role="img"]').getAttribute('aria-label');
    expect(label).toContain('suggested 0.0021');
    // Each decade as wide as the next: the ticks stand at even distances.
    const at = await page
      .locator('.search text[text-anchor="middle"]')
      .evaluateAll((ticks) => ticks.map((tick) => [tick.textContent, Number(tick.getAttribute('x'))] as const));
    expect(at.map(([text]) => text)).toEqual(['1e-7', '1e-5', '1e-3', '1e-1', '1e1']);
    const gaps = at.slice(1).map(([, x], nth) => x - at[nth]![1]);
    for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0]!, 6);
    await page.getByRole('button', { name: 'Use This Rate' }).focus();
    await page.keyboard.press('Enter');
    expect(await rateField(page).inputValue()).toBe('0.0021');
    await page.getByRole('button', { name: 'Fine-Tune' }).click();
    const choice = { recipe: 'winnow', epochs: 3, preset: null };
    expect(await calls(page)).toEqual([
      { name: 'findRate', input: { ...choice, rate: null, folds: 0 } },
      { name: 'start', input: { ...choice, rate: 0.0021, folds: 0 } },
    ]);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('says so where no rate is suggested, stops a search, and takes no rate that is none', async () => {
    const { page, faults } = await harness.open('training', { scenario: { state: 'no-run' } });
    await page.locator('select').first().selectOption('fastai');
    const find = page.getByRole('button', { name: 'Find Learning Rate' });
    await find.click();
    await tick(page, 3);
    await page.getByRole('button', { name: 'Stop Searching' }).click();
    await page.locator('.search').waitFor({ state: 'detached' });
    await find.click();
    await tick(page, 40);
    await page.locator('.search .headline', { hasText: 'No rate is suggested' }).waitFor();
    expect(await page.getByRole('button', { name: 'Use This Rate' }).count()).toBe(0);
    for (const [typed, stays] of [
      ['-1', ''],
      ['1000', '10'],
      ['0', ''],
    ] as const) {
      await rateField(page).fill(typed);
      await rateField(page).blur();
      expect(await rateField(page).inputValue()).toBe(stays);
    }
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('with a found rate, in each theme: no accessibility violation', async () => {
    const { page, faults } = await harness.open('training', { theme: themes[0], scenario: { state: 'no-run' } });
    await page.getByRole('button', { name: 'Find Learning Rate' }).click();
    await tick(page, 40);
    await page.getByRole('button', { name: 'Use This Rate' }).waitFor();
    for (const theme of themes) {
      await dress(page, theme);
      await shoot(page, `training-rate-${theme}`);
      expect(await violations(page), theme).toEqual([]);
    }
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('is stopped and cancelled by keyboard, and goes on with what was cut short', async () => {
    const { page } = await harness.open('training', { scenario: { state: 'busy' } });
    await tick(page, 7);
    await page.getByRole('button', { name: 'Stop and Keep the Best' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.progress', { hasText: 'Stopping after this step' }).waitFor();
    await tick(page, 1);
    await page.locator('.results', { hasText: 'It was stopped; its best epoch was kept.' }).waitFor();
    await harness.close(page);
    const other = await harness.open('training', { scenario: { state: 'stale' } });
    await other.page.getByRole('button', { name: 'Go On with the Last One' }).click();
    await other.page.locator('.progress').waitFor();
    await other.page.getByRole('button', { name: 'Cancel' }).click();
    await other.page.locator('.begin').waitFor();
    expect((await calls(other.page)).map(({ name }) => name)).toEqual(['resume', 'cancel']);
    await other.page.context().close();
  });

  it('compares the two runs that are marked, the earlier one first', async () => {
    const { page, faults } = await harness.open('training');
    await page.getByRole('checkbox').nth(1).check();
    await page.getByRole('checkbox').nth(0).check();
    await page.locator('.compared', { hasText: 'The later one is better.' }).waitFor();
    await page.locator('.compared', { hasText: '75.0 % (66.0 % to 82.0 %; kept apart)' }).waitFor();
    await page.locator('.compared', { hasText: '80.0 % (72.0 % to 87.0 %; out of fold)' }).waitFor();
    await shoot(page, 'training-compared');
    expect(await calls(page)).toEqual([
      { name: 'compare', input: { before: '20261120-100000-ab10', after: '20261120-100001-ab11' } },
    ]);
    await page.locator('summary').first().click();
    await page.locator('.compared li', { hasText: '7.jpg' }).waitFor();
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('shows every part whole in a low and narrow panel, and scrolls the page', async () => {
    const { page } = await harness.open('training', { scenario: { state: 'busy' }, width: 510, height: 600 });
    await tick(page, 20);
    await page.locator('.results').waitFor();
    await shoot(page, 'training-narrow');
    const cut = await page
      .locator('main > section')
      .evaluateAll((parts) => parts.filter((part) => part.scrollHeight > part.clientHeight + 1).map(String));
    expect(cut).toEqual([]);
    expect(await page.locator('main').evaluate((main) => main.scrollHeight > main.clientHeight)).toBe(true);
    await harness.close(page);
  });

  it('says why it cannot, in words', async () => {
    const { page } = await harness.open('training', { scenario: { state: 'error' } });
    await page.locator('.notice', { hasText: 'gradient of its operator Erf' }).waitFor();
    await harness.close(page);
  });

  it('shows names as text, whatever they are', async () => {
    const { page, faults } = await harness.open('training', { scenario: { classes: 'hostile' } });
    await page.getByRole('checkbox').nth(0).check();
    await page.getByRole('checkbox').nth(1).check();
    await page.locator('.compared').waitFor();
    expect(await page.evaluate(() => 'winnowPwned' in window)).toBe(false);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('in the middle of a training, in each theme: no accessibility violation', async () => {
    const { page, faults } = await harness.open('training', {
      theme: themes[0],
      scenario: { state: 'busy' },
      height: 1000,
    });
    await tick(page, 13);
    await page.locator('.story tbody tr').nth(2).waitFor();
    for (const theme of themes) {
      await dress(page, theme);
      await shoot(page, `training-live-${theme}`);
      expect(await violations(page), theme).toEqual([]);
    }
    expect(faults).toEqual([]);
    await harness.close(page);
  });
});
