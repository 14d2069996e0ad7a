/** What a page says beside its content (a slim banner) or instead of it. */

import { html, nothing, type TemplateResult } from 'lit';
import { button, icon, progressRing } from './ui.js';

export interface Notice {
  readonly kind: 'info' | 'busy' | 'error' | 'locked';
  readonly text: string;
  readonly action?: { readonly text: string; readonly onClick: () => void; readonly look: 'primary' | 'secondary' };
}

const icons = { info: 'info', error: 'error', locked: 'lock' } as const;

export const notice = (shown: Notice, place: 'banner' | 'page'): TemplateResult =>
  html`<section class="notice is-${place} is-${shown.kind}" aria-label="Notice">
    ${shown.kind === 'busy' ? progressRing() : icon(icons[shown.kind])}
    <p role="status">${shown.text}</p>
    ${shown.action ? button(shown.action) : nothing}
  </section>`;

/** An error that the person can put away. */
export const trouble = (message: string | null, onDismiss: () => void): TemplateResult | typeof nothing =>
  message === null
    ? nothing
    : html`<section class="notice is-banner is-error" aria-label="Error">
        ${icon('error')}
        <p role="alert">${message}</p>
        ${button({ text: 'Dismiss', onClick: onDismiss })}
      </section>`;
