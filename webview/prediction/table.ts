/** Many answers: a line a class, and a table to sort. */

import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { differenceSentence } from '../../src/core/predict/difference.js';
import type { ClassSummary } from '../../src/core/predict/folderSummary.js';
import type { PredictionCard } from '../../src/protocol/prediction.js';
import { icon } from '../shared/ui.js';
import { count, percentFine } from '../shared/words.js';
import type { RowWindow } from '../shared/rowWindow.js';
import { styled } from '../shared/styled.js';
import type { Column } from './sorting.js';
import type { PredictionModel } from './state.js';

const headings: readonly (readonly [Column, string, string])[] = [
  ['picture', 'Picture', 'Name of the file'],
  ['prediction', 'Prediction', 'The most probable class'],
  ['probability', 'Probability', 'Calibrated probability of that class'],
  ['certainty', 'Certainty', 'Sure, unsure, or never seen anything like it'],
  ['difference', 'Difference', 'How many of your own photos of the class have a smaller lead over the next class'],
];

const certaintyWords = { sure: 'Sure', unsure: 'Unsure', unseen: 'Never seen' } as const;
const share = (percentile: number): string => `${String(Math.round(percentile))} %`;

/** Rows are grids at places of their own, because only those in sight exist; the roles say that it is a table all the same. */
export const table = (model: PredictionModel, shown: RowWindow): TemplateResult => {
  const rows = model.rows();
  return html`<table class="answers" role="table" aria-label="Answers" aria-rowcount=${rows.length + 1}>
    <thead role="rowgroup">
      <tr role="row" aria-rowindex="1">
        ${headings.map(([by, text, hint]) => {
          const isSorted = model.sort?.by === by;
          const isDescending = isSorted && model.sort?.isDescending === true;
          return html`<th
            role="columnheader"
            scope="col"
            class=${isFigure(by) ? 'figure' : ''}
            aria-sort=${isSorted ? (isDescending ? 'descending' : 'ascending') : nothing}
          >
            <button class="plain" title=${hint} @click=${() => model.sortBy(by)}>
              ${text}${isSorted ? icon(isDescending ? 'chevron-down' : 'chevron-up') : nothing}
            </button>
          </th>`;
        })}
        <td role="cell"></td>
      </tr>
    </thead>
    <tbody role="rowgroup" ${styled({ height: `${String(shown.height(rows.length))}px` })}>
      ${repeat(
        shown.of(rows.length),
        (at) => rows[at]!.key,
        (at) => {
          const top = shown.top(at, rows.length);
          return guard([rows[at], at, top], () => line(rows[at]!, at, top, model));
        },
      )}
    </tbody>
  </table>`;
};

const isFigure = (by: Column): boolean => by === 'probability' || by === 'difference';

const line = (row: PredictionCard, at: number, top: number, model: PredictionModel): TemplateResult =>
  html`<tr
    role="row"
    tabindex="-1"
    data-key=${row.key}
    aria-rowindex=${at + 2}
    ${styled({ transform: `translateY(${String(top)}px)` })}
  >
    <th role="rowheader" scope="row" title=${row.path ?? row.name}>
      ${
        row.path === null
          ? html`<span>${row.name}</span>`
          : html`<button class="link" @click=${() => void model.openFile(row.key, null)}>${row.name}</button>`
      }
    </th>
    ${
      row.state === 'done'
        ? answer(row, model)
        : html`<td role="cell" colspan="5" aria-colspan="5" class=${row.state === 'failed' ? 'is-failed' : 'quiet'}>
            ${row.state === 'failed' ? failure(row, model) : 'Looking…'}
          </td>`
    }
  </tr>`;

/** A row holds one line of it: the rest is said where there is room. */
const failure = (row: PredictionCard, model: PredictionModel): TemplateResult => {
  const why = row.error ?? 'This picture got no answer.';
  return html`<button class="link" title=${why} @click=${() => model.say(`${row.name}: ${why}`)}>${why}</button>`;
};

const answer = (row: PredictionCard, model: PredictionModel): TemplateResult =>
  html`<td role="cell" title=${row.prediction ?? ''}><span>${row.prediction ?? '–'}</span></td>
    <td role="cell" class="figure">${percentFine(row.probabilities[0]?.probability ?? null)}</td>
    <td role="cell">${row.certainty === null ? '–' : certaintyWords[row.certainty]}</td>
    <td role="cell" class="figure" title=${row.difference === null ? nothing : differenceSentence(row.difference)}>
      ${row.difference === null ? '–' : share(row.difference.percentile)}
    </td>
    <td role="cell">
      <button
        class="plain"
        title="Add to dataset as…"
        aria-label="Add ${row.name} to the dataset as…"
        @click=${() => void model.addToDataset(row.key)}
      >
        ${icon('add')}
      </button>
    </td>`;

/** One line a class. */
export const summary = (classes: readonly ClassSummary[]): TemplateResult | typeof nothing =>
  classes.length === 0
    ? nothing
    : html`<section class="summary" aria-label="By class">
        <ul>
          ${classes.map(
            (one) => html`<li><strong title=${one.label}>${one.label}</strong> <span>${classWords(one)}</span></li>`,
          )}
        </ul>
      </section>`;

const classWords = ({ photos, sure, unseen, difference }: ClassSummary): string => {
  const parts = [count(photos, 'picture'), `${String(sure)} sure`];
  if (unseen > 0) parts.push(`${String(unseen)} like nothing seen before`);
  if (difference) {
    const { median, low, high } = difference;
    const interval = low === null || high === null ? '' : ` (${low.toFixed(0)} to ${share(high)})`;
    parts.push(`median difference ${share(median)}${interval}`);
  }
  return parts.join(', ');
};
