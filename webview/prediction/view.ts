/** The prediction pane: which model answers, how to bring pictures, and the answers, newest first. */

import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { PredictionState } from '../../src/protocol/prediction.js';
import { notice, trouble, type Notice } from '../shared/notice.js';
import type { RowWindow } from '../shared/rowWindow.js';
import { button, icon } from '../shared/ui.js';
import { count, percentFine } from '../shared/words.js';
import { card } from './card.js';
import type { PredictionModel } from './state.js';
import { summary, table } from './table.js';

/** @param rows which of the table's rows are drawn. */
export const page = (model: PredictionModel, rows: RowWindow): TemplateResult => {
  const { state } = model;
  const shown = noticeOf(model);
  const cards = state?.cards ?? [];
  return html`<header class="bar">
      <h1>Predict</h1>
      ${state?.model ? modelLine(state.model, model) : nothing}
      ${state && model.canPredict ? tools(model, cards.length > 0) : nothing}
    </header>
    ${trouble(model.trouble, () => model.dismiss())} ${shown && cards.length > 0 ? notice(shown, 'banner') : nothing}
    ${state?.drift == null ? nothing : notice({ kind: 'info', text: state.drift }, 'banner')}
    <main class=${model.isDropping ? 'is-dropping' : ''}>
      ${shown && cards.length === 0 ? notice(shown, 'page') : nothing}
      ${!shown && cards.length === 0 ? invitation() : nothing}
      ${state && cards.length > 1 ? summary(state.classes) : nothing}
      ${model.isTable && cards.length > 0 ? table(model, rows) : cardList(cards, model)}
    </main>
    <footer class="status"><span role="status" aria-live="polite">${model.said}</span></footer>`;
};

const cardList = (cards: PredictionState['cards'], model: PredictionModel): TemplateResult =>
  html`<ul class="cards" aria-label="Answers, newest first" ?hidden=${cards.length === 0}>
    ${repeat(
      cards,
      (shownCard) => shownCard.key,
      (shownCard) => guard(looks(shownCard, model), () => card(shownCard, model)),
    )}
  </ul>`;

/** What a card is drawn from: one that is as it was is not drawn again. */
const looks = (shown: PredictionState['cards'][number], model: PredictionModel): unknown[] => [
  shown,
  model.expanded.has(shown.key),
  // A heat map becomes finer and is played with: it is always drawn.
  model.heat.subject === shown.key ? {} : null,
];

const modelLine = (answering: NonNullable<PredictionState['model']>, model: PredictionModel): TemplateResult =>
  html`<p class="model">
    <span class="which" title="${answering.datasetName}, run ${answering.run}, ${answering.backbone}"
      >Model: <strong>${answering.datasetName}</strong>, run ${answering.run},
      ${answering.backbone}${answering.accuracy === null ? '' : `, accuracy ${percentFine(answering.accuracy)}`}</span
    >
    <button class="link" @click=${() => void model.ask('chooseModel')}>Change…</button>
  </p>`;

const tools = (model: PredictionModel, hasCards: boolean): TemplateResult =>
  html`<div class="tools">
    ${button({ text: 'Choose files…', icon: 'folder-opened', look: 'primary', onClick: () => void model.ask('pickFiles') })}
    ${model.open > 0 ? button({ text: 'Stop', icon: 'debug-stop', onClick: () => void model.ask('stop') }) : nothing}
    ${hasCards ? whatToDo(model) : nothing}
    ${model.state?.isAugmented == null ? nothing : augmenting(model.state.isAugmented, model)}
    <span class="quiet">or paste a picture, or drop files: hold <kbd>Shift</kbd> while dropping</span>
  </div>`;

const augmenting = (isOn: boolean, model: PredictionModel): TemplateResult =>
  html`<label
    class="augmented"
    title="The fine-tuned network also looks at each picture mirrored, turned, warped and lit otherwise, and mixes the answers. Five times the time."
    ><input
      type="checkbox"
      .checked=${isOn}
      @change=${(event: Event) => void model.augment((event.target as HTMLInputElement).checked)}
    />Look five times</label
  >`;

const whatToDo = (model: PredictionModel): TemplateResult =>
  html`${
    model.isTable
      ? button({ text: 'Cards', icon: 'preview', title: 'Show as cards', onClick: () => model.show('cards') })
      : button({ text: 'Table', icon: 'table', title: 'Show as a table', onClick: () => model.show('table') })
  }
  ${button({ text: 'CSV…', icon: 'save', title: 'Save the answers as a CSV table', onClick: () => void model.save('csv') })}
  ${button({ text: 'JSONL…', icon: 'save', title: 'Save the answers as JSON lines', onClick: () => void model.save('jsonl') })}
  ${button({ text: 'Clear', icon: 'clear-all', onClick: () => void model.ask('clear') })}`;

const invitation = (): TemplateResult =>
  html`<section class="notice is-page" aria-label="How to begin">
    ${icon('file-media')}
    <p>Choose image files, paste a picture, or drop files here: hold <kbd>Shift</kbd> while dropping.</p>
  </section>`;

const noticeOf = (model: PredictionModel): Notice | null => {
  const { state } = model;
  if (!state) {
    return model.trouble === null
      ? { kind: 'busy', text: 'Opening…' }
      : { kind: 'error', text: 'The prediction pane could not be opened.' };
  }
  switch (state.state) {
    case 'no-run':
      return {
        kind: 'info',
        text: state.message ?? 'There is no trained model here yet.',
        action: { text: 'Train first', onClick: () => void model.ask('train'), look: 'primary' },
      };
    case 'no-dataset':
      return {
        kind: 'info',
        text: state.message ?? 'No dataset is open. Choose which one answers.',
        action: { text: 'Choose a model…', onClick: () => void model.ask('chooseModel'), look: 'primary' },
      };
    case 'busy':
      return {
        kind: 'busy',
        text: state.message ?? (model.open > 0 ? `${count(model.open, 'picture')} to go…` : 'Working…'),
      };
    case 'error':
      return { kind: 'error', text: state.message ?? 'Something went wrong. Nothing was changed.' };
    case 'ready':
      return state.message === null ? null : { kind: 'info', text: state.message };
  }
};
