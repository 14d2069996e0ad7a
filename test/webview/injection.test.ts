import { describe, expect, it } from 'vitest';
import { mustSkip, surfaces, why, type Surface } from './harness.js';
import { startedHarness } from './startedHarness.js';
import { payloads, payloadsAPage } from './scenario.js';

/** What shows that a page has drawn its names. */
const drawn: Readonly<Record<Surface, string>> = {
  review: '.thumb img',
  confusion: '.matrix td button',
  prediction: '.card .classes',
  audit: '.photo img',
  health: '.classes tbody tr',
  training: '.past table',
  augment: '.varied img',
  map: '.legend .entry',
};
/** A prediction shows the few most probable classes, the training and the augmentation page one name or two of each twenty. */
const unshown: Partial<Record<Surface, number>> = { prediction: 160, training: 190, augment: 190 };
const pages = Array.from({ length: payloads.length / payloadsAPage }, (_, page) => page);

describe.skipIf(mustSkip)(`200 names that are scripts${why}`, () => {
  const harness = startedHarness();

  it('are 200', () => {
    expect(new Set(payloads).size).toBe(200);
  });

  it.each(surfaces)(
    'run nowhere in the %s and make no element; each is read as what it is',
    async (surface) => {
      const unread: string[] = [];
      for (const page of pages) {
        const opened = await harness.open(surface, {
          scenario: { classes: `payloads ${page}`, rows: payloadsAPage },
          height: 4000,
        });
        await opened.page.locator(drawn[surface]).first().waitFor();
        if (surface === 'review') {
          await opened.page.locator('[data-index="0"]').focus();
          await opened.page.keyboard.press('2');
          await opened.page.locator('.mark.is-verdict').first().waitFor();
        }
        const seen = await opened.page.evaluate(() => ({
          ran: 'winnowPwned' in window,
          made: [...document.querySelectorAll('iframe, object, embed, math, template, slot, a[href^="javascript:" i]')]
            .filter((element) => element.getRootNode() === document)
            .map((element) => element.outerHTML),
          handlers: [...document.querySelectorAll('*')].flatMap((element) =>
            element.getAttributeNames().filter((name) => name.startsWith('on')),
          ),
          text: [
            document.body.innerText,
            ...[...document.querySelectorAll('*')].flatMap((element) =>
              ['title', 'aria-label', 'value'].flatMap((name) => element.getAttribute(name) ?? []),
            ),
            ...[...document.querySelectorAll('option')].map(({ text }) => text),
          ].join('\n'),
        }));
        expect({ page, ...seen, text: '' }).toEqual({ page, ran: false, made: [], handlers: [], text: '' });
        expect(opened.faults).toEqual([]);
        const plain = (text: string): string => text.replace(/\s+/g, ' ');
        const text = plain(seen.text);
        const names = payloads.slice(page * payloadsAPage, (page + 1) * payloadsAPage);
        unread.push(...names.filter((name) => !text.includes(plain(name))));
        await harness.close(opened.page);
      }
      expect(unread.length).toBeLessThanOrEqual(unshown[surface] ?? 0);
    },
    180_000,
  );
});
