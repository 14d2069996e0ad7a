/** The audit page: one photo and its possible names, nothing that suggests one; at the end what the answers say. */

import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { AuditResults, Share } from '../../src/core/review/audit.js';
import { auditSentences, timeLeft } from '../../src/core/review/auditWords.js';
import type { AuditPage } from '../../src/protocol/audit.js';
import { notice, trouble, type Notice } from '../shared/notice.js';
import { styled } from '../shared/styled.js';
import { button } from '../shared/ui.js';
import { percentFine } from '../shared/words.js';
import type { AuditModel } from './state.js';

/** Above this many classes a field to find one is there at once. */
const manyClasses = 9;

export const page = (model: AuditModel): TemplateResult => {
  const { page: shown } = model;
  const told = noticeOf(model);
  const hasContent = shown !== null && (shown.photos.length > 0 || shown.results !== null);
  return html`<header class="bar">
      <h1 title=${shown?.datasetName ?? ''}>Audit<span class="quiet">${shown ? ` ${shown.datasetName}` : ''}</span></h1>
      ${shown && shown.photos.length > 0 ? progress(shown) : nothing}
    </header>
    ${trouble(model.trouble, () => model.dismiss())} ${told && hasContent ? notice(told, 'banner') : nothing}
    <main>
      ${told && !hasContent ? notice(told, 'page') : nothing}
      ${shown && shown.photos.length > 0 ? question(shown, model) : nothing}
      ${shown?.results && shown.photos.length === 0 ? results(shown.results, model) : nothing}
    </main>
    <div class="hidden-words" role="status" aria-live="polite">${model.said}</div>`;
};

const progress = ({ answered, asked }: AuditPage): TemplateResult =>
  html`<div class="progress">
    <span>${answered} of ${asked}, ${timeLeft(asked - answered)}</span>
    <span class="meter" aria-hidden="true"
      ><i ${styled({ transform: `scaleX(${asked === 0 ? 0 : answered / asked})` })}></i
    ></span>
  </div>`;

const question = (shown: AuditPage, model: AuditModel): TemplateResult => {
  const [photo] = shown.photos;
  if (!photo) return html``;
  const name = `Photo ${shown.answered + 1} of ${shown.asked}`;
  return html`<figure class="photo">
      ${keyed(
        photo.id,
        photo.uri === null
          ? html`<p class="quiet">This photo cannot be shown. “Cannot tell” moves on.</p>`
          : html`<img src=${photo.uri} alt=${name} draggable="false" />`,
      )}
    </figure>
    <section class="answers" aria-labelledby="question">
      <h2 id="question">What is on this photo?</h2>
      <p class="quiet">
        Its label and the model’s opinion stay hidden: only so the numbers are honest. An answer changes no label.
      </p>
      ${shown.vocab.length > manyClasses ? finder(model) : nothing}
      <div class="classes" role="group" aria-label="Classes" aria-busy=${model.isSaving ? 'true' : 'false'}>
        ${repeat(
          model.offered,
          (label) => label,
          (label, index) => classButton(shown, model, label, index),
        )}
      </div>
      ${model.offered.length === 0 ? html`<p class="quiet">No class has this in its name. Esc shows all.</p>` : nothing}
      <div class="other">
        ${button({
          text: 'Cannot tell',
          key: '?',
          title: 'Nobody could say, or it is none of the classes',
          isDisabled: !model.canAnswer,
          onClick: () => void model.answer(null),
        })}
        ${button({
          text: 'Back',
          key: 'u',
          title: 'Take the last answer back and see its photo again',
          isDisabled: !model.canUndo,
          onClick: () => void model.undo(),
        })}
      </div>
    </section>`;
};

const finder = (model: AuditModel): TemplateResult =>
  html`<div class="finder">
    <input
      type="text"
      id="find"
      placeholder="Find a class"
      aria-label="Find a class; Enter takes the first"
      aria-keyshortcuts="l"
      autocomplete="off"
      spellcheck="false"
      .value=${model.typed}
      @input=${(event: InputEvent) => model.type((event.target as HTMLInputElement).value)}
    /><kbd aria-hidden="true">l</kbd>
  </div>`;

const classButton = (shown: AuditPage, model: AuditModel, label: string, index: number): TemplateResult => {
  const place = shown.vocab.indexOf(label);
  const key = place >= 0 && place < 9 ? String(place + 1) : null;
  return html`<button
    class="class ${model.typed !== '' && index === 0 ? 'is-first' : ''} ${shown.readOnlyReason === null ? '' : 'is-locked'}"
    data-class=${index}
    title=${label}
    tabindex=${index === model.at ? '0' : '-1'}
    aria-keyshortcuts=${key ?? nothing}
    aria-disabled=${model.canAnswer ? 'false' : 'true'}
    @click=${() => void model.answer(label)}
    @focus=${() => {
      if (model.at !== index) model.moveTo(index);
    }}
  >
    ${key === null ? nothing : html`<kbd aria-hidden="true">${key}</kbd>`}<span>${label}</span>
  </button>`;
};

const results = (found: AuditResults, model: AuditModel): TemplateResult => {
  const [first, ...others] = auditSentences(found);
  return html`<section class="results" aria-labelledby="said">
    <h2 id="said">What the audit says</h2>
    <p class="headline">${first}</p>
    ${found.wrongBefore.of === 0 ? nothing : band(found.wrongBefore)}
    ${others.map((sentence) => html`<p>${sentence}</p>`)}
    <p class="quiet">
      Which of the photos were wrong is not told: mending only these would leave a sample that speaks for no other.
    </p>
    <div class="other">
      ${button({ text: 'Review Labels', look: 'primary', onClick: () => void model.review() })}
      ${button({
        text: 'Back',
        key: 'u',
        title: 'Take the last answer back and see its photo again',
        isDisabled: !model.canUndo,
        onClick: () => void model.undo(),
      })}
    </div>
    <details
      ?open=${model.isDetailed}
      @toggle=${(event: Event) => model.detail((event.currentTarget as HTMLDetailsElement).open)}
    >
      <summary>Details</summary>
      ${details(found)}
    </details>
  </section>`;
};

/** Where the share of wrong labels lies between 0 and 100 %; the sentence above says it in words. */
const band = ({ low, high }: Share): TemplateResult =>
  html`<div class="band" aria-hidden="true">
    <i ${styled({ left: `${100 * low}%`, width: `${Math.max(0.5, 100 * (high - low))}%` })}></i>
    <span>0 %</span><span>100 %</span>
  </div>`;

const details = (found: AuditResults): TemplateResult => {
  const { accuracy } = found;
  const rows: (readonly [string, string])[] = [
    ['Answers that name a class', String(found.judged)],
    ['Cannot tell', String(found.cannotTell)],
    ['Wrong labels as they came', interval(found.wrongBefore)],
    ['Wrong labels now', interval(found.wrongNow)],
    ['Labels changed or photos trashed since', String(found.mended)],
  ];
  if (accuracy) {
    rows.push(
      ['Accuracy, labels as they came', interval(accuracy.before)],
      ['Accuracy, labels now', interval(accuracy.after)],
      ['Difference', `${points(accuracy.difference.low)} to ${points(accuracy.difference.high)} points`],
    );
  }
  return html`<dl>
      ${rows.map(
        ([term, value]) =>
          html`<dt>${term}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <p class="quiet">
      Intervals of shares are Clopper–Pearson, 95 %. The accuracies are out-of-fold: each photo is judged by a model
      that saw neither it nor its near twins; the difference is a paired bootstrap over groups, 95 %, that excludes 0
      only where an exact sign test does.
    </p>`;
};

const interval = ({ count, of, low, high }: Share): string =>
  of === 0 ? '–' : `${count} of ${of} (${percentFine(low)} – ${percentFine(high)})`;

const points = (part: number): string => `${part > 0 ? '+' : part < 0 ? '−' : ''}${Math.abs(100 * part).toFixed(1)}`;

const noticeOf = (model: AuditModel): Notice | null => {
  const { page: shown } = model;
  if (!shown) {
    return model.trouble === null
      ? { kind: 'busy', text: 'Opening…' }
      : { kind: 'error', text: 'The audit could not be opened.' };
  }
  if (shown.readOnlyReason !== null) return { kind: 'locked', text: shown.readOnlyReason };
  switch (shown.state) {
    case 'no-run':
      return {
        kind: 'info',
        text: 'The first training draws 60 photos for the audit, before anybody has looked at a suggestion.',
        action: { text: 'Train', onClick: () => void model.train(), look: 'primary' },
      };
    case 'busy':
      return { kind: 'busy', text: shown.message ?? 'Working…' };
    case 'error':
      return { kind: 'error', text: shown.message ?? 'Something went wrong. Nothing was changed.' };
    case 'ready':
      if (shown.photos.length === 0 && shown.results === null) {
        return { kind: 'info', text: shown.message ?? 'None of the photos of the sample is in the dataset any more.' };
      }
      return shown.message === null ? null : { kind: 'info', text: shown.message };
  }
};
