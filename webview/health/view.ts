/** The health page: sentences first, figures under Details; what can be looked at opens the review. */

import { html, nothing, type TemplateResult } from 'lit';
import type { FindingKind } from '../../src/core/findings/finding.js';
import type { HealthReport } from '../../src/core/health/healthReport.js';
import { between, findingPhrase } from '../../src/core/health/healthWords.js';
import { percent } from '../../src/core/metrics/percent.js';
import { agreementSentence } from '../../src/core/review/auditWords.js';
import { notice, trouble, type Notice } from '../shared/notice.js';
import { icon } from '../shared/ui.js';
import { count } from '../shared/words.js';
import { classes } from './classes.js';
import { cleaning } from './cleaning.js';
import { collect } from './collect.js';
import { confidence } from './confidence.js';
import type { HealthModel } from './state.js';
import { trust } from './trust.js';

export const page = (model: HealthModel): TemplateResult => {
  const { state } = model;
  // An empty dataset has nothing to be told but that.
  const report = state?.report && state.report.images > 0 ? state.report : null;
  const told = noticeOf(model);
  return html`<header class="bar">
      <h1 title=${state?.datasetName ?? ''}>
        Health<span class="quiet">${state ? ` ${state.datasetName}` : ''}</span>
      </h1>
      ${report ? headline(report) : nothing}
    </header>
    ${trouble(model.trouble, () => model.dismiss())} ${told && report ? notice(told, 'banner') : nothing}
    <main aria-busy=${model.isBusy ? 'true' : 'false'}>
      ${told && !report ? notice(told, 'page') : nothing}
      ${
        report
          ? html`<div class="sections">
              ${findings(report, model)} ${classes(report, model)} ${confidence(report, model)} ${trust(report, model)}
              ${cleaning(report, model)} ${collect(report, model)}
            </div>`
          : nothing
      }
    </main>
    <div class="hidden-words" role="status" aria-live="polite">${model.said}</div>`;
};

const headline = ({ accuracy, images, labelled, cleaning: { mended } }: HealthReport): TemplateResult => {
  const photos =
    labelled === images
      ? `${count(images, 'photo')}, all with a label.`
      : `${count(images, 'photo')}, ${labelled.toLocaleString('en')} with a label.`;
  return html`<p>
    ${photos}
    ${
      accuracy
        ? html`Judged without having been seen, <strong>${percent(accuracy.value)}</strong> get the label they have
            (with this many photos, anything from ${between(accuracy)} is likely).`
        : nothing
    }
    ${accuracy && mended > 0 ? agreementSentence(mended) : nothing}
  </p>`;
};

const findings = (report: HealthReport, model: HealthModel): TemplateResult =>
  html`<section aria-labelledby="findings-title">
    <h2 id="findings-title">What to look at</h2>
    ${
      report.findings.length === 0
        ? html`<p class="quiet">Nothing looks wrong.</p>`
        : html`<ul class="kinds">
            ${report.findings.map(
              ({ kind, count: n }) =>
                html`<li>
                  ${
                    hasPhotos(kind)
                      ? html`<button class="link" @click=${() => void model.review({ kind })}>
                          ${kindWords(kind, n)}
                        </button>`
                      : html`<p>${kindWords(kind, n)}</p>`
                  }
                </li>`,
            )}
          </ul>`
    }
    ${report.properties.map((sentence) => html`<p>${icon('info')} ${sentence}</p>`)}
  </section>`;

const kindWords = (kind: FindingKind, n: number): TemplateResult =>
  html`<span class="figure">${n.toLocaleString('en')}</span> ${findingPhrase(kind, n)}`;

/** The others are about classes, the whole dataset, or files that are no pictures: the review has no photo of them. */
const hasPhotos = (kind: FindingKind): boolean =>
  kind !== 'class-imbalance' && kind !== 'shortcut' && kind !== 'bad-image';

const noticeOf = (model: HealthModel): Notice | null => {
  const { state } = model;
  if (state === null) {
    return model.trouble === null ? { kind: 'busy', text: 'Looking at the dataset …' } : null;
  }
  if (model.isBusy) return { kind: 'busy', text: 'Looking at the dataset again …' };
  switch (state.state) {
    case 'ready':
      return state.report?.images === 0 ? { kind: 'info', text: 'There are no photos here yet.' } : null;
    case 'no-run':
      return {
        kind: 'info',
        text: 'Not trained yet: train to know how well the classes are told apart, and how far the figures can be trusted.',
        action: { text: 'Train', onClick: () => void model.train(), look: 'primary' },
      };
    case 'busy':
      return { kind: 'busy', text: state.message ?? 'Working …' };
    case 'stale':
      return {
        kind: 'info',
        text: state.message ?? 'Something has changed since.',
        action: { text: 'Look Again', onClick: () => void model.refresh(), look: 'primary' },
      };
    case 'error':
      return {
        kind: 'error',
        text: state.message ?? 'Something went wrong. Your decisions are safe.',
        action: { text: 'Try Again', onClick: () => void model.refresh(), look: 'secondary' },
      };
  }
};
