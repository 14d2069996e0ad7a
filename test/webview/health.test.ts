import { describe, expect, it } from 'vitest';
import { violations } from './accessibility.js';
import { mustSkip, why } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { shoot } from './shots.js';

describe.skipIf(mustSkip)(`health page${why}`, () => {
  const harness = startedHarness();

  it('leads from a kind of finding, and from a class, to exactly those photos', async () => {
    const { page, faults } = await harness.open('health');
    await page.locator('.kinds button', { hasText: '1,204' }).click();
    await page.locator('.classes tbody button', { hasText: 'fox' }).click();
    await page.waitForFunction(() => window.winnowCalls.filter(({ name }) => name === 'review').length === 2);
    const asked = await page.evaluate(() => window.winnowCalls.filter(({ name }) => name === 'review'));
    expect(asked.map(({ input }) => input)).toEqual([
      { kind: 'label-issue', label: null },
      { kind: null, label: 'fox' },
    ]);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('tells every figure of the chart as text, and marks a bin that chance does not explain by its shape', async () => {
    const { page } = await harness.open('health');
    expect(await page.locator('.chart svg').getAttribute('aria-label')).toContain('said 58 %, right 42 %');
    expect(await page.locator('.chart .dot').count()).toBe(10);
    expect(await page.locator('.chart .dot.is-off').count()).toBe(1);
    const table = page.locator('.bins');
    expect(await table.isVisible()).toBe(false);
    await page
      .locator('section', { has: page.locator('.chart') })
      .locator('summary')
      .click();
    await table.waitFor();
    expect(await table.locator('tbody tr').count()).toBe(10);
    await page.reload();
    await table.waitFor();
    await harness.close(page);
  });

  it('warns of the shop only where the figures do', async () => {
    const { page } = await harness.open('health');
    await page.getByText('recognising the shop, not the shoe').waitFor();
    expect(await page.getByText('recognising single products').count()).toBe(0);
    await harness.close(page);
  });

  it('is read at 320 pixels, and at 200 % zoom', async () => {
    const { page, faults } = await harness.open('health', { width: 320, scenario: { classes: 'long' } });
    await page.locator('.classes tbody tr').first().waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.locator('.parts').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await shoot(page, 'health-320');
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('leaves better or worse to the audit, and says that agreement is no improvement', async () => {
    const { page, faults } = await harness.open('health');
    await page.getByText('not a sign that the model got better').waitFor();
    await page.getByText('only the audit can say: 12 of 60').waitFor();
    await page.locator('summary', { hasText: 'Now right' }).click();
    expect(await violations(page)).toEqual([]);
    await page.locator('.photos .link').first().click();
    await page.locator('vscode-button', { hasText: 'Audit Labels' }).click();
    await page.waitForFunction(() => window.winnowCalls.some(({ name }) => name === 'audit'));
    expect(await page.evaluate(() => window.winnowCalls.slice(1))).toEqual([
      { name: 'openFile', input: { id: '0'.repeat(64) } },
      { name: 'audit', input: null },
    ]);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('works out what to collect when it is asked, and says so', async () => {
    const { page, faults } = await harness.open('health', { width: 320, scenario: { classes: 'long' } });
    await page.locator('vscode-button', { hasText: 'Work It Out' }).click();
    await page.getByText('Twice as many photos of a (now 80)').waitFor();
    expect(await page.locator('ol.photos li').count()).toBe(20);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.locator('#collect-title').scrollIntoViewIfNeeded();
    await shoot(page, 'health-collect');
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('looks again when it is out of date', async () => {
    const { page } = await harness.open('health', { scenario: { state: 'stale' } });
    await page.locator('vscode-button', { hasText: 'Look Again' }).click();
    await page.locator('vscode-button', { hasText: 'Look Again' }).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => window.winnowCalls.map(({ name }) => name))).toEqual(['open', 'refresh']);
    await harness.close(page);
  });

  it('shows before the first training what needs none', async () => {
    const { page, faults } = await harness.open('health', { scenario: { state: 'no-run' } });
    await page.locator('vscode-button', { hasText: 'Train' }).waitFor();
    expect(await page.locator('.classes tbody tr').count()).toBe(3);
    expect(await page.locator('.chart').count()).toBe(0);
    expect(faults).toEqual([]);
    await harness.close(page);
  });
});
