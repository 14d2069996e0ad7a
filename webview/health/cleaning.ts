/** What cleaning changed. The audit alone speaks of better or worse. */

import { html, nothing, type TemplateResult } from 'lit';
import { cleaningSentences, type CleaningReport, type Flip } from '../../src/core/health/cleaning.js';
import type { HealthReport } from '../../src/core/health/healthReport.js';
import { auditSentences } from '../../src/core/review/auditWords.js';
import { button } from '../shared/ui.js';
import { details } from './details.js';
import type { HealthModel } from './state.js';

export const cleaning = ({ cleaning: report, run }: HealthReport, model: HealthModel): TemplateResult => {
  const { audit, flips, relabels } = report;
  const isAuditOpen = audit.asked > audit.answered && report.mended > 0;
  return html`<section aria-labelledby="cleaning-title">
    <h2 id="cleaning-title">After cleaning</h2>
    ${cleaningSentences(report).map((sentence) => html`<p>${sentence}</p>`)}
    ${
      audit.results && report.mended > 0
        ? html`<h3>What the audit says</h3>
            ${auditSentences(audit.results).map((sentence) => html`<p>${sentence}</p>`)}`
        : nothing
    }
    ${
      isAuditOpen && run !== null
        ? html`<div>${button({ text: 'Audit Labels', icon: 'law', onClick: () => void model.audit() })}</div>`
        : nothing
    }
    ${relabels.length > 0 ? details(model, 'relabels', 'What was relabelled', flows(relabels)) : nothing}
    ${
      flips && flips.nowRight.length > 0
        ? details(model, 'now-right', 'Now right', photos(flips.nowRight, flips.toRight, model))
        : nothing
    }
    ${
      flips && flips.nowWrong.length > 0
        ? details(model, 'now-wrong', 'Now wrong', photos(flips.nowWrong, flips.toWrong, model))
        : nothing
    }
  </section>`;
};

const flows = (relabels: CleaningReport['relabels']): TemplateResult =>
  html`<ul class="pairs">
    ${relabels.map(
      ({ from, to, count }) =>
        html`<li title="${from} to ${to}">
          <span class="name">${from} → ${to}</span><span class="figure">${count.toLocaleString('en')}</span>
        </li>`,
    )}
  </ul>`;

const photos = (shown: readonly Flip[], all: number, model: HealthModel): TemplateResult =>
  html`<ul class="photos">
      ${shown.map(
        ({ id, path, label, before, now, isAudited }) =>
          html`<li>
            <button class="link" title=${path} @click=${() => void model.openFile(id)}><span>${path}</span></button>
            <span class="quiet" title="${label}; before ${before}, now ${now}"
              >${isAudited ? 'audited as' : 'labelled'} ${label}: ${before} → ${now}</span
            >
          </li>`,
      )}
    </ul>
    ${all > shown.length ? html`<p class="quiet">And ${(all - shown.length).toLocaleString('en')} more.</p>` : nothing}`;
