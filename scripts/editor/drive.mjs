// What a scenario uses to drive the workbench: palette, context menu, webview frames, theme, screenshots.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './place.mjs';

/** What --theme and setTheme() accept: the setting's value, its label in the picker, the workbench's class. */
export const themes = {
  light: { id: 'Light Modern', label: 'Light Modern', class: 'vs' },
  dark: { id: 'Dark Modern', label: 'Dark Modern', class: 'vs-dark' },
  hc: { id: 'Default High Contrast', label: 'Dark High Contrast', class: 'hc-black' },
  'hc-light': { id: 'Default High Contrast Light', label: 'Light High Contrast', class: 'hc-light' },
};

function themeNamed(name) {
  if (!themes[name]) throw new Error(`No theme "${name}": one of ${Object.keys(themes).join(', ')}.`);
  return themes[name];
}

/** The settings with which the editor starts in this theme. */
export const themeSettings = (name) => (name ? { 'workbench.colorTheme': themeNamed(name).id } : {});

const shots = path.join(root, 'test', 'e2e', 'shots');

export function driver({ page }) {
  const becomes = (locator, state, timeout) =>
    locator.waitFor({ state, timeout }).then(
      () => true,
      () => false,
    );
  const rows = page.locator('.quick-input-widget .quick-input-list .monaco-list-row');

  /** Opens the palette and returns the row of the command; the caller clicks it. */
  async function paletteRow(text) {
    const box = page.locator('.quick-input-widget:not([style*="display: none"]) input').first();
    // The palette lists the commands known when it opens, and never refreshes: reopen it until the row is there.
    for (let attempt = 0; attempt < 10; attempt++) {
      await page.keyboard.press('F1');
      if (!(await becomes(box, 'visible', 5_000))) continue;
      // A page that comes up takes the keyboard, and with it the palette.
      const isFilled = await box.fill(`>${text}`, { timeout: 3_000 }).then(
        () => true,
        () => false,
      );
      if (!isFilled) continue;
      const row = rows.filter({ hasText: text }).first();
      if (await becomes(row, 'visible', 3_000)) return row;
      await page.keyboard.press('Escape');
    }
    throw new Error(`The command palette has no row with "${text}".`);
  }

  /** Runs the command whose palette row has this text. */
  const palette = async (text) => (await paletteRow(text)).click();

  /** Runs the command, and never touches the mouse. */
  async function byKeys(command) {
    await paletteRow(command);
    await page.keyboard.press('Enter');
  }

  /** Opens a folder as a dataset through the palette and the editor's own dialog; `inside` is a folder in it. */
  async function openDataset(folder, inside) {
    await byKeys('Winnow: Open Dataset');
    const widget = page.locator('.quick-input-widget:not([style*="display: none"])');
    await widget.getByText('Choose another folder…').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await widget.getByRole('button', { name: 'Open Dataset' }).waitFor();
    // Until the dialog has listed where it begins it would put its own path into the field; and until it has listed what
    // lies in the folder, Enter would only go there.
    await widget.locator('.monaco-list-row', { hasText: '..' }).first().waitFor();
    await widget.locator('input').first().fill(`${folder}/`);
    await widget.locator('.monaco-list-row', { hasText: inside }).first().waitFor();
    await page.keyboard.press('Enter');
    const row = page.locator('.sidebar').getByRole('treeitem', { name: path.basename(folder) });
    await row.filter({ hasText: /\d\simages/ }).waitFor();
  }

  /** Reloads the window by its command, which stores first where everything stands; the browser's reload does not wait for that. */
  async function reload() {
    const row = await paletteRow('Developer: Reload Window');
    await Promise.all([page.waitForEvent('load', { timeout: 60_000 }), row.click()]);
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 90_000 });
  }

  /** Opens the context menu of `target` and picks the item with this label. */
  async function contextMenu(target, label, onOpen) {
    const item = page.locator('.monaco-menu .action-item:visible', { hasText: label }).first();
    for (let attempt = 0; attempt < 5; attempt++) {
      const isClicked = await target.click({ button: 'right', timeout: 10_000 }).then(
        () => true,
        () => false,
      );
      if (!isClicked || !(await becomes(item, 'visible', 5_000))) {
        // A hover that opened meanwhile lies over what it tells of, for as long as the pointer is there.
        await page.keyboard.press('Escape');
        await page.mouse.move(700, 400);
        continue;
      }
      await onOpen?.();
      // A menu drops clicks in its first moments, and says nothing: click until it has gone.
      for (let click = 0; click < 10; click++) {
        const taken = await item.click({ timeout: 1_000 }).then(
          () => true,
          () => false,
        );
        if (await becomes(item, 'hidden', 300)) return;
        if (!taken) break;
      }
    }
    throw new Error(`The context menu did not offer or take "${label}".`);
  }

  /** Waits for the webview with this title (its panel's, or its document's), and returns its inner frame. */
  async function frameOf(title, timeout = 30_000) {
    const end = Date.now() + timeout;
    do {
      for (const outer of await page.locator('iframe.webview.ready').all()) {
        const name = await outer.getAttribute('name', { timeout: 1_000 }).catch(() => null);
        if (!name) continue;
        // By its own id, because the order of the webviews changes when another opens.
        const frame = page.locator(`iframe.webview[name="${name}"]`).contentFrame().locator('#active-frame');
        const inner = frame.contentFrame();
        const titles = await Promise.all([
          frame.getAttribute('title', { timeout: 500 }).catch(() => null),
          inner
            .locator('html')
            .evaluate(() => document.title, undefined, { timeout: 500 })
            .catch(() => null),
        ]);
        if (titles.some((t) => t?.includes(title))) return inner;
      }
      await page.locator('iframe.webview.ready').first().waitFor({ state: 'attached', timeout });
      // Nothing announces that a frame inside a frame has been filled.
      await page.waitForTimeout(100);
    } while (Date.now() < end);
    throw new Error(`No webview with the title "${title}" appeared.`);
  }

  /** The editor tabs with this title, asleep ones too. */
  const tabs = (title) => page.locator('.tabs-container').getByRole('tab', { name: title });

  /** Switches the colour theme as a user does (the web workbench does not watch its settings file). */
  async function setTheme(name) {
    const theme = themeNamed(name);
    await palette('Preferences: Color Theme');
    // Only this picker has no ">" in its box, so this cannot be the palette on its way out.
    const box = page.locator('.quick-input-widget input[placeholder*="Color Theme"]').first();
    await box.fill(theme.label);
    await rows
      .filter({ has: page.getByText(theme.label, { exact: true }) })
      .first()
      .click();
    await box.waitFor({ state: 'hidden', timeout: 10_000 });
    await page.locator(`.monaco-workbench.${theme.class}`).waitFor({ timeout: 20_000 });
  }

  async function shot(name) {
    fs.mkdirSync(shots, { recursive: true });
    const file = path.join(shots, `${name}.png`);
    await page.screenshot({ path: file, animations: 'disabled' });
    return file;
  }

  return { palette, byKeys, openDataset, reload, contextMenu, frameOf, setTheme, shot, tabs };
}
