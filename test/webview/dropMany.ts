import type { Page } from 'playwright-core';

/** Addresses from the Explorer: each is answered, in one push. */
export const dropMany = (page: Page, count: number): Promise<void> =>
  page.evaluate((many) => {
    const drop = new DataTransfer();
    drop.setData(
      'text/uri-list',
      Array.from({ length: many }, (_, i) => `file:///photos/${String(i)}.jpg`).join('\r\n'),
    );
    document.dispatchEvent(new DragEvent('drop', { dataTransfer: drop, bubbles: true, cancelable: true }));
  }, count);
