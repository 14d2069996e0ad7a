/** How honest the model's confidence is: the reliability chart, and the same as a table. */

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { HealthReport } from '../../src/core/health/healthReport.js';
import { between, calibrationSentence } from '../../src/core/health/healthWords.js';
import type { Calibration, CalibrationBin } from '../../src/core/metrics/calibrationBins.js';
import { percent } from '../shared/words.js';
import { details } from './details.js';
import type { HealthModel } from './state.js';

export const confidence = (report: HealthReport, model: HealthModel): TemplateResult | typeof nothing => {
  if (report.run === null) return nothing;
  const { calibration } = report;
  return html`<section aria-labelledby="confidence-title">
    <h2 id="confidence-title">When it is sure, is it right?</h2>
    ${
      calibration === null
        ? html`<p class="quiet">With fewer than 200 photos that have a label, this would be chance.</p>`
        : html`<p>${calibrationSentence(calibration)}</p>
            ${chart(calibration)} ${details(model, 'confidence', 'Details', table(calibration))}`
    }
  </section>`;
};

const [w, h] = [300, 220];
const edge = { left: 46, right: 20, top: 10, bottom: 34 };
const x = (share: number): number => edge.left + share * (w - edge.left - edge.right);
const y = (share: number): number => h - edge.bottom - share * (h - edge.top - edge.bottom);
const ticks = [0, 0.25, 0.5, 0.75, 1];

const chart = (calibration: Calibration): TemplateResult =>
  html`<figure class="chart">
    <svg
      viewBox="0 0 ${w} ${h}"
      role="img"
      aria-label=${`How often it is right, by how sure it is: ${calibration.bins.map(words).join('; ')}`}
    >
      ${ticks.map(
        (tick) =>
          svg`<line class="grid" x1=${x(0)} x2=${x(1)} y1=${y(tick)} y2=${y(tick)} /><text x=${x(0) - 5} y=${y(tick) + 3.5} text-anchor="end">${percent(tick)}</text><text x=${x(tick)} y=${y(0) + 14} text-anchor="middle">${percent(tick)}</text>`,
      )}
      <line class="ideal" x1=${x(0)} y1=${y(0)} x2=${x(1)} y2=${y(1)} />
      ${calibration.bins.map((bin) => mark(bin))}
      <text x=${(x(0) + x(1)) / 2} y=${h - 4} text-anchor="middle">how sure it is</text>
    </svg>
    <figcaption>
      <span><i class="key is-dot" aria-hidden="true"></i>how often it is right</span>
      <span><i class="key is-band" aria-hidden="true"></i>where a perfect model with as many photos would lie</span>
    </figcaption>
  </figure>`;

const mark = ({ predicted, observed, low, high }: CalibrationBin): TemplateResult =>
  svg`<line class="band" x1=${x(predicted)} x2=${x(predicted)} y1=${y(low)} y2=${y(high)} /><circle class=${observed < low || observed > high ? 'dot is-off' : 'dot'} cx=${x(predicted)} cy=${y(observed)} r="3.5" />`;

const words = ({ predicted, observed }: CalibrationBin): string =>
  `said ${percent(predicted)}, right ${percent(observed)}`;

const table = ({ bins, rows, error, perfectError }: Calibration): TemplateResult =>
  html`<p>
      ${bins.length} bins of equal count over ${rows.toLocaleString('en')} photos, each judged – its confidence scaled,
      too – without having been seen. Expected calibration error ${error.toFixed(3)}; a perfectly calibrated model of
      this size stays below ${perfectError.toFixed(3)} in 95 of 100 draws.
    </p>
    <div class="scroll" role="region" aria-label="Confidence by bin" tabindex="0">
      <table class="bins">
        <thead>
          <tr>
            <th scope="col" class="figure">Photos</th>
            <th scope="col" class="figure">Said</th>
            <th scope="col" class="figure">Right</th>
            <th scope="col" class="figure">A perfect model</th>
          </tr>
        </thead>
        <tbody>
          ${bins.map(
            (bin) =>
              html`<tr>
                <td class="figure">${bin.count}</td>
                <td class="figure">${percent(bin.predicted)}</td>
                <td class="figure">${percent(bin.observed)}</td>
                <td class="figure">${between(bin)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
