/** A picture with its heat map over it, what the map is, and the same in words. */

import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { heatColour } from '../../src/core/predict/heatColours.js';
import type { Look, Place } from '../../src/protocol/evidence.js';
import type { HeatModel } from './heatState.js';
import { styled } from './styled.js';
import { progressRing } from './ui.js';
import { percentFine } from './words.js';

/** @param picture the picture's URI.  @param labels the classes to choose from. */
export const heatMap = (heat: HeatModel, picture: string, alt: string, labels: readonly string[]): TemplateResult => {
  const { look } = heat;
  return html`<figure class="heat">
    <div class="heat-stage">
      <img src=${picture} alt=${alt} draggable="false" />
      ${
        look === null
          ? nothing
          : html`<canvas
              class="heat-canvas"
              aria-hidden="true"
              ${ref((canvas) => paint(canvas as HTMLCanvasElement | undefined, look))}
              ${styled({ ...placed(look.region), opacity: String(heat.opacity) })}
            ></canvas>`
      }
    </div>
    <figcaption>
      ${controls(heat, labels)}
      <div class="heat-legend">
        <span class="heat-scale" aria-hidden="true" ${styled({ background: scale })}></span>
        <span class="quiet">dark: makes no difference, or speaks against it</span>
        <span class="quiet">bright: counts most</span>
      </div>
      <p class="heat-words" role="status">
        ${heat.trouble === null ? nothing : html`<span class="trouble">${heat.trouble}</span> `}
        ${look === null ? (heat.isBusy ? html`${progressRing()} Looking…` : nothing) : lookWords(look)}
        ${look !== null && heat.isBusy ? html`<span class="quiet">Looking closer…</span>` : nothing}
      </p>
    </figcaption>
  </figure>`;
};

const controls = (heat: HeatModel, labels: readonly string[]): TemplateResult => {
  const way = (method: HeatModel['method'], text: string, title: string): TemplateResult =>
    html`<label title=${title}
      ><input
        type="radio"
        name="heat-method"
        .checked=${heat.method === method}
        ?disabled=${method === 'activation' && (heat.look?.whyNoActivation ?? null) !== null}
        @change=${() => void heat.change({ method })}
      />${text}</label
    >`;
  return html`<div class="heat-controls">
    ${
      labels.length < 2
        ? nothing
        : html`<label
            >Class
            <select
              aria-label="Class that the heat map is about"
              @change=${(event: Event) => void heat.change({ label: (event.target as HTMLSelectElement).value })}
            >
              ${labels.map((label) => html`<option value=${label} .selected=${label === heat.label}>${label}</option>`)}
            </select></label
          >`
    }
    <span role="radiogroup" aria-label="Way of looking" class="heat-ways">
      ${way('occlusion', 'Whole model', 'Occlusion: places are covered one after another, and the model is asked again')}
      ${way('activation', 'Linear part, exact', heat.look?.whyNoActivation ?? 'Class activation of the linear head on the last block')}
    </span>
    <label
      >Opacity
      <input
        type="range"
        min="0"
        max="100"
        step="5"
        aria-label="Opacity of the heat map"
        .value=${String(Math.round(heat.opacity * 100))}
        aria-valuetext="${Math.round(heat.opacity * 100)} %"
        @input=${(event: Event) => heat.setOpacity(Number((event.target as HTMLInputElement).value) / 100)}
    /></label>
  </div>`;
};

/** Which map it is, and what it says, in words. */
export const lookWords = (look: Look): string => {
  const seen = look.isHeldOut ? ' by a model that has not seen this photo' : '';
  const where = placeWords(look.strongest, look.region);
  if (look.method === 'activation') {
    return `Class activation, exact for the model's linear head on the last block: ${where} adds most to ${look.label}. The whole model gives ${look.label} ${percentFine(look.probability)}${seen}.`;
  }
  const without = look.without === null ? '' : ` With the ${where} covered, ${percentFine(look.without)} is left.`;
  const nothingCounts = look.values.every((value) => value <= 0);
  return `Occlusion: what covering a place costs the whole model, ${look.rows} × ${look.columns} places. ${look.label} has ${percentFine(look.probability)}${seen}.${nothingCounts ? ' No place counts.' : without}`;
};

/** "upper left", "middle" … of what the network sees. */
export const placeWords = (place: Place, region: Place): string => {
  const third = (from: number, size: number, start: number, whole: number): number =>
    Math.min(2, Math.max(0, Math.floor((3 * (from + size / 2 - start)) / whole)));
  const row = ['upper', '', 'lower'][third(place.y, place.height, region.y, region.height)] ?? '';
  const column = ['left', '', 'right'][third(place.x, place.width, region.x, region.width)] ?? '';
  return row === '' && column === '' ? 'middle' : `${row} ${column === '' ? 'middle' : column}`.trim();
};

const share = (value: number): string => `${(100 * value).toFixed(3)}%`;
const placed = ({ x, y, width, height }: Place): Record<string, string> => ({
  left: share(x),
  top: share(y),
  width: share(width),
  height: share(height),
});

const css = (t: number): string => `rgb(${heatColour(t).join(' ')})`;
const scale = `linear-gradient(to right, ${Array.from({ length: 11 }, (_, i) => css(i / 10)).join(', ')})`;

/** One pixel a place; the browser draws the steps between them. */
const paint = (canvas: HTMLCanvasElement | undefined, look: Look): void => {
  if (!canvas) return;
  canvas.width = look.columns;
  canvas.height = look.rows;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(look.columns, look.rows);
  look.values.forEach((value, at) => image.data.set([...heatColour(value), 255], at * 4));
  context.putImageData(image, 0, 0);
};
