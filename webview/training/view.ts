/** The training page: the curves while it runs, the table of epochs, what it reached, and the ones before. */

import { html, nothing, type TemplateResult } from 'lit';
import type { FineTuningPage, RunShown, ShownComparison, ShownResult } from '../../src/protocol/fineTuning.js';
import type { FoldPlace } from '../../src/protocol/training.js';
import { notice, trouble } from '../shared/notice.js';
import { styled } from '../shared/styled.js';
import { button } from '../shared/ui.js';
import { percentFine } from '../shared/words.js';
import { chart, evenAxis } from './chart.js';
import { search } from './finder.js';
import { begin } from './form.js';
import { placeWords, type TrainingModel } from './state.js';

export const page = (model: TrainingModel): TemplateResult => {
  const { page: shown } = model;
  return html`<header class="bar">
      <h1 title=${shown?.datasetName ?? ''}>
        Fine-Tune<span class="quiet">${shown ? ` ${shown.datasetName}` : ''}</span>
      </h1>
      ${shown?.state === 'running' ? running(shown, model) : nothing}
    </header>
    ${trouble(model.trouble, () => model.dismiss())}
    ${shown?.state === 'error' ? notice({ kind: 'error', text: shown.message ?? 'It ended. Nothing was changed.' }, 'banner') : nothing}
    <main>${shown ? content(shown, model) : notice({ kind: 'busy', text: 'Opening…' }, 'page')}</main>
    <div class="hidden-words" role="status" aria-live="polite">${model.said}</div>`;
};

const running = (shown: FineTuningPage, model: TrainingModel): TemplateResult => {
  const { progress, fold } = shown;
  const own = progress ? progress.step / progress.steps : 0;
  const share = fold ? (fold.at + own) / (fold.of + 1) : own;
  return html`<div class="progress">
    <span
      >${shown.fold ? `${placeWords(shown.fold)}: ` : ''}${shown.isStopping ? 'Stopping after this step…' : progress ? paceWords(progress) : 'Looking at the photos…'}</span
    >
    <span class="meter" aria-hidden="true"><i ${styled({ transform: `scaleX(${share})` })}></i></span>
    ${button({ text: 'Stop and Keep the Best', ...(shown.fold ? { title: stopWords(shown.fold) } : {}), isDisabled: shown.isStopping, onClick: () => void model.stop() })}
    ${button({ text: 'Cancel', title: 'Ends at once; it can be gone on with', onClick: () => void model.cancel() })}
  </div>`;
};

const stopWords = ({ at }: FoldPlace): string =>
  at === 0
    ? 'Ends with the best so far, without its folds'
    : 'Keeps the network itself, which is trained; its folds are given up';

const paceWords = ({ epoch, epochs, imagesPerSecond, secondsLeft }: NonNullable<FineTuningPage['progress']>): string =>
  `Epoch ${epoch} of ${epochs}, ${imagesPerSecond.toFixed(1)} photos a second, ${timeLeft(secondsLeft)}`;

const timeLeft = (seconds: number): string =>
  seconds < 90
    ? `${Math.ceil(seconds)} s left`
    : `about ${Math.round(seconds / 60)} minutes left (${Math.ceil(seconds)} s)`;

const content = (shown: FineTuningPage, model: TrainingModel): TemplateResult =>
  html`${shown.state === 'running' ? nothing : begin(shown, model)}
  ${shown.search ? search(shown.search, model) : nothing}
  ${shown.notices.map((text) => notice({ kind: 'info', text }, 'banner'))}
  ${shown.result ? result(shown.result) : nothing}
  ${shown.epochs.length > 0 || shown.curve.length > 0 ? story(shown) : nothing}
  ${shown.comparison ? comparison(shown.comparison) : nothing} ${shown.past.length > 0 ? past(shown, model) : nothing}`;

const endings = {
  asked: 'It was stopped; its best epoch was kept.',
  'no-better': 'It ended early: it no longer got better.',
  'not-a-number': 'It ended early: the loss was no number any more. The best epoch before was kept.',
} as const;

const result = (found: ShownResult): TemplateResult =>
  html`<section class="results" aria-labelledby="reached">
    <h2 id="reached">What it reached</h2>
    <p class="headline">
      ${
        found.accuracy === null
          ? 'There were no photos kept apart to measure it on.'
          : `Right about ${percentFine(found.accuracy)} of ${found.photos} photos that it did not learn from.`
      }
    </p>
    ${
      found.predictor === null || found.together === null
        ? nothing
        : html`<p>
            The predictor that had not seen them either: ${percentFine(found.predictor)}; both together:
            ${percentFine(found.together)}.
          </p>`
    }
    ${found.outOfFold ? outOfFold(found.outOfFold) : nothing}
    <p>
      ${
        found.answers
          ? 'From now on it answers about new photos, together with the predictor.'
          : 'It does not answer about new photos: the predictor alone was surer of the truth.'
      }
      ${found.endedEarly === null ? '' : endings[found.endedEarly]}
    </p>
    <p class="quiet">
      ${
        found.outOfFold
          ? 'Out of fold, each photo is judged by a network that had not seen it, so those losses speak of labels; winnow top-losses lists them beside the judge’s. '
          : ''
      }The
      network’s own losses of photos that it learned from say nothing about labels, so the review goes on by the
      predictor.
    </p>
  </section>`;

const interval = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  `${percentFine(low)} to ${percentFine(high)}`;

const outOfFold = (found: NonNullable<ShownResult['outOfFold']>): TemplateResult =>
  html`<p>
    Out of fold, each of ${found.photos} photos judged by one of ${found.folds} networks that had not seen it:
    ${percentFine(found.accuracy)} right (95 %: ${interval(found)}).
    ${
      found.predictor === null || found.together === null
        ? ''
        : `On the same photos the predictor ${percentFine(found.predictor)}, both together ${percentFine(found.together)}.`
    }
  </p>`;

const story = (shown: FineTuningPage): TemplateResult => {
  const steps = shown.progress?.steps ?? shown.curve.at(-1)?.step ?? 1;
  const epochs = Math.max(1, shown.progress?.epochs ?? 0, ...shown.epochs.map(({ epoch }) => epoch));
  const perEpoch = steps / epochs;
  const of = (key: 'validLoss' | 'accuracy'): [number, number][] =>
    shown.epochs.flatMap((row): [number, number][] => (row[key] === null ? [] : [[row.epoch * perEpoch, row[key]]]));
  return html`<section class="story" aria-labelledby="story">
    <h2 id="story">
      Run ${shown.run ?? ''}${shown.fold ? `, ${placeWords(shown.fold).toLowerCase()}` : ''}<span class="quiet">
        on ${shown.engine ?? '…'}</span
      >
    </h2>
    <div class="charts">
      ${chart({
        title: 'Loss',
        lines: [
          { name: 'learned from', look: 'a', points: shown.curve.map(({ step, loss }) => [step, loss]) },
          { name: 'kept apart', look: 'b', points: of('validLoss') },
        ],
        axis: evenAxis(steps),
        range: null,
        tell: (value) => value.toFixed(2),
      })}
      ${chart({
        title: 'Right, of the photos kept apart',
        lines: [{ name: 'share', look: 'b', points: of('accuracy') }],
        axis: evenAxis(steps),
        range: [0, 1],
        tell: (value) => `${(100 * value).toFixed(0)} %`,
      })}
      ${chart({
        title: 'Learning rate of the head',
        lines: [{ name: 'rate', look: 'a', points: shown.curve.map(({ step, rate }) => [step, rate]) }],
        axis: evenAxis(steps),
        range: null,
        tell: (value) => value.toExponential(0),
      })}
    </div>
    ${table(shown)}
  </section>`;
};

const number = (value: number | null): string => (value === null ? '–' : value.toFixed(4));

const table = (shown: FineTuningPage): TemplateResult =>
  html`<table>
      <thead>
        <tr>
          <th scope="col">Epoch</th>
          <th scope="col">Loss, learned from</th>
          <th scope="col">Loss, kept apart</th>
          <th scope="col">Right</th>
          <th scope="col">Seconds</th>
        </tr>
      </thead>
      <tbody>
        ${shown.epochs.map(
          (row) =>
            html`<tr class=${shown.result?.kept === row.epoch ? 'is-kept' : ''}>
              <th scope="row">
                ${row.epoch === 0 ? 'before' : row.epoch}${row.isFrozen ? ' (head only)' : ''}${shown.result?.kept === row.epoch ? ' ✓ kept' : ''}
              </th>
              <td>${number(row.trainLoss)}</td>
              <td>${number(row.validLoss)}</td>
              <td>${row.accuracy === null ? '–' : percentFine(row.accuracy)}</td>
              <td>${row.epoch === 0 ? '–' : row.seconds.toFixed(1)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      shown.progress
        ? html`<p class="quiet">
            ${Math.round(shown.progress.rssMb)} MB of memory; the device computes
            ${Math.round(100 * shown.progress.busy)} % of the time.
          </p>`
        : nothing
    }`;

const past = (shown: FineTuningPage, model: TrainingModel): TemplateResult =>
  html`<section class="past" aria-labelledby="past">
    <h2 id="past">Fine-tunings so far</h2>
    <p class="quiet">Mark two to compare them.</p>
    <table>
      <thead>
        <tr>
          <th scope="col">Compare</th>
          <th scope="col">Run</th>
          <th scope="col">Backbone</th>
          <th scope="col">Recipe</th>
          <th scope="col">Epochs</th>
          <th scope="col">Right, kept apart</th>
          <th scope="col">Right, out of fold</th>
          <th scope="col">Answers</th>
        </tr>
      </thead>
      <tbody>
        ${shown.past.map(
          (each) =>
            html`<tr class=${each.run === shown.run ? 'is-kept' : ''}>
              <td>
                <input
                  type="checkbox"
                  aria-label="Compare ${each.run}"
                  .checked=${model.marked.includes(each.run)}
                  @change=${() => void model.mark(each.run)}
                />
              </td>
              <th scope="row"><button class="link" @click=${() => void model.show(each.run)}>${each.run}</button></th>
              <td class="name" title=${each.backbone}>${each.backbone}</td>
              <td>${each.recipe}</td>
              <td>${each.epochs}</td>
              <td>${each.accuracy === null ? '–' : percentFine(each.accuracy)}</td>
              <td>${each.outOfFold ? `${percentFine(each.outOfFold.accuracy)} (${interval(each.outOfFold)})` : '–'}</td>
              <td>${each.answers ? 'yes' : 'no'}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;

const comparison = (found: ShownComparison): TemplateResult => {
  const verdict =
    found.low > 0
      ? 'The later one is better.'
      : found.high < 0
        ? 'The earlier one is better.'
        : 'No difference is shown.';
  const points = (share: number): string =>
    `${share > 0 ? '+' : share < 0 ? '−' : ''}${Math.abs(100 * share).toFixed(1)}`;
  const flips = (name: string, list: ShownComparison['broken']): TemplateResult =>
    html`<details>
      <summary>${name}: ${list.length}</summary>
      <ul>
        ${list.map((flip) => html`<li>${flip.path} (${flip.label}): ${flip.before} → ${flip.after}</li>`)}
      </ul>
    </details>`;
  return html`<section class="compared" aria-labelledby="compared">
    <h2 id="compared">Side by side</h2>
    <p class="headline">${verdict}</p>
    <p>
      On ${found.photos} photos that neither learned from: ${runWords(found.before)}, ${runWords(found.after)}; the
      difference lies between ${points(found.low)} and ${points(found.high)} points (95 %).
    </p>
    ${
      found.different.length === 0
        ? html`<p>Their settings are the same.</p>`
        : html`<ul>
            ${found.different.map((each) => html`<li>${each.setting}: ${each.before} → ${each.after}</li>`)}
          </ul>`
    }
    ${flips('Wrong before, right after', found.mended)} ${flips('Right before, wrong after', found.broken)}
  </section>`;
};

const answerers: Readonly<Record<RunShown['by'], string>> = {
  'held-out': 'held out',
  'out-of-fold': 'out of fold',
  validation: 'kept apart',
};

const runWords = (found: RunShown): string =>
  `${found.run} ${percentFine(found.accuracy)} (${interval(found)}; ${answerers[found.by]})`;
