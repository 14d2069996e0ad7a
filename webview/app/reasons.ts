/** Under an answer: how different the picture is, which photos it resembles, and what the model looked at. */

import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { differenceSentence } from '../../src/core/predict/difference.js';
import type { Near } from '../../src/core/predict/nearPhotos.js';
import { styled } from '../shared/styled.js';
import { percentFine } from '../shared/words.js';
import { drawHeat, drawScale, type Heat } from './heat.js';
import type { AppState, Row } from './state.js';

export const reasons = (row: Row, near: Near | null, state: AppState): TemplateResult =>
  html`${near?.difference ? html`<p class="quiet different">${differenceSentence(near.difference, 'its own')}</p>` : nothing}
  ${near ? nearest(near, state) : nothing} ${heatPart(row, state)}`;

const nearest = ({ nearest: photos }: Near, { examples }: AppState): TemplateResult | typeof nothing => {
  if (!photos.some(({ at }) => (examples[at] ?? '') !== '')) return nothing;
  return html`<figure class="near">
    <figcaption class="quiet">Nearest of the photos it was made from</figcaption>
    <ol>
      ${photos.map(({ at, label }) => {
        const src = examples[at] ?? '';
        return html`<li>${src === '' ? nothing : html`<img src=${src} alt="" />`}<bdi>${label}</bdi></li>`;
      })}
    </ol>
  </figure>`;
};

/** Over the picture. */
export const heatLayer = (heat: Heat | null): TemplateResult | typeof nothing =>
  heat?.map
    ? html`<canvas
        role="img"
        aria-label="Heat map: ${heatSentence(heat)}"
        ${ref((canvas) => canvas instanceof HTMLCanvasElement && drawHeat(canvas, heat))}
        ${styled({ opacity: String(heat.opacity) })}
      ></canvas>`
    : nothing;

const heatPart = (row: Row, state: AppState): TemplateResult => {
  const { heat, key } = row;
  const ask = (): void => void state.heat(key);
  if (!heat) return html`<button class="link" @click=${ask}>What does it look at?</button>`;
  return html`<section class="heat" aria-label="Heat map">
    ${
      heat.isRunning
        ? html`<p class="quiet">
            Covering places: ${heat.done} of ${heat.total}
            <button class="link" @click=${ask}>Stop</button>
          </p>`
        : heat.done < heat.total
          ? html`<p class="quiet">Stopped.</p>`
          : nothing
    }
    ${
      heat.map
        ? html`<p>${heatSentence(heat)}</p>
            <div class="scale">
              <span>cold: nothing hangs on it</span>
              <canvas
                aria-hidden="true"
                ${ref((canvas) => canvas instanceof HTMLCanvasElement && drawScale(canvas))}
              ></canvas>
              <span>hot: the answer hangs on it</span>
            </div>
            <label class="fade">
              How strongly it covers the picture
              <input
                type="range"
                min="0"
                max="100"
                .value=${String(Math.round(100 * heat.opacity))}
                @input=${(event: InputEvent) => state.fade(key, Number((event.target as HTMLInputElement).value) / 100)}
              />
            </label>
            <p class="quiet">
              Made by occlusion: each place is covered with the picture’s mean colour and the model asked again. What
              lies outside of the coloured square it does not see.
            </p>`
        : nothing
    }
  </section>`;
};

const heatSentence = ({ map, before, label }: Heat): string => {
  if (!map) return '';
  const { probability } = map.strongest;
  return probability < before - 0.0005
    ? `Covering the hottest place takes ${label} from ${percentFine(before)} to ${percentFine(probability)}.`
    : `Covering no single place takes anything from ${label}.`;
};
