import { describe, expect, it } from 'vitest';
import { violations } from './accessibility.js';
import { mustSkip, why, type Opened } from './harness.js';
import { startedHarness, type Pages } from './startedHarness.js';
import { shoot } from './shots.js';
import { themes } from './themes.js';

describe.skipIf(mustSkip)(`the evidence of a finding${why}`, () => {
  const harness = startedHarness();

  const openAt = async (index: number, look: Parameters<Pages['open']>[1] = {}): Promise<Opened> => {
    const opened = await harness.open('review', look);
    await opened.page.locator(`[data-index="${index}"]`).focus();
    await opened.page.keyboard.press('e');
    await opened.page.locator('dialog.evidence .strip img').first().waitFor();
    return opened;
  };

  it('is opened, followed and closed from the keyboard; says why in words and shows both classes with distances', async () => {
    const { page, faults } = await openAt(0);
    const dialog = page.locator('dialog.evidence');
    expect(await dialog.innerText()).toMatch(/Labelled cat, but it looks like dog/);
    expect(await dialog.innerText()).toMatch(/A model that has not seen this photo says dog with 93\.5 %/);
    expect(await dialog.innerText()).toMatch(
      /fine-tuned network of this photo’s fold, which has not seen it either, says dog with 81\.3 %, and gives cat 9\.2 %/,
    );
    expect(await dialog.locator('h3').allInnerTexts()).toEqual([
      'Why it is here',
      'Nearest photos labelled cat, as this one is',
      'Nearest photos labelled dog instead',
    ]);
    expect(await dialog.locator('.strip').first().locator('.figure').first().innerText()).toBe('distance 0.71');
    await page.keyboard.press('ArrowRight');
    await page.locator('dialog.evidence h3', { hasText: 'labelled fox instead' }).waitFor();
    await page.keyboard.press('e');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-index'))).toBe('1');
    // Each photo once: following the focus asks again, the same photo is not asked twice.
    const asked = await page.evaluate(() => window.winnowCalls.filter(({ name }) => name === 'evidence').length);
    expect(asked).toBe(2);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('decides while it is open, and opens a neighbour by its id', async () => {
    const { page } = await openAt(0);
    await page.locator('dialog.evidence .strip button').nth(1).click();
    await page.keyboard.press('k');
    await page.locator('[data-index="0"] .mark.is-verdict', { hasText: 'Kept' }).waitFor({ state: 'attached' });
    const calls = await page.evaluate(() => window.winnowCalls);
    expect(calls.find(({ name }) => name === 'openFile')?.input).toMatchObject({ id: /^[0-9a-f]{6}a{58}$/ });
    await page.keyboard.press('Escape');
    await page.locator('dialog.evidence').waitFor({ state: 'detached' });
    await harness.close(page);
  });

  it('sets copies side by side with sizes, labels and sources', async () => {
    const { page } = await openAt(7);
    const twins = page.locator('.twins > li');
    expect(await twins.count()).toBe(2);
    expect(await twins.nth(0).innerText()).toMatch(
      /this photo[\s\S]*none[\s\S]*640 × 480, 83 kB[\s\S]*openverse, flickr\.com, by-sa/,
    );
    expect(await twins.nth(1).innerText()).toMatch(/1280 × 960, 1\.2 MB[\s\S]*not known/);
    await shoot(page, 'evidence-twins');
    expect(await violations(page)).toEqual([]);
    await harness.close(page);
  });

  it('says what to do where no model has looked', async () => {
    const { page } = await openAt(11);
    expect(await page.locator('dialog.evidence').innerText()).toMatch(
      /No model has judged it yet[\s\S]*Train it first/,
    );
    await harness.close(page);
  });

  it.each(themes)('in %s: no accessibility violation', async (theme) => {
    const { page, faults } = await openAt(0, { theme });
    await shoot(page, `evidence-${theme}`);
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it.each([
    ['420 px with long names', { width: 420, scenario: { classes: 'long' } }],
    ['60 classes', { theme: 'light', scenario: { classes: 60 } }],
  ] as const)('at %s nothing sticks out', async (name, look) => {
    const { page } = await openAt(7, look);
    await shoot(page, `evidence-${name.replaceAll(' ', '-')}`);
    const box = await page.locator('dialog.evidence').evaluate((dialog) => [dialog.scrollWidth, dialog.clientWidth]);
    expect(box[0]).toBeLessThanOrEqual(box[1]!);
    await harness.close(page);
  });

  it.each(['dark', 'high-contrast-light'] as const)(
    'draws what the model looked at in %s, and names which map it is',
    async (theme) => {
      const { page, faults } = await openAt(0, { theme });
      await page.keyboard.press('h');
      const words = page.locator('dialog.evidence .heat-words');
      await page.locator('.heat-words', { hasText: '14 × 14 places' }).waitFor();
      expect(await words.innerText()).toMatch(
        /Occlusion: .* dog has 93\.5 % by a model that has not seen this photo\. With the upper right covered, 31\.0 % is left/,
      );
      const pixel = () =>
        page
          .locator('.heat-canvas')
          .evaluate((canvas: HTMLCanvasElement) => [
            canvas.width,
            ...canvas.getContext('2d')!.getImageData(canvas.width - 3, 2, 1, 1).data,
          ]);
      const [side, red, green, blue] = await pixel();
      // Hot is bright.
      expect([side, red! + green! + blue! > 400]).toEqual([14, true]);
      await shoot(page, `heat-${theme}`);
      expect(await violations(page)).toEqual([]);
      await page.locator('input[type=range]').focus();
      await page.keyboard.press('Home');
      expect(await page.locator('.heat-canvas').evaluate((canvas) => getComputedStyle(canvas).opacity)).toBe('0');
      await page.locator('label', { hasText: 'Linear part, exact' }).click();
      await page.locator('.heat-words', { hasText: 'Class activation, exact' }).waitFor();
      expect((await pixel())[0]).toBe(7);
      await page.locator('.heat select').selectOption('cat');
      await page.locator('.heat-words', { hasText: 'adds most to cat' }).waitFor();
      const asked = await page.evaluate(() =>
        window.winnowCalls.filter(({ name }) => name === 'look').map(({ input }) => (input as { cells: number }).cells),
      );
      expect(asked).toEqual([5, 9, 14, 0, 0]);
      expect(faults).toEqual([]);
      await harness.close(page);
    },
  );

  it('lists the photos most like one, and all again, from the keyboard', async () => {
    const { page, faults } = await openAt(5);
    await page.keyboard.press('f');
    await page.locator('dialog.evidence').waitFor({ state: 'detached' });
    await page.locator('.status', { hasText: '1 of 9 photos' }).waitFor();
    expect(await page.locator('.pill.only').innerText()).toMatch(/Photos like fox\/IMG_00005\.jpg/);
    // The status is there before the rows are.
    await page.locator('[data-index="0"][aria-label*="IMG_00005"]').waitFor();
    expect(await page.locator('.in-words').innerText()).toMatch(/^9 photos: Photos like fox\/IMG_00005\.jpg/);
    expect(await page.getByLabel('Order').count()).toBe(0);
    await shoot(page, 'similar');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('a');
    await page.locator('.status', { hasText: 'of 200 photos' }).waitFor();
    expect(await page.locator('.pill.only').count()).toBe(0);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('shows names that are scripts as text', async () => {
    for (let set = 0; set < 10; set++) {
      const { page, faults } = await openAt(3, { scenario: { classes: `payloads ${set}`, rows: 20 } });
      expect(await page.evaluate(() => 'winnowPwned' in window)).toBe(false);
      expect(await page.locator('dialog.evidence :is(iframe, object, script, svg, math)').count()).toBe(0);
      expect(faults).toEqual([]);
      await harness.close(page);
    }
  }, 120_000);

  it('shows what a prediction looked at, one card at a time', async () => {
    const { page, faults } = await harness.open('prediction', { width: 420, theme: 'light' });
    const buttons = page.locator('.card .look');
    await buttons.nth(1).click();
    await page.locator('.card .heat-words', { hasText: '14 × 14 places' }).waitFor();
    expect(await buttons.nth(1).getAttribute('aria-expanded')).toBe('true');
    await shoot(page, 'heat-prediction');
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
    await buttons.nth(0).click();
    await page.locator('.card .heat').nth(0).waitFor();
    expect(await page.locator('.heat').count()).toBe(1);
    await buttons.nth(0).click();
    await page.locator('.heat').waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await harness.close(page);
  });
});
