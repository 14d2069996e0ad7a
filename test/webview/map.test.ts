import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pointsAtOnce } from '../../src/protocol/map.js';
import { violations } from './accessibility.js';
import { fakePoints } from './fakeMap.js';
import { dress, mustSkip, why } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { payloads, payloadsAPage, usual } from './scenario.js';
import { shoot } from './shots.js';
import { themes } from './themes.js';

const calls = (page: Page, name: string): Promise<unknown[]> =>
  page.evaluate((of) => window.winnowCalls.filter((call) => call.name === of).map((call) => call.input), name);

/** Pixels of the canvas that hold anything, and how many colours there are among the full ones. */
const drawn = (page: Page): Promise<{ readonly pixels: number; readonly colours: number }> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => {
          const canvas = document.querySelector('canvas')!;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          const colours = new Map<number, number>();
          let pixels = 0;
          for (let at = 0; at < data.length; at += 4) {
            if (data[at + 3] === 0) continue;
            pixels++;
            const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
            if (data[at + 3] === 255) colours.set(colour, (colours.get(colour) ?? 0) + 1);
          }
          resolve({ pixels, colours: [...colours.values()].filter((count) => count > 200).length });
        });
      }),
  );

const points = fakePoints(usual);
/** Where a place of the map lies on the screen while the whole map is shown: as the page lays it out. */
const screenOf = async (page: Page): Promise<(x: number, y: number) => { readonly x: number; readonly y: number }> => {
  const box = (await page.locator('canvas').boundingBox())!;
  const unit = Math.min(box.width, box.height) - 48;
  return (x, y) => ({ x: box.x + box.width / 2 + (x - 0.5) * unit, y: box.y + box.height / 2 + (y - 0.5) * unit });
};

describe.skipIf(mustSkip)(`the map${why}`, () => {
  const harness = startedHarness();

  it('draws a shape a photo in a colour a class, by ranges, and tells of the one under the pointer', async () => {
    const { page, faults } = await harness.open('map', { scenario: { rows: 4500 } });
    await page.locator('.legend .entry').first().waitFor();
    expect((await calls(page, 'points')).length).toBe(Math.ceil(4500 / pointsAtOnce));
    expect(await page.locator('.entry').allTextContents()).toEqual([
      expect.stringMatching(/cat\s*1,440/),
      expect.stringMatching(/dog\s*1,440/),
      expect.stringMatching(/fox\s*1,440/),
      expect.stringMatching(/no label\s*180/),
    ]);
    const first = await drawn(page);
    expect(first.pixels).toBeGreaterThan(5000);
    expect(first.colours).toBeGreaterThanOrEqual(4);
    const at = (await screenOf(page))(points[1]!.x, points[1]!.y);
    await page.mouse.move(at.x, at.y);
    await page.locator('.card img').waitFor();
    expect(await page.locator('.point').textContent()).toContain('labelled dog');
    await page.mouse.wheel(0, -600);
    await expect.poll(async () => (await drawn(page)).pixels).not.toBe(first.pixels);
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('by keyboard: arrows go to the nearest photo that way and say it, Enter shows it, Space selects it', async () => {
    const { page, faults } = await harness.open('map');
    await page.locator('.legend .entry').first().waitFor();
    await page.locator('canvas').focus();
    const said = page.locator('[aria-live="polite"]');
    await page.keyboard.press('Home');
    await expect.poll(() => said.textContent()).toContain(points[0]!.name);
    await page.keyboard.press('ArrowLeft');
    const [from] = points;
    const nearest = points
      .map((point) => ({ point, dx: from!.x - point.x, dy: Math.abs(point.y - from!.y) }))
      .filter(({ dx, dy }) => dx > 0 && dy <= dx)
      .sort((a, b) => a.dx ** 2 + a.dy ** 2 - b.dx ** 2 - b.dy ** 2)[0]!.point;
    await expect.poll(() => said.textContent()).toContain(nearest.name);
    await page.keyboard.press('Enter');
    await expect.poll(() => calls(page, 'showOne')).toEqual([{ id: nearest.id }]);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Show 1 in the Review' }).click();
    await expect.poll(() => calls(page, 'showMany')).toEqual([{ ids: [nearest.id] }]);
    await page.locator('canvas').focus();
    const before = await drawn(page);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect.poll(async () => (await drawn(page)).pixels).not.toBe(before.pixels);
    await page.keyboard.press('Escape');
    await page.locator('.chosen', { hasText: 'Select photos' }).waitFor();
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('a lasso selects what lies in it, and the review gets exactly those', async () => {
    const { page, faults } = await harness.open('map');
    await page.locator('.legend .entry').first().waitFor();
    const at = await screenOf(page);
    const corners = [at(-0.02, -0.02), at(0.5, -0.02), at(0.5, 0.5), at(-0.02, 0.5)];
    await page.keyboard.down('Shift');
    await page.mouse.move(corners[0]!.x, corners[0]!.y);
    await page.mouse.down();
    for (const { x, y } of corners.slice(1)) await page.mouse.move(x, y);
    await page.mouse.up();
    await page.keyboard.up('Shift');
    const inside = points.filter(({ x, y }) => x < 0.5 && y < 0.5);
    await page.getByRole('button', { name: `Show ${String(inside.length)} in the Review` }).click();
    await expect.poll(() => calls(page, 'showMany')).toEqual([{ ids: inside.map(({ id }) => id) }]);
    // A drag alone moves the map and selects nothing.
    await page.getByRole('button', { name: 'Clear Selection' }).click();
    await page.mouse.move(corners[2]!.x, corners[2]!.y);
    await page.mouse.down();
    await page.mouse.move(corners[2]!.x + 80, corners[2]!.y + 30);
    await page.mouse.up();
    expect(await page.locator('.chosen').textContent()).toContain('Select photos');
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('is coloured by finding too; an entry of the legend shows its photos alone, on the map and in the table', async () => {
    const { page, faults } = await harness.open('map');
    await page.locator('.legend .entry').first().waitFor();
    await page.getByLabel('Colour by').selectOption('finding');
    const found = points.filter(({ finding }) => finding === 'label-issue');
    await page.locator('.entry', { hasText: 'label issue' }).click();
    await page.locator('.entry[aria-pressed="true"]', { hasText: String(found.length) }).waitFor();
    await page.getByRole('button', { name: 'Table' }).click();
    await page.locator('.as-table tbody tr').first().waitFor();
    expect(await page.locator('.as-table tbody tr').count()).toBe(found.length);
    await page.locator('.as-table tbody button').nth(1).click();
    await expect.poll(() => calls(page, 'showOne')).toEqual([{ id: found[1]!.id }]);
    await page.locator('vscode-button', { hasText: 'Show All' }).click();
    await page.locator('.turning', { hasText: 'Photos 1–100 of 200' }).waitFor();
    await page.locator('vscode-button', { hasText: 'Next' }).click();
    await page.locator('.turning', { hasText: 'Photos 101–200 of 200' }).waitFor();
    await page.reload();
    await page.locator('.as-table tbody tr').first().waitFor();
    expect(await page.getByLabel('Colour by').inputValue()).toBe('finding');
    expect(faults).toEqual([]);
    await harness.close(page);
  });

  it('goes on where the page was that it stands in for, and not where none can have been', async () => {
    const { page, faults } = await harness.open('map', { place: { by: 'side', isTable: true } });
    await page.locator('.as-table tbody tr').first().waitFor();
    expect(await page.getByLabel('Colour by').inputValue()).toBe('side');
    // What a page keeps itself since then is newer.
    await page.getByLabel('Colour by').selectOption('finding');
    await page.reload();
    await page.locator('.as-table tbody tr').first().waitFor();
    expect(await page.getByLabel('Colour by').inputValue()).toBe('finding');
    await harness.close(page);
    const other = await harness.open('map', { place: { by: 'weather', isTable: 7 } });
    await other.page.locator('canvas').waitFor();
    expect(await other.page.getByLabel('Colour by').inputValue()).toBe('label');
    expect([...faults, ...other.faults]).toEqual([]);
    await harness.close(other.page);
  });

  it('says what it waits for, can be stopped and made again', async () => {
    const { page, faults } = await harness.open('map', { scenario: { state: 'busy' } });
    await page.locator('.notice', { hasText: '43 %' }).waitFor();
    await shoot(page, 'map-busy');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.notice', { hasText: 'was not finished' }).waitFor();
    await page.getByRole('button', { name: 'Make the Map' }).click();
    await page.locator('canvas').waitFor();
    await page.evaluate(() =>
      window.winnowPush('changed', {
        datasetName: 'animals',
        state: 'ready',
        message: null,
        share: null,
        version: 2,
        points: 200,
        isStale: true,
      }),
    );
    await page.locator('.notice.is-banner', { hasText: 'newer run' }).waitFor();
    expect(await page.locator('canvas').count()).toBe(1);
    expect(faults).toEqual([]);
    await harness.close(page);
    for (const [scenario, words] of [
      [{ state: 'no-run' }, 'Train first'],
      [{ state: 'error' }, 'The engine stopped'],
      [{ rows: 0 }, 'None of the photos'],
    ] as const) {
      const empty = await harness.open('map', { scenario });
      await empty.page.locator('.notice', { hasText: words }).waitFor();
      expect(empty.faults).toEqual([]);
      await harness.close(empty.page);
    }
  });

  it('breaks no rule of accessibility in any theme, as a map and as a table; names that are scripts stay names', async () => {
    const { page, faults } = await harness.open('map', { scenario: { classes: 60, rows: 3000 } });
    await page.locator('.legend .entry').first().waitFor();
    await page.locator('.entry').nth(1).click();
    await page.locator('canvas').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.card img').waitFor();
    for (const theme of themes) {
      await dress(page, theme);
      await shoot(page, `map-60-${theme}`);
      expect(await violations(page), theme).toEqual([]);
    }
    await page.getByRole('button', { name: 'Table' }).click();
    await page.locator('.as-table tbody tr').first().waitFor();
    await shoot(page, 'map-table');
    expect(await violations(page)).toEqual([]);
    await harness.close(page);
    const hostile = await harness.open('map', { scenario: { classes: 'payloads 0', rows: payloadsAPage } });
    await hostile.page.locator('.legend .entry').first().waitFor();
    await hostile.page.locator('canvas').focus();
    await hostile.page.keyboard.press('Home');
    await hostile.page.locator('.card img').waitFor();
    await hostile.page.getByRole('button', { name: 'Table' }).click();
    await hostile.page.locator('.as-table tbody tr').first().waitFor();
    expect(await hostile.page.locator('.as-table tbody tr').first().textContent()).toContain(payloads[0]);
    expect(await hostile.page.evaluate(() => 'winnowPwned' in window)).toBe(false);
    expect([...faults, ...hostile.faults]).toEqual([]);
    await harness.close(hostile.page);
  });

  it('fits 420 px', async () => {
    const { page, faults } = await harness.open('map', {
      width: 420,
      theme: 'light',
      scenario: { classes: 'long', rows: 600 },
    });
    await page.locator('.legend .entry').first().waitFor();
    await page.locator('canvas').focus();
    await page.keyboard.press('End');
    await page.locator('.card img').waitFor();
    await shoot(page, 'map-narrow');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
    expect(faults).toEqual([]);
    await harness.close(page);
  });
});
