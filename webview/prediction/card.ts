/** One answer: the picture, the classes as bars and text, how it was judged, and the training images nearest to it. */

import { html, nothing, type TemplateResult } from 'lit';
import { differenceSentence } from '../../src/core/predict/difference.js';
import type { PredictionCard } from '../../src/protocol/prediction.js';
import { heatMap } from '../shared/heatMap.js';
import { styled } from '../shared/styled.js';
import { icon, progressRing } from '../shared/ui.js';
import { fileName, percentFine } from '../shared/words.js';
import type { PredictionModel } from './state.js';

const shownClasses = 5;

export const card = (shown: PredictionCard, model: PredictionModel): TemplateResult =>
  html`<li class="card" data-key=${shown.key}>
    <article aria-label=${shown.name} aria-busy=${shown.state === 'busy' ? 'true' : nothing}>
      <div class="picture">
        ${shown.thumb === null ? icon('file-media') : html`<img src=${shown.thumb} alt=${`Picture: ${shown.name}`} />`}
      </div>
      <div class="answer">${heading(shown, model)} ${body(shown, model)}</div>
    </article>
  </li>`;

const heading = (shown: PredictionCard, model: PredictionModel): TemplateResult =>
  html`<h2 title=${shown.path ?? shown.name}>
    ${
      shown.path === null
        ? html`<span class="name">${shown.name}</span>`
        : html`<button
            class="link name"
            title="Open ${shown.path}"
            @click=${() => void model.openFile(shown.key, null)}
          >
            ${shown.name}
          </button>`
    }
  </h2>`;

const body = (shown: PredictionCard, model: PredictionModel): TemplateResult => {
  if (shown.state === 'busy') return html`<p class="line">${progressRing()} Looking…</p>`;
  if (shown.state === 'failed') {
    return html`<p class="line is-failed">
      ${icon('error')} <span>${shown.error ?? 'This picture got no answer.'}</span>
    </p>`;
  }
  return html`<p class="verdict"><strong title=${shown.prediction ?? ''}>${shown.prediction ?? '–'}</strong></p>
    ${shown.certainty === null ? nothing : html`<p class="certainty">${certaintyWords[shown.certainty]}</p>`}
    ${shown.basis === null ? nothing : html`<p class="quiet basis">${basisWords[shown.basis]}</p>`}
    ${shown.difference === null ? nothing : html`<p class="quiet difference">${differenceSentence(shown.difference)}</p>`}
    ${classes(shown, model)} ${adding(shown, model)} ${looking(shown, model)}
    ${shown.nearest.length === 0 ? nothing : nearest(shown, model)}`;
};

const adding = (shown: PredictionCard, model: PredictionModel): TemplateResult =>
  html`<p>
    <button
      class="link add"
      title="Copies the picture into the dataset with the label that you choose"
      aria-label="Add ${shown.name} to the dataset as…"
      @click=${() => void model.addToDataset(shown.key)}
    >
      ${icon('add')} Add to dataset as…
    </button>
  </p>`;

const looking = (shown: PredictionCard, model: PredictionModel): TemplateResult | typeof nothing => {
  const { thumb, prediction } = shown;
  if (thumb === null || prediction === null) return nothing;
  const isShown = model.heat.subject === shown.key;
  const labels = shown.probabilities.slice(0, shownClasses).map(({ label }) => label);
  return html`<p>
      <button
        class="link look"
        aria-expanded=${isShown ? 'true' : 'false'}
        aria-label="What it looked at in ${shown.name}"
        @click=${() => model.toggleHeat(shown.key, prediction)}
      >
        ${icon('flame')} What it looked at
      </button>
      <button
        class="link similar"
        title="Opens the review with the photos of the dataset that are most like it"
        aria-label="Find photos like ${shown.name}"
        @click=${() => void model.findSimilar(shown.key)}
      >
        ${icon('search')} Find similar
      </button>
    </p>
    ${isShown ? heatMap(model.heat, thumb, `Picture: ${shown.name}`, labels) : nothing}`;
};

const certaintyWords = {
  sure: 'Sure.',
  unsure: 'Unsure: a person should look.',
  unseen: 'Never seen anything like it: do not trust this answer.',
} as const;

const basisWords = {
  'held-out': 'This photo is in the dataset: judged without having seen it.',
  new: 'A new photo: the model has never seen it.',
} as const;

const classes = (shown: PredictionCard, model: PredictionModel): TemplateResult => {
  const isOpen = model.expanded.has(shown.key);
  const listed = isOpen ? shown.probabilities : shown.probabilities.slice(0, shownClasses);
  const listId = `classes-${shown.key}`;
  return html`<ul class="classes" id=${listId} aria-label="Probabilities">
      ${listed.map(
        ({ label, probability }) =>
          html`<li>
            <span class="name" title=${label}>${label}</span
            ><span class="meter" aria-hidden="true"><i ${styled({ transform: `scaleX(${probability})` })}></i></span
            ><span class="figure">${percentFine(probability)}</span>
          </li>`,
      )}
    </ul>
    ${
      shown.probabilities.length <= shownClasses
        ? nothing
        : html`<button
            class="link"
            aria-expanded=${isOpen ? 'true' : 'false'}
            aria-controls=${listId}
            @click=${() => model.toggle(shown.key)}
          >
            ${icon(isOpen ? 'chevron-up' : 'chevron-down')}
            ${isOpen ? 'Show the first five' : `Show all ${shown.probabilities.length} classes`}
          </button>`
    }`;
};

const nearest = (shown: PredictionCard, model: PredictionModel): TemplateResult =>
  html`<h3>Nearest training images</h3>
    <ol class="nearest">
      ${shown.nearest.map(
        (neighbour, index) =>
          html`<li>
            <button
              class="neighbour"
              title="Open ${neighbour.path}"
              aria-label="${neighbour.label}, distance ${neighbour.distance.toFixed(2)}, open ${fileName(neighbour.path)}"
              @click=${() => void model.openFile(shown.key, index)}
            >
              <span class="picture"
                >${neighbour.thumb === null ? icon('file-media') : html`<img src=${neighbour.thumb} alt="" />`}</span
              >
              <span class="name">${neighbour.label}</span>
              <span class="quiet figure">distance ${neighbour.distance.toFixed(2)}</span>
            </button>
          </li>`,
      )}
    </ol>`;
