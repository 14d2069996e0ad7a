/** The points as a table, a page at a time. */

import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { button } from '../shared/ui.js';
import { wordsFor } from './groups.js';
import { rowsAPage, type MapModel } from './state.js';

const place = (value: number): string => value.toFixed(3);

export const table = (model: MapModel): TemplateResult => {
  const from = model.tablePage * rowsAPage;
  const rows = model.shown.slice(from, from + rowsAPage);
  return html`<section class="as-table" aria-label="Photos of the map">
    <div class="scroll" tabindex="0" role="region" aria-label="Table of photos">
      <table>
        <thead>
          <tr>
            <th scope="col">Photo</th>
            <th scope="col">Label</th>
            <th scope="col">Prediction</th>
            <th scope="col">Finding</th>
            <th scope="col">Split</th>
            <th scope="col" class="figure" title="From the left, 0 to 1">Across</th>
            <th scope="col" class="figure" title="From the top, 0 to 1">Down</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            rows,
            (index) => model.points[index]!.id,
            (index) => {
              const point = model.points[index]!;
              return html`<tr>
                <th scope="row">
                  <button
                    class="link"
                    title="Show ${point.name} in the review"
                    @click=${() => void model.showOne(index)}
                  >
                    <bdi>${point.name}</bdi>
                  </button>
                </th>
                <td title=${point.label ?? ''}><bdi>${wordsFor(point.label, 'label')}</bdi></td>
                <td title=${point.prediction ?? ''}><bdi>${wordsFor(point.prediction, 'prediction')}</bdi></td>
                <td>${wordsFor(point.finding, 'finding')}</td>
                <td>${wordsFor(point.side, 'side')}</td>
                <td class="figure">${place(point.x)}</td>
                <td class="figure">${place(point.y)}</td>
              </tr>`;
            },
          )}
        </tbody>
      </table>
    </div>
    <div class="turning">
      ${button({ text: 'Previous', isDisabled: model.tablePage === 0, onClick: () => model.turnTo(model.tablePage - 1) })}
      <span
        >Photos
        ${Math.min(from + 1, model.shown.length).toLocaleString('en')}–${(from + rows.length).toLocaleString('en')} of
        ${model.shown.length.toLocaleString('en')}</span
      >
      ${button({
        text: 'Next',
        isDisabled: model.tablePage >= model.tablePages - 1,
        onClick: () => model.turnTo(model.tablePage + 1),
      })}
    </div>
  </section>`;
};
