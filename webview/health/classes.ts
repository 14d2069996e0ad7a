/** Each class: how many photos, how many of them are found, how often the name is right. Bars repeat what the numbers say. */

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { HealthClass, HealthReport } from '../../src/core/health/healthReport.js';
import { styled } from '../shared/styled.js';
import { percent } from '../shared/words.js';
import { details } from './details.js';
import type { HealthModel } from './state.js';

export const classes = (report: HealthReport, model: HealthModel): TemplateResult | typeof nothing => {
  if (report.classes.length === 0) return nothing;
  const most = Math.max(1, ...report.classes.map(({ photos }) => photos));
  const isJudged = report.run !== null;
  const rows = [...report.classes].sort((a, b) => (a.recall ?? 2) - (b.recall ?? 2) || a.photos - b.photos);
  return html`<section aria-labelledby="classes-title">
    <h2 id="classes-title">Classes</h2>
    ${isJudged ? html`<p class="quiet">The class that is missed most comes first.</p>` : nothing}
    <div class="scroll" role="region" aria-label="Figures of the classes" tabindex="0">
      <table class="classes ${isJudged ? '' : 'is-plain'}">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" class="figure">Photos</th>
            ${
              isJudged
                ? html`<th
                      scope="col"
                      class="figure"
                      title="Of the photos of this class, the share that the model finds"
                    >
                      Found
                    </th>
                    <th
                      scope="col"
                      class="figure"
                      title="Of the photos that the model calls so, the share that are labelled so"
                    >
                      Right when said
                    </th>`
                : nothing
            }
          </tr>
        </thead>
        <tbody>
          ${repeat(
            rows,
            ({ label }) => label,
            (row) => classRow(row, most, isJudged, model),
          )}
        </tbody>
      </table>
    </div>
    ${isJudged ? details(model, 'classes', 'Details', intervals(rows)) : nothing}
  </section>`;
};

const classRow = (row: HealthClass, most: number, isJudged: boolean, model: HealthModel): TemplateResult =>
  html`<tr>
    <th scope="row">
      <button class="link" title=${row.label} @click=${() => void model.review({ label: row.label })}>
        <span>${row.label}</span>
      </button>
    </th>
    <td class="figure">${bar(row.photos / most)}<span>${row.photos.toLocaleString('en')}</span></td>
    ${
      isJudged
        ? html`<td class="figure">${bar(row.recall)}<span>${percent(row.recall)}</span></td>
            <td class="figure">${bar(row.precision)}<span>${percent(row.precision)}</span></td>`
        : nothing
    }
  </tr>`;

const bar = (share: number | null): TemplateResult =>
  html`<span class="meter" aria-hidden="true"><i ${styled({ transform: `scaleX(${String(share ?? 0)})` })}></i></span>`;

const intervals = (rows: readonly HealthClass[]): TemplateResult =>
  html`<p>
      <i>Found</i> is the recall, <i>right when said</i> the precision, each photo judged by models that saw neither it
      nor its look-alikes. Where the recall of as many photos could lie by chance (95 %):
    </p>
    <ul class="pairs">
      ${rows.map(
        ({ label, recallInterval }) =>
          html`<li>
            <span class="name" title=${label}>${label}</span
            ><span class="figure"
              >${recallInterval ? `${percent(recallInterval.low)} – ${percent(recallInterval.high)}` : '–'}</span
            >
          </li>`,
      )}
    </ul>`;
