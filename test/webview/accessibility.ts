/** What axe says of a page. Cheap enough to ask in every theme. */

import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Every rule that axe runs by default; empty when the page breaks none. */
export const violations = async (page: Page): Promise<string[]> => {
  // Reading half a megabyte of axe costs more than most looks: once a document. No page here has a frame of another
  // origin, for whose sake axe would open one more page each time.
  const isThere = await page.evaluate(() => 'axe' in window);
  const { violations: found } = await new AxeBuilder({ page, ...(isThere ? { axeSource: 'null' } : {}) })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .analyze();
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join('\n  ')}`,
  );
};
