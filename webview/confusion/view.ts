/** The confusion page: a real table of buttons, the most confused pairs, and figures for each class. */

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ConfusionState } from '../../src/protocol/confusion.js';
import { notice, trouble, type Notice } from '../shared/notice.js';
import { icon } from '../shared/ui.js';
import { count, percent, percentFine } from '../shared/words.js';
import { heat, type CellPlace, type Column, type ConfusionModel } from './state.js';

export const page = (model: ConfusionModel): TemplateResult => {
  const { state } = model;
  const shown = noticeOf(model);
  const hasMatrix = state !== null && state.matrix.length > 0;
  return html`<header class="bar">
      <h1 title=${state?.datasetName ?? ''}>
        Confusion<span class="quiet">${state ? ` ${state.datasetName}` : ''}</span>
      </h1>
      ${state && hasMatrix ? accuracy(state) : nothing}
    </header>
    ${trouble(model.trouble, () => model.dismiss())} ${shown && hasMatrix ? notice(shown, 'banner') : nothing}
    <main>
      ${shown && !hasMatrix ? notice(shown, 'page') : nothing}
      ${
        state && hasMatrix
          ? html`${matrix(state, model)}
              <div class="beside">${mostConfused(state, model)} ${perClass(model)}</div>`
          : nothing
      }
    </main>
    <div class="hidden-words" role="status" aria-live="polite">${model.said}</div>`;
};

const accuracy = (state: ConfusionState): TemplateResult =>
  html`<p>
    Accuracy <strong>${percentFine(state.accuracy)}</strong>, each photo judged without having been seen. Choose a
    number to see exactly those photos in the review.
  </p>`;

const matrix = (state: ConfusionState, model: ConfusionModel): TemplateResult => {
  const { vocab } = state;
  const tab = (cell: CellPlace): string =>
    cell.row === model.cell.row && cell.column === model.cell.column ? '0' : '-1';
  return html`<div class="scroll" role="region" aria-label="Confusion matrix" tabindex="-1">
    <table
      class="matrix"
      aria-describedby="matrix-hint"
      @focusin=${(event: FocusEvent) => {
        const place = placeOf(event.target);
        if (place && (place.row !== model.cell.row || place.column !== model.cell.column)) model.moveTo(place);
      }}
    >
      <caption class="hidden-words" id="matrix-hint">
        Rows: what the photo is labelled. Columns: what the model says. Arrow keys move, Enter shows the photos.
      </caption>
      <thead>
        <tr>
          <td class="corner"><span>label ↓</span><span>model →</span></td>
          ${vocab.map(
            (name, column) =>
              html`<th scope="col" title=${name}>
                <button
                  data-row="-1"
                  data-column=${column}
                  tabindex=${tab({ row: -1, column })}
                  aria-label="All predicted ${name}"
                  @click=${() => void model.showCell(null, name)}
                >
                  <span>${name}</span>
                </button>
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${state.matrix.map((counts, row) => {
          const total = counts.reduce((sum, n) => sum + n, 0);
          const actual = vocab[row] ?? '';
          return html`<tr>
            <th scope="row" title=${actual}>
              <button
                data-row=${row}
                data-column="-1"
                tabindex=${tab({ row, column: -1 })}
                aria-label="All labelled ${actual}"
                @click=${() => void model.showCell(actual, null)}
              >
                <span>${actual}</span>
              </button>
            </th>
            ${counts.map((n, column) => {
              const predicted = vocab[column] ?? '';
              const words = `${n} labelled ${actual}, predicted ${predicted}${row === column ? ', right' : ''}`;
              return html`<td class="heat-${heat(n, total)} ${row === column ? 'is-right' : ''}">
                <button
                  data-row=${row}
                  data-column=${column}
                  tabindex=${tab({ row, column })}
                  title=${words}
                  aria-label=${words}
                  @click=${() => void model.showCell(actual, predicted)}
                >
                  ${n === 0 ? '·' : n}
                </button>
              </td>`;
            })}
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
};

const placeOf = (target: EventTarget | null): CellPlace | null => {
  const button = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  return button ? { row: Number(button.dataset['row']), column: Number(button.dataset['column']) } : null;
};

const mostConfused = (state: ConfusionState, model: ConfusionModel): TemplateResult =>
  html`<section aria-labelledby="most-title">
    <h2 id="most-title">Most confused</h2>
    ${
      state.mostConfused.length === 0
        ? html`<p class="quiet">No photo was taken for another class.</p>`
        : html`<ol class="most">
            ${state.mostConfused.map(
              ({ actual, predicted, count: n }) =>
                html`<li>
                  <button
                    class="link"
                    title="${actual} taken for ${predicted}: ${count(n, 'photo')}"
                    @click=${() => void model.showCell(actual, predicted)}
                  >
                    <span class="name">${actual}</span> taken for <span class="name">${predicted}</span>
                  </button>
                  <span class="figure">${n}</span>
                </li>`,
            )}
          </ol>`
    }
  </section>`;

const columns: readonly (readonly [Column, string, string])[] = [
  ['label', 'Class', 'Name of the class'],
  ['precision', 'Precision', 'Of the photos that the model gives this class, how many are labelled so'],
  ['recall', 'Recall', 'Of the photos labelled so, how many the model finds'],
  ['f1', 'F1', 'Precision and recall in one figure'],
  ['support', 'Photos', 'Photos with this label'],
];

const perClass = (model: ConfusionModel): TemplateResult =>
  html`<section aria-labelledby="class-title">
    <h2 id="class-title">Each class</h2>
    <table class="classes">
      <thead>
        <tr>
          ${columns.map(([by, text, hint]) => {
            const isSorted = model.sort.by === by;
            return html`<th
              scope="col"
              class=${by === 'label' ? '' : 'figure'}
              aria-sort=${isSorted ? (model.sort.isDescending ? 'descending' : 'ascending') : nothing}
            >
              <button class="plain" title=${hint} @click=${() => model.sortBy(by)}>
                ${text}${isSorted ? icon(model.sort.isDescending ? 'chevron-down' : 'chevron-up') : nothing}
              </button>
            </th>`;
          })}
        </tr>
      </thead>
      <tbody>
        ${repeat(
          model.sortedClasses(),
          (row) => row.label,
          (row) =>
            html`<tr>
              <th scope="row" title=${row.label}><span>${row.label}</span></th>
              <td class="figure">${percent(row.precision)}</td>
              <td class="figure">${percent(row.recall)}</td>
              <td class="figure">${percent(row.f1)}</td>
              <td class="figure">${row.support.toLocaleString('en')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;

const noticeOf = (model: ConfusionModel): Notice | null => {
  const { state } = model;
  if (!state) {
    return model.trouble === null
      ? { kind: 'busy', text: 'Opening…' }
      : { kind: 'error', text: 'The matrix could not be opened.' };
  }
  switch (state.state) {
    case 'no-run':
      return {
        kind: 'info',
        text: state.message ?? 'No model has judged these photos yet.',
        action: { text: 'Train', onClick: () => void model.train(), look: 'primary' },
      };
    case 'busy':
      return { kind: 'busy', text: state.message ?? 'Working…' };
    case 'error':
      return { kind: 'error', text: state.message ?? 'Something went wrong. Nothing was changed.' };
    case 'ready':
      if (state.matrix.length === 0) return { kind: 'info', text: 'There are no labelled photos to compare.' };
      return state.message === null ? null : { kind: 'info', text: state.message };
  }
};
