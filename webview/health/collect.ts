/** What to collect and to label next: asked for by hand, because it takes hundreds of small fits. */

import { html, nothing, type TemplateResult } from 'lit';
import { collectSentences, type CollectReport } from '../../src/core/health/collectReport.js';
import type { HealthReport } from '../../src/core/health/healthReport.js';
import { button, progressRing } from '../shared/ui.js';
import { count, percent } from '../shared/words.js';
import { details } from './details.js';
import type { HealthModel } from './state.js';

export const collect = ({ run }: HealthReport, model: HealthModel): TemplateResult | typeof nothing => {
  if (run === null) return nothing;
  const { collected } = model;
  return html`<section aria-labelledby="collect-title">
    <h2 id="collect-title">What to collect next</h2>
    ${collected ? found(collected, model) : nothing} ${model.isCollecting ? running(model) : asking(model)}
  </section>`;
};

const asking = (model: HealthModel): TemplateResult =>
  html`${
      model.collected
        ? nothing
        : html`<p class="quiet">
            Which classes would gain from more photos, and which photos to label first. It takes a while; everything
            else goes on.
          </p>`
    }
    <div>
      ${button({
        text: model.collected ? 'Work It Out Again' : 'Work It Out',
        icon: 'lightbulb',
        onClick: () => void model.collect(),
      })}
    </div>`;

const running = (model: HealthModel): TemplateResult =>
  html`<div class="running">
    ${progressRing()}
    <p>
      Trying with fewer photos of each class
      …${model.progress ? ` ${String(model.progress.done)} of ${String(model.progress.total)}` : ''}
    </p>
    ${button({ text: 'Stop', onClick: () => void model.stopCollecting() })}
  </div>`;

const found = (report: CollectReport, model: HealthModel): TemplateResult =>
  html`${collectSentences(report).map((sentence) => html`<p>${sentence}</p>`)}
  ${report.curves.length > 0 ? details(model, 'curves', 'Details', curves(report)) : nothing}
  ${
    report.pairs.length > 0
      ? html`<h3>To tell classes apart</h3>
          <ul class="advice">
            ${report.pairs.map(
              ({ actual, predicted, count: n, terms }) =>
                html`<li>
                  ${actual} is taken for ${predicted} ${count(n, 'time')}: search for
                  ${terms.map((term, i) => html`${i > 0 ? ', ' : nothing}“${term}”`)}.
                </li>`,
            )}
          </ul>`
      : nothing
  }
  ${
    report.next.length > 0
      ? html`<h3>Label these next</h3>
          <p>
            Of ${count(report.unlabelled, 'photo')} without a label, the most useful first: typical ones of what no
            label covers yet.
          </p>
          <ol class="photos">
            ${report.next.map(
              ({ id, path, prediction, probability }) =>
                html`<li>
                  <button class="link" title=${path} @click=${() => void model.openFile(id)}>
                    <span>${path}</span>
                  </button>
                  ${
                    prediction === null
                      ? nothing
                      : html`<span class="quiet" title="${prediction} ${percent(probability)}"
                          >looks like ${prediction} (${percent(probability)})</span
                        >`
                  }
                </li>`,
            )}
          </ol>`
      : nothing
  }`;

const curves = ({ curves: all, photos }: CollectReport): TemplateResult =>
  html`<p>
      Points of mean recall over all classes when a class’s photos double, with the 80 % interval: 20 draws a point with
      50, 70 and 85 % of its photos, look-alikes together, and a bootstrap over groups; on ${count(photos, 'photo')}.
    </p>
    <ul class="pairs">
      ${all.map(
        ({ label, slope, interval }) =>
          html`<li>
            <span class="name" title=${label}>${label}</span
            ><span class="figure">${points(slope)} (${points(interval.low)} to ${points(interval.high)})</span>
          </li>`,
      )}
    </ul>`;

const points = (share: number): string => (Math.round(1000 * share) / 10).toLocaleString('en');
