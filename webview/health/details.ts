import { html, type TemplateResult } from 'lit';
import type { HealthModel } from './state.js';

/** Figures that not everybody wants to see, open or closed as they were left. */
export const details = (model: HealthModel, name: string, summary: string, content: TemplateResult): TemplateResult =>
  html`<details
    ?open=${model.isOpen(name)}
    @toggle=${(event: Event) => model.detail(name, (event.currentTarget as HTMLDetailsElement).open)}
  >
    <summary>${summary}</summary>
    ${content}
  </details>`;
