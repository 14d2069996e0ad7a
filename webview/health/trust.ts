/** What may flatter the figures: look-alikes, web sites, products, shortcuts. */

import { html, nothing, type TemplateResult } from 'lit';
import type { HealthReport, LeftOutHealth, LookAlikeHealth } from '../../src/core/health/healthReport.js';
import {
  leftOutSentences,
  lookAlikeSentences,
  points,
  productWords,
  siteWords,
  type LeftOutWords,
} from '../../src/core/health/healthWords.js';
import type { LeftOutReport } from '../../src/core/health/leftOut.js';
import { icon } from '../shared/ui.js';
import { percent } from '../shared/words.js';
import { details } from './details.js';
import type { HealthModel } from './state.js';

export const trust = (report: HealthReport, model: HealthModel): TemplateResult =>
  html`<section aria-labelledby="trust-title">
    <h2 id="trust-title">Can the figures be trusted?</h2>
    <h3>Look-alikes</h3>
    ${lookAlikes(report.lookAlikes, model)}
    <h3>Web sites</h3>
    ${leftOut(report.sites, siteWords, model)}
    <h3>Products</h3>
    ${leftOut(report.products, productWords, model)}
    ${
      report.shortcuts.length > 0
        ? html`<h3>Shortcuts</h3>
            ${report.shortcuts.map((sentence) => html`<p>${icon('warning')} ${sentence}</p>`)}`
        : nothing
    }
  </section>`;

const lookAlikes = (health: LookAlikeHealth, model: HealthModel): TemplateResult => {
  const { difference, pairs } = health;
  return html`${lookAlikeSentences(health).map((sentence) => html`<p>${sentence}</p>`)}
  ${
    difference === null || pairs === 0
      ? nothing
      : details(
          model,
          'look-alikes',
          'Details',
          html`<p>
            Leave-one-out less leave-one-group-out: ${points(difference.low)} to ${points(difference.high)} points (95
            %, bootstrap over groups). The pairs that would have straddled are counted on the split of winnow.json,
            drawn photo by photo.
          </p>`,
        )
  }`;
};

const leftOut = (health: LeftOutHealth, words: LeftOutWords, model: HealthModel): TemplateResult =>
  health.known === null
    ? html`<p class="quiet">${health.missing}</p>`
    : html`${leftOutSentences(health.known, words).map(
        (sentence) => html`<p>${sentence.startsWith(words.warning) ? icon('warning') : nothing} ${sentence}</p>`,
      )}
      ${details(model, words.one, 'Details', parts(health.known, words))}`;

const parts = (report: LeftOutReport, { one }: LeftOutWords): TemplateResult =>
  html`<p>
      Each photo judged by a fit that saw nothing of its ${one}, nor of any look-alike of it. Ordinary less left out:
      ${points(report.gap.low)} to ${points(report.gap.high)} points; as many photos of the same classes left out at
      random less left out: ${points(report.gapBeyondRandom.low)} to ${points(report.gapBeyondRandom.high)} points (95
      %).
    </p>
    <div class="scroll" role="region" aria-label="Accuracy by ${one}" tabindex="0">
      <table class="parts">
        <thead>
          <tr>
            <th scope="col">${one[0]!.toUpperCase()}${one.slice(1)}</th>
            <th scope="col" class="figure">Photos</th>
            <th scope="col" class="figure">Ordinarily</th>
            <th scope="col" class="figure">Left out</th>
          </tr>
        </thead>
        <tbody>
          ${report.worst.map(
            (part) =>
              html`<tr>
                <th scope="row" title=${part.name}><span>${part.name}</span></th>
                <td class="figure">${part.photos.toLocaleString('en')}</td>
                <td class="figure">${percent(part.ordinary)}</td>
                <td class="figure">${percent(part.leftOut)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
