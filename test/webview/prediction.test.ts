import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness, mustSkip, why } from './harness.js';

describe.skipIf(mustSkip)(`prediction pane${why}`, () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start();
  }, 60_000);
  afterAll(async () => {
    await harness.stop();
  });

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
    expect(calls.slice(1)).toEqual([
      { name: 'predictImage', bytes: [137, 80, 78, 71] },
      { name: 'predictUris', input: { uris: ['file:///photos/a.jpg', 'file:///photos/b.jpg'] } },
    ]);
    expect(faults).toEqual([]);
    await page.context().close();
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
    await page.context().close();
  });

  it('shows five classes, all on request; says how it was judged; opens files and neighbours; changes the model', async () => {
    const { page } = await harness.open('prediction', { scenario: { classes: 60 } });
    const known = page.locator('.card', { hasText: 'IMG_00000' });
    await known.locator('.classes li').first().waitFor();
    expect(await known.locator('.classes li').count()).toBe(5);
    await known.locator('[aria-expanded="false"]').click();
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
    await page.context().close();
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
    await page.context().close();
  });

  it('shows names as text, whatever they are', async () => {
    const { page, faults } = await harness.open('prediction', { scenario: { classes: 'hostile' } });
    await page.locator('.card .classes').first().waitFor();
    expect(await page.locator('.card .verdict').first().textContent()).toBe(
      '<img src=x onerror="window.winnowPwned=1">',
    );
    expect(await page.evaluate(() => 'winnowPwned' in window)).toBe(false);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
