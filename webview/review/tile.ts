/** One tile: the photo and everything that is known about it, as text too. */

import { html, nothing, type TemplateResult } from 'lit';
import type { ReviewTile } from '../../src/protocol/review.js';
import type { Cell } from '../shared/imageGrid.js';
import { styled } from '../shared/styled.js';
import { icon } from '../shared/ui.js';
import { percent } from '../shared/words.js';
import { differs, groupHeading, groupWords, kindWords, labelWords, splitWords, tileName, verdict } from './words.js';

export const waitingCell = (index: number, total: number): Cell => ({
  content: html`<div class="thumb"></div>`,
  name: `loading, ${index + 1} of ${total}`,
  className: 'is-waiting',
  isSelected: false,
  isBusy: true,
});

export const tileCell = (
  tile: ReviewTile,
  at: {
    readonly index: number;
    readonly total: number;
    readonly isSaving: boolean;
    readonly isSelected: boolean;
    /** The photo before it in the list, where it is known. */
    readonly before: ReviewTile | undefined;
  },
): Cell => ({
  content: content(tile, at.isSaving, at.isSelected, groupHeading(tile, at.before)),
  name: tileName(tile, at.index, at.total, at.isSaving),
  className: [
    verdict(tile) === null ? 'is-undecided' : 'is-decided',
    tile.group === null ? '' : groupHeading(tile, at.before) === null ? 'is-grouped' : 'is-grouped is-group-start',
  ].join(' '),
  isSelected: at.isSelected,
  isBusy: at.isSaving,
});

const content = (tile: ReviewTile, isSaving: boolean, isSelected: boolean, heading: string | null): TemplateResult =>
  html`<div class="thumb" title=${tile.path}>
      ${tile.thumb === null ? icon('file-media') : html`<img src=${tile.thumb} alt="" draggable="false" />`}
      ${isSelected ? html`<span class="mark is-selected-mark">${icon('pass-filled')}</span>` : nothing}
      ${mark(tile, isSaving)} ${tile.group === null ? nothing : band(tile, heading)}
    </div>
    <div class="facts" aria-hidden="true">
      ${fact('Label', labelWords(tile), tile.decision === 'relabel' ? '' : percentOrNothing(tile.labelProbability), 'is-label')}
      ${
        tile.prediction === null
          ? // What is out of the dataset is judged by nobody.
            tile.status === 'in'
            ? html`<div class="fact is-muted">not judged yet</div>`
            : nothing
          : fact('Model', tile.prediction, percentOrNothing(tile.probability))
      }
      ${tile.surprise === null ? nothing : surprise(tile.surprise)} ${suggestion(tile)}
      <div class="chips">
        ${tile.kinds.map(
          (kind, at) =>
            html`<span class="chip is-kind is-${kind}" title=${tile.reasons[at] ?? ''}>${kindWords[kind]}</span>`,
        )}
        ${tile.copies > 1 ? html`<span class="chip" title="${tile.copies} copies of this file">× ${tile.copies}</span>` : nothing}
        ${tile.split === null ? nothing : html`<span class="chip is-quiet">${splitWords[tile.split]}</span>`}
      </div>
    </div>`;

const band = (tile: ReviewTile, heading: string | null): TemplateResult => {
  const text = [heading, groupWords(tile)].filter((part) => part !== null && part !== '').join(': ');
  return text === '' ? html`` : html`<span class="band" title=${text}>${text}</span>`;
};

const percentOrNothing = (share: number | null): string => (share === null ? '' : percent(share));

const fact = (what: string, value: string, figure: string, className = ''): TemplateResult =>
  html`<div class="fact ${className}">
    <span class="what">${what}</span><span class="value" title=${value}>${value}</span
    ><span class="figure">${figure}</span>
  </div>`;

const surprise = (value: number): TemplateResult =>
  html`<div class="fact" title="How much the label surprises a judge that has not seen this photo, 0–100">
    <span class="what">Surprise</span
    ><span class="meter"><i ${styled({ transform: `scaleX(${value / 100})` })}></i></span
    ><span class="figure">${value}</span>
  </div>`;

const suggestion = (tile: ReviewTile): TemplateResult | typeof nothing => {
  if (tile.suggestion === null || tile.decision !== null || tile.status !== 'in') return nothing;
  const isSecondOpinion = differs(tile);
  return html`<div
    class="fact is-suggestion"
    title=${isSecondOpinion ? 'The judge suggests something else than the model predicts' : 'Enter accepts'}
  >
    <span class="what">Suggest</span
    ><span class="value" title=${tile.suggestion}>${tile.suggestion}</span
    >${isSecondOpinion ? html`<span class="figure">${icon('lightbulb')} differs</span>` : nothing}
  </div>`;
};

const mark = (tile: ReviewTile, isSaving: boolean): TemplateResult | typeof nothing => {
  if (isSaving) return html`<span class="mark is-verdict">${icon('sync')} Saving…</span>`;
  const decided = verdict(tile);
  return decided === null ? nothing : html`<span class="mark is-verdict">${icon(decided.icon)} ${decided.text}</span>`;
};
