/** The map page: the canvas, its legend, what is known of one point, and the same points as a table. */

import { html, nothing, svg, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import type { MapPage } from '../../src/protocol/map.js';
import { notice, trouble, type Notice } from '../shared/notice.js';
import { styled } from '../shared/styled.js';
import { button, icon } from '../shared/ui.js';
import { count, fileName, percent } from '../shared/words.js';
import { colourings, pointWords, shapeOf, toneOf, wordsFor, type Colouring, type Group } from './groups.js';
import { cornersOf, radiusOf } from './paint.js';
import type { Stage } from './stage.js';
import type { MapModel } from './state.js';
import { table } from './table.js';

const colouringWords: Readonly<Record<Colouring, string>> = {
  label: 'Label',
  prediction: 'Prediction',
  finding: 'Finding',
  side: 'Split',
};

export const page = (model: MapModel, stage: Stage): TemplateResult => {
  const shown = model.page;
  const hasPoints = model.points.length > 0;
  const said = noticeOf(model);
  return html`<header class="bar">
      <h1 title=${shown?.datasetName ?? ''}>Map<span class="quiet">${shown ? ` ${shown.datasetName}` : ''}</span></h1>
      ${hasPoints ? tools(model) : nothing}
    </header>
    ${trouble(model.trouble, () => model.dismiss())} ${said && hasPoints ? notice(said, 'banner') : nothing}
    <main class=${model.isTable ? 'has-table' : ''}>
      ${
        hasPoints
          ? html`${model.isTable ? table(model) : map(model, stage)} ${legend(model)}`
          : said
            ? notice(said, 'page')
            : nothing
      }
    </main>
    <div class="hidden-words" role="status" aria-live="polite">${model.said}</div>`;
};

const tools = (model: MapModel): TemplateResult =>
  html`<div class="tools">
    <label class="by"
      >Colour by<select
        @change=${(event: Event) => model.colourBy((event.target as HTMLSelectElement).value as Colouring)}
      >
        ${colourings.map((by) => html`<option value=${by} ?selected=${model.by === by}>${colouringWords[by]}</option>`)}
      </select></label
    >
    <button class="toggle" aria-pressed=${String(model.isTable)} @click=${() => model.setTable(!model.isTable)}>
      ${icon('table')} Table
    </button>
  </div>`;

const map = (model: MapModel, stage: Stage): TemplateResult => {
  const told = model.told === null ? undefined : model.points[model.told];
  return html`<section class="map" aria-label="Map">
    <div class="stage">
      <canvas
        tabindex="0"
        role="application"
        aria-label="Map of ${count(model.shown.length, 'photo')}: alike photos lie near each other. Arrow keys go to the nearest photo, Enter shows it in the review, Space selects it."
        aria-describedby="map-keys"
        ${ref(stage.attach)}
        @pointerdown=${stage.down}
        @pointermove=${stage.move}
        @pointerup=${stage.up}
        @pointercancel=${stage.drop}
        @pointerleave=${stage.leave}
        @dblclick=${stage.open}
        @keydown=${stage.key}
      ></canvas>
      ${model.told === null || !told ? nothing : card(model, model.told)}
      <div class="zoom" role="group" aria-label="Zoom">
        ${zoomButton('add', 'Zoom in', () => model.moveView((viewport) => viewport.zoom(1.6)))}
        ${zoomButton('remove', 'Zoom out', () => model.moveView((viewport) => viewport.zoom(1 / 1.6)))}
        ${zoomButton('screen-full', 'The whole map', () => model.moveView((viewport) => viewport.whole()))}
      </div>
    </div>
    <div class="below">
      <p class="point">
        ${told ? html`<bdi>${pointWords(told)}</bdi>` : html`<span class="quiet">No photo in focus.</span>`}
      </p>
      <p class="quiet" id="map-keys">
        Wheel or <kbd>+</kbd> <kbd>−</kbd> zooms, drag moves, <kbd>Shift</kbd> drag or <kbd>Space</kbd> selects, arrows
        go from photo to photo, <kbd>Enter</kbd> or a double click shows one in the review. Only who is near whom means
        something; the distance between far groups does not.
      </p>
    </div>
  </section>`;
};

const zoomButton = (name: string, words: string, onClick: () => void): TemplateResult =>
  html`<button class="plain" title=${words} aria-label=${words} @click=${onClick}>${icon(name)}</button>`;

const cardWidth = 184;

const card = (model: MapModel, index: number): TemplateResult => {
  const point = model.points[index]!;
  const { viewport } = model;
  const { x, y } = viewport.toScreen(point);
  const left = x + 16 + cardWidth > viewport.width ? Math.max(4, x - 16 - cardWidth) : x + 16;
  const isLow = y > viewport.height / 2;
  const thumb = model.thumbOf(index);
  return html`<div
    class="card"
    aria-hidden="true"
    ${styled({ transform: `translate(${left.toFixed(0)}px, ${y.toFixed(0)}px) translateY(${isLow ? '-100%' : '0'})` })}
  >
    ${thumb === null ? html`<div class="no-thumb"></div>` : html`<img src=${thumb} alt="" />`}
    <strong><bdi>${fileName(point.name)}</bdi></strong>
    <span>${point.label === null ? 'No label' : html`Label <bdi>${point.label}</bdi>`}</span>
    <span>${point.prediction === null ? 'No prediction' : html`Prediction <bdi>${point.prediction}</bdi>`}</span>
    ${point.finding === null ? nothing : html`<span>Found: ${wordsFor(point.finding, 'finding')}</span>`}
  </div>`;
};

const legend = (model: MapModel): TemplateResult => {
  const { offered } = model;
  return html`<aside aria-labelledby="legend">
    <div class="chosen">
      ${
        offered.length > 0
          ? html`${button({
              text: `Show ${offered.length.toLocaleString('en')} in the Review`,
              look: 'primary',
              onClick: () => void model.showOffered(),
            })}
            ${model.selected.size > 0 ? button({ text: 'Clear Selection', onClick: () => model.select([], false) }) : nothing}`
          : html`<p class="quiet">Select photos on the map, or choose entries below, to show them in the review.</p>`
      }
    </div>
    <h2 id="legend">${colouringWords[model.by]}</h2>
    <ul class="legend">
      ${repeat(
        model.groups,
        ({ key }) => key,
        (group) => entry(model, group),
      )}
    </ul>
    ${model.chosen.size > 0 ? button({ text: 'Show All', onClick: () => model.showAll() }) : nothing}
  </aside>`;
};

const entry = (model: MapModel, group: Group): TemplateResult =>
  html`<li>
    <button
      class="entry"
      aria-pressed=${String(model.chosen.has(group.key))}
      title="Only ${group.text}"
      @click=${() => model.toggle(group.key)}
    >
      ${glyph(group)}<bdi class=${group.key === null ? 'name quiet' : 'name'}>${group.text}</bdi
      ><span class="figure">${group.count.toLocaleString('en')}</span>
    </button>
  </li>`;

const glyph = (group: Group): TemplateResult => {
  const tone = toneOf(group);
  const shape = shapeOf(group);
  const corners = cornersOf(shape, 5);
  return html`<svg class="glyph tone-${tone < 0 ? 'none' : tone}" viewBox="-8 -8 16 16" aria-hidden="true">
    ${corners === null ? svg`<circle r=${radiusOf(shape, 5)}></circle>` : svg`<polygon points=${corners.map((corner) => corner.join()).join(' ')}></polygon>`}
  </svg>`;
};

const noticeOf = (model: MapModel): Notice | null => {
  const shown = model.page;
  if (!shown) return { kind: 'busy', text: 'Opening…' };
  const working = workingOf(shown, model);
  if (working) return working;
  switch (shown.state) {
    case 'no-run':
      return shown.message !== null
        ? { kind: 'busy', text: shown.message }
        : {
            kind: 'info',
            text: 'The map is made from what a training sees in the photos. Train first.',
            action: { text: 'Train', onClick: () => void model.train(), look: 'primary' },
          };
    case 'idle':
      return { kind: 'info', text: 'The map was not finished. Nothing else was changed.', action: again(model) };
    case 'error':
      return { kind: 'error', text: shown.message ?? 'Something went wrong.', action: again(model) };
    case 'computing':
      return { kind: 'busy', text: 'Laying out the photos…' };
    case 'ready':
      break;
  }
  if (shown.isStale) {
    return { kind: 'info', text: 'There is a newer run than the one this map shows.', action: again(model) };
  }
  if (shown.message !== null) return { kind: 'info', text: shown.message };
  if (model.points.length > 0) return null;
  return shown.points > 0
    ? { kind: 'busy', text: 'Reading the points…' }
    : { kind: 'info', text: 'None of the photos of this run is in the dataset any more. Add some and train again.' };
};

const workingOf = ({ share }: MapPage, model: MapModel): Notice | null =>
  share === null
    ? null
    : {
        kind: 'busy',
        text: `Laying out the photos, alike ones near each other: ${percent(share)}`,
        action: { text: 'Cancel', onClick: () => void model.cancel(), look: 'secondary' },
      };

const again = (model: MapModel): NonNullable<Notice['action']> => ({
  text: 'Make the Map',
  onClick: () => void model.compute(),
  look: 'primary',
});
