/** The search for a learning rate: how far it is, its curve, and what it suggests in words. */

import { html, nothing, type TemplateResult } from 'lit';
import { highestRate, type RateSearch } from '../../src/protocol/fineTuning.js';
import { notice } from '../shared/notice.js';
import { styled } from '../shared/styled.js';
import { button } from '../shared/ui.js';
import { chart, decadesAxis } from './chart.js';
import { recipeNames, type TrainingModel } from './state.js';

/** As it is said and taken: two digits are more than the losses can tell. */
export const rounded = (rate: number): number => Number(rate.toPrecision(2));
const rateWords = (rate: number): string => String(rounded(rate));

export const search = (found: RateSearch, model: TrainingModel): TemplateResult =>
  html`<section class="search" aria-labelledby="search">
    <h2 id="search">Learning rate<span class="quiet"> for the recipe “${recipeNames[found.recipe]}”</span></h2>
    ${found.isRunning ? searching(found, model) : ended(found, model)}
    ${found.notes.map((text) => notice({ kind: 'info', text }, 'banner'))}
    ${found.points.length > 1 ? curve(found) : nothing}
  </section>`;

const searching = ({ points, steps }: RateSearch, model: TrainingModel): TemplateResult => {
  const last = points.at(-1);
  return html`<div class="progress">
    <span
      >${last ? `Step ${points.length} of ${steps}, rate ${rateWords(last.rate)}, loss ${last.loss.toFixed(2)}` : 'Looking at the photos…'}</span
    >
    <span class="meter" aria-hidden="true"><i ${styled({ transform: `scaleX(${points.length / steps})` })}></i></span>
    ${button({ text: 'Stop Searching', onClick: () => void model.stopFinding() })}
  </div>`;
};

const ended = (found: RateSearch, model: TrainingModel): TemplateResult => {
  const { suggestion, error } = found;
  if (error !== null) return notice({ kind: 'error', text: error }, 'banner');
  if (suggestion === null) {
    return html`<p class="headline">
      No rate is suggested: the loss never fell. Leave the field empty; the recipe has its own.
    </p>`;
  }
  const isUsed = model.choice.rate === rounded(suggestion);
  return html`<p class="headline">Suggested: ${rateWords(suggestion)}.</p>
    <p>${lowestWords(found)}</p>
    <div class="other">
      ${button({
        text: isUsed ? 'Used' : 'Use This Rate',
        ...(isUsed ? { icon: 'check' } : {}),
        look: 'primary',
        isDisabled: isUsed,
        onClick: () => model.useRate(rounded(suggestion)),
      })}
    </div>`;
};

/** What the curve shows, for those who do not see it. */
const lowestWords = ({ points, steps }: RateSearch): string => {
  const lowest = points.reduce((low, point) => (point.loss < low.loss ? point : low));
  const end = points.at(-1) ?? lowest;
  return `The loss was lowest, ${lowest.loss.toFixed(2)}, at ${rateWords(lowest.rate)}; the search ended ${
    points.length < steps ? 'early ' : ''
  }at ${rateWords(end.rate)} with ${end.loss.toFixed(2)}. Nothing was kept or changed.`;
};

const curve = ({ points, suggestion }: RateSearch): TemplateResult =>
  html`<div class="charts">
    ${chart({
      title: 'Loss by learning rate',
      lines: [{ name: 'smoothed', look: 'a', points: points.map(({ rate, loss }) => [rate, loss]) }],
      axis: decadesAxis(1e-7, highestRate),
      mark: suggestion === null ? null : { at: suggestion, text: `suggested ${rateWords(suggestion)}` },
      range: null,
      tell: (value) => value.toFixed(2),
    })}
  </div>`;
