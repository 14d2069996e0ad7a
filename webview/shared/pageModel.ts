/** What the model of every page has: drawing again, what was said, and what went wrong. */

import { WinnowError } from '../../src/base/errors.js';

export abstract class PageModel {
  /** Spoken to those who do not see the page. */
  said = '';
  trouble: string | null = null;
  protected readonly redraw: () => void;

  protected constructor(redraw: () => void) {
    this.redraw = redraw;
  }

  dismiss(): void {
    this.trouble = null;
    this.redraw();
  }

  /** Says what went wrong; what somebody cancelled is no trouble. */
  fail(error: unknown): void {
    if (WinnowError.is(error, 'cancelled')) return;
    this.trouble = error instanceof Error ? error.message : String(error);
    this.redraw();
  }

  /** Does it and draws again; never throws. @param trouble stays to be said where it succeeds. */
  protected async attempt(work: () => Promise<void>, trouble: string | null = null): Promise<void> {
    try {
      await work();
      this.trouble = trouble;
      this.redraw();
    } catch (error) {
      this.fail(error);
    }
  }
}
