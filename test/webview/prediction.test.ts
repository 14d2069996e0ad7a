import { describe, expect, it } from 'vitest';
import { violations } from './accessibility.js';
import { dropMany } from './dropMany.js';
import { dress, mustSkip, why } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { shoot } from './shots.js';
import { themes } from './themes.js';

describe.skipIf(mustSkip)(`prediction pane${why}`, () => {
  const harness = startedHarness();

  it('takes a pasted picture by its bytes and dropped Explorer files by their addresses', async () => {
    const { page, faults } = await harness.open('prediction', { scenario: { rows: 0 } });
    await page.locator('.notice.is-page').waitFor();
    await page.evaluate(() => {
      const paste = new DataTransfer();
      paste.items.add(new File([new Uint8Array([137, 80, 78, 71])], 'image.png', { type: 'image/png' }));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: paste, bubbles: true, cancelable: true }));
    });
    await page.locator('.card', { hasText: 'image.png' }).waitFor();
    await page.evaluate(() => {
      const drop = new DataTransfer();
      drop.setData('text/uri-list', '# from the Explorer\r\nfile:///photos/a.jpg\r\nfile:///photos/b.jpg');
      document.dispatchEvent(new DragEvent('drop', { dataTransfer: drop, bubbles: true, cancelable: true }));
    });
    await page.locator('.card').nth(2).waitFor();
    const calls = await page.evaluate(() =>
      window.winnowCalls.map(({ name, input }) =>
        name === 'predictImage' ? { name, bytes: [...(input as { bytes: Uint8Array }).bytes] } : { name, input },
      ),
    );
    expect(calls.slice(1).filter(({ name }) => name !== 'illustrate')).toEqual([
      { name: 'predictImage', bytes: [137, 80, 78, 71] },
      { name: 'predictUris', input: { uris: ['file:///photos/a.jpg', 'file:///photos/b.jpg'] } },
    ]);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('says so when what was dropped is no picture', async () => {
    const { page } = await harness.open('prediction');
    await page.evaluate(() => {
      const drop = new DataTransfer();
      drop.items.add(new File(['x'], 'notes.txt', { type: 'text/plain' }));
      document.dispatchEvent(new DragEvent('drop', { dataTransfer: drop, bubbles: true, cancelable: true }));
    });
    await page.locator('.notice.is-error', { hasText: 'notes.txt is not an image' }).waitFor();
    expect(await page.evaluate(() => window.winnowCalls.map((call) => call.name))).toEqual(['open']);
    await harness.close(page);
  });

  it('shows five classes, all on request; says how it was judged; opens files and neighbours; changes the model', async () => {
    const { page } = await harness.open('prediction', { scenario: { classes: 60 } });
    const known = page.locator('.card', { hasText: 'IMG_00000' });
    await known.locator('.classes li').first().waitFor();
    expect(await known.locator('.classes li').count()).toBe(5);
    await known.locator('.link:not(.look)[aria-expanded="false"]').click();
    expect(await known.locator('.classes li').count()).toBe(60);
    expect(await known.locator('.basis').textContent()).toContain('judged without having seen it');
    expect(await known.locator('.classes .figure').first().textContent()).toBe('93.4 %');
    await known.locator('h2 button').click();
    await known.locator('.neighbour').nth(2).click();
    await page.locator('.model .link').click();
    await page.locator('vscode-button', { hasText: 'Choose files' }).click();
    await page.locator('vscode-button', { hasText: 'Clear' }).click();
    await page.locator('.notice.is-page').waitFor();
    expect((await page.evaluate(() => window.winnowCalls)).slice(1)).toEqual([
      { name: 'openFile', input: { key: 'c0', neighbour: null } },
      { name: 'openFile', input: { key: 'c0', neighbour: 2 } },
      { name: 'chooseModel', input: null },
      { name: 'pickFiles', input: null },
      { name: 'clear', input: null },
    ]);
    await harness.close(page);
  });

  it('lets a fine-tuned network look five times, by keyboard, and offers nothing where none answers', async () => {
    const { page, faults } = await harness.open('prediction', { theme: themes[0], scenario: { classes: 3 } });
    const box = page.getByRole('checkbox', { name: 'Look five times' });
    await box.focus();
    await page.keyboard.press('Space');
    await page.locator('footer', { hasText: 'From the next picture on' }).waitFor();
    expect(await box.isChecked()).toBe(true);
    expect((await page.evaluate(() => window.winnowCalls)).slice(1)).toEqual([
      { name: 'augment', input: { isOn: true } },
    ]);
    for (const theme of themes) {
      await dress(page, theme);
      await shoot(page, `prediction-augmented-${theme}`);
      expect(await violations(page), theme).toEqual([]);
    }
    await page.setViewportSize({ width: 420, height: 700 });
    await shoot(page, 'prediction-augmented-narrow');
    expect(faults).toEqual([]);
    await harness.close(page);
    const other = await harness.open('prediction', { scenario: { classes: 60 } });
    await other.page.locator('.card').first().waitFor();
    expect(await other.page.getByRole('checkbox').count()).toBe(0);
    await harness.close(other.page);
  });

  it('says how different a picture is, adds it to the dataset, and stops', async () => {
    const { page } = await harness.open('prediction', { scenario: { classes: 3 } });
    const known = page.locator('.card', { hasText: 'IMG_00000' });
    expect(await known.locator('.difference').textContent()).toMatch(/^Closer to .* by more than 0 % of your own/);
    await known.locator('.add').click();
    await page.locator('vscode-button', { hasText: 'Stop' }).click();
    await page.locator('vscode-button', { hasText: 'JSONL' }).click();
    await page.waitForFunction(() => window.winnowCalls.length > 3);
    expect((await page.evaluate(() => window.winnowCalls)).slice(1)).toEqual([
      { name: 'addToDataset', input: { key: 'c0' } },
      { name: 'stop', input: null },
      { name: 'save', input: { format: 'jsonl' } },
    ]);
    await harness.close(page);
  });

  it('asks for the thumbnails of cards in sight, and of others when they come into it', async () => {
    const { page, faults } = await harness.open('prediction', { scenario: { classes: 3 } });
    await dropMany(page, 200);
    await page.locator('table.answers[aria-rowcount="205"]').waitFor();
    const asked = (): Promise<string[]> =>
      page.evaluate(() =>
        window.winnowCalls.flatMap(({ name, input }) =>
          name === 'illustrate' ? (input as { keys: string[] }).keys : [],
        ),
      );
    // Nobody sees a thumbnail in a table.
    expect(await asked()).toEqual([]);
    await page.locator('vscode-button', { hasText: 'Cards' }).click();
    const cards = page.locator('.card');
    await cards.first().locator('.picture img').first().waitFor();
    const first = await asked();
    expect(first.length).toBeLessThan(100);
    await cards.nth(150).scrollIntoViewIfNeeded();
    await cards.nth(150).locator('article > .picture img').waitFor();
    const all = await asked();
    expect(all.slice(0, first.length)).toEqual(first);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeLessThan(150);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('opens again when it has missed a change', async () => {
    const { page, faults } = await harness.open('prediction', { scenario: { classes: 3 } });
    await page.locator('.card').nth(3).waitFor();
    await page.evaluate(() => window.winnowMiss());
    await dropMany(page, 1);
    await page.locator('.card').nth(4).waitFor();
    await page.locator('.card', { hasText: 'missed.jpg' }).waitFor();
    const calls = await page.evaluate(() => window.winnowCalls.map(({ name }) => name));
    expect(calls.filter((name) => name === 'open')).toHaveLength(2);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('offers to train first, and sends no picture before', async () => {
    const { page } = await harness.open('prediction', { scenario: { rows: 0, state: 'no-run' } });
    await page.evaluate(() => {
      const paste = new DataTransfer();
      paste.items.add(new File([new Uint8Array([1])], 'image.png', { type: 'image/png' }));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: paste, bubbles: true, cancelable: true }));
    });
    await page.locator('footer', { hasText: 'train first' }).waitFor();
    await page.locator('vscode-button', { hasText: 'Train first' }).click();
    await page.waitForFunction(() => window.winnowCalls.some((call) => call.name === 'train'));
    expect(await page.evaluate(() => window.winnowCalls.map((call) => call.name))).toEqual(['open', 'train']);
    await harness.close(page);
  });

  it('shows names as text, whatever they are', async () => {
    const { page, faults } = await harness.open('prediction', { scenario: { classes: 'hostile' } });
    await page.locator('.card .classes').first().waitFor();
    expect(await page.locator('.card .verdict').first().textContent()).toBe(
      '<img src=x onerror="window.winnowPwned=1">',
    );
    expect(await page.evaluate(() => 'winnowPwned' in window)).toBe(false);
    expect(faults).toEqual([]);
    await harness.close(page);
  });
});
