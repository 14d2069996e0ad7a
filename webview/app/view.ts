/** The app's page: how to bring pictures, and the answers, newest first. */

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { styled } from '../shared/styled.js';
import { percentFine } from '../shared/words.js';
import { heatLayer, reasons } from './reasons.js';
import type { Answer, AppState, Row } from './state.js';

const shownClasses = 5;

export interface Actions {
  readonly choose: () => void;
  readonly camera: () => void;
  readonly saveCsv: () => void;
}

export const page = (state: AppState, actions: Actions): TemplateResult =>
  html`<main class=${state.isDropping ? 'is-dropping' : ''}>
    <header>
      <h1>${state.settings.name}</h1>
      <p class="quiet">
        Tells ${state.settings.classes.length} classes apart:
        ${state.settings.classes.map((label, at) => html`${at === 0 ? '' : ', '}<bdi>${label}</bdi>`)}. Everything
        happens on this device; no picture is sent anywhere. ${examplesNote(state)}
      </p>
    </header>
    <section class="bring" aria-label="Bring pictures">
      <button class="primary" @click=${actions.choose}>Choose pictures…</button>
      <button @click=${actions.camera}>Camera…</button>
      <span class="quiet">or drop them here, or paste</span>
    </section>
    ${state.trouble === null ? nothing : html`<p class="trouble" role="alert">${state.trouble}</p>`}
    ${state.classifier || state.trouble !== null ? nothing : html`<p class="quiet">Opening the model…</p>`}
    ${state.rows.length === 0 ? nothing : answers(state, actions)}
    ${state.device === null ? nothing : html`<p class="quiet device">${state.device}</p>`}
    <p class="said" role="status">${state.said}</p>
  </main>`;

const examplesNote = ({ settings, examples }: AppState): string =>
  settings.facts.pictures
    ? `Small pictures of ${examples.filter((example) => example !== '').length} of the photos it was made from are part of this page.`
    : '';

const answers = (state: AppState, actions: Actions): TemplateResult =>
  html`<section aria-label="Answers">
    <div class="tools">
      <h2>Answers</h2>
      <button ?disabled=${state.answered === 0} @click=${actions.saveCsv}>Save as CSV</button>
      <button @click=${() => state.clear()}>Clear</button>
    </div>
    <ul class="cards">
      ${repeat(
        state.rows,
        (row) => row.key,
        (row) => card(row, state),
      )}
    </ul>
  </section>`;

const card = (row: Row, state: AppState): TemplateResult =>
  html`<li class="card" aria-busy=${row.answer || row.trouble !== null ? 'false' : 'true'}>
    <div class="picture">
      ${
        row.thumbnail === null
          ? nothing
          : html`<div class="stack"><img src=${row.thumbnail} alt="" />${heatLayer(row.heat)}</div>`
      }
    </div>
    <div class="answer">
      <h3><bdi>${row.name}</bdi></h3>
      ${
        row.trouble !== null
          ? html`<p class="trouble">${row.trouble}</p>`
          : row.answer
            ? verdict(row, row.answer, state)
            : html`<p class="quiet">Looking…</p>`
      }
      ${row.note === null ? nothing : html`<p class="quiet">${row.note}</p>`}
    </div>
  </li>`;

const verdict = (row: Row, answer: Answer, state: AppState): TemplateResult => {
  const isOpen = state.expanded.has(row.key);
  const shown = isOpen ? answer.ranked : answer.ranked.slice(0, shownClasses);
  const best = answer.ranked[0]?.label ?? '';
  return html`<p class="verdict">
      ${
        answer.certainty === 'sure'
          ? html`<strong><bdi>${best}</bdi></strong>`
          : answer.certainty === 'unseen'
            ? html`<strong>I don’t know.</strong> I have never seen anything like it.`
            : html`<strong>I don’t know.</strong> Perhaps <bdi>${best}</bdi>; a person should look.`
      }
    </p>
    ${
      answer.isOwn
        ? html`<p class="own">
            The model was made from this very photo: that it knows the answer here says nothing about new photos.
          </p>`
        : nothing
    }
    <ul class="classes" aria-label="Probabilities" id="classes-${row.key}">
      ${shown.map(
        ({ label, p }) =>
          html`<li>
            <bdi class="name">${label}</bdi
            ><span class="meter" aria-hidden="true"><i ${styled({ transform: `scaleX(${p})` })}></i></span
            ><span class="figure">${percentFine(p)}</span>
          </li>`,
      )}
    </ul>
    ${
      answer.ranked.length <= shownClasses
        ? nothing
        : html`<button
            class="link"
            aria-expanded=${isOpen ? 'true' : 'false'}
            aria-controls="classes-${row.key}"
            @click=${() => state.toggle(row.key)}
          >
            ${isOpen ? 'Show the first five' : `Show all ${answer.ranked.length} classes`}
          </button>`
    }
    ${reasons(row, answer.near, state)}`;
};
