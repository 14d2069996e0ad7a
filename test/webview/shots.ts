/** Writes a picture of each surface in each theme to test/webview/shots/ (ignored by git), for people to look at. */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const folder = fileURLToPath(new URL('./shots/', import.meta.url));

/** Only where WINNOW_SHOTS=1 asks for it: pictures cost time and prove nothing to a machine. */
export const shoot = async (page: Page, name: string): Promise<void> => {
  if (process.env['WINNOW_SHOTS'] !== '1') return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
};
