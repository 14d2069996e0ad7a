/** Which photos the list shows: views, words and choices; and the filter in force as a sentence. */

import { html, nothing, type TemplateResult } from 'lit';
import { findingKinds } from '../../src/core/findings/finding.js';
import { arrangementOf, arrangements, isSameFilter, kindGroups } from '../../src/core/review/filter.js';
import { noFilter, type ReviewFilter, type ReviewSnapshot, type ReviewView } from '../../src/protocol/review.js';
import { dropdown, icon, type Choice } from '../shared/ui.js';
import { count } from '../shared/words.js';
import type { ReviewModel } from './state.js';
import { arrangeWords, filterSentence, kindChoiceWords, showWords, splitWords, thresholdSentence } from './words.js';

const withCount = (text: string, n: number | undefined): string =>
  n === undefined ? text : `${text} (${n.toLocaleString('en')})`;

const splits = ['train', 'valid', 'test'] as const;

/** The view that this filter is; null = a filter without a name. */
const viewOf = (filter: ReviewFilter, { views }: ReviewSnapshot): ReviewView | null =>
  views.find((view) => isSameFilter(view.filter, filter)) ?? null;

export const filters = (
  snapshot: ReviewSnapshot,
  model: ReviewModel,
  backToGrid: (work: () => void) => () => void,
): TemplateResult => {
  const { counts, vocab } = snapshot;
  const { filter } = model;
  const set = (change: Partial<ReviewFilter>): void => void model.setFilter(change);
  const names = (chosen: string | null): readonly string[] =>
    chosen === null || vocab.includes(chosen) ? vocab : [...vocab, chosen];
  const ofMany = (
    name: string,
    all: string,
    chosen: string | null,
    choices: readonly Choice[],
    key: keyof ReviewFilter,
  ) =>
    dropdown(name, chosen === null ? '' : `=${chosen}`, [{ value: '', text: all }, ...choices], (value) =>
      set({ [key]: value === '' ? null : value.slice(1) }),
    );
  const choice = (value: string, text: string): Choice => ({ value: `=${value}`, text });
  const sources = Object.entries(counts.sources);
  return html`<div class="finder" role="group" aria-label="View">
      ${viewList(snapshot, model)}
      <input
        type="search"
        class="find typed"
        aria-label="Find in paths, classes and reasons"
        aria-keyshortcuts="/"
        placeholder="Find in paths, classes, reasons  ( / )"
        autocomplete="off"
        spellcheck="false"
        .value=${filter.text}
        @input=${(event: InputEvent) => set({ text: (event.currentTarget as HTMLInputElement).value.slice(0, 500) })}
      />
      ${inWords(snapshot, model, backToGrid)}
    </div>
    <div class="filters" role="group" aria-label="Filter">
      ${ofMany(
        'Class',
        'Every class',
        filter.label,
        names(filter.label).map((name) =>
          choice(name, withCount(name, Object.hasOwn(counts.labels, name) ? counts.labels[name] : 0)),
        ),
        'label',
      )}
      ${ofMany(
        'Predicted',
        'Any prediction',
        filter.predicted,
        names(filter.predicted).map((name) => choice(name, `predicted ${name}`)),
        'predicted',
      )}
      ${ofMany(
        'Split',
        'Every split',
        filter.split,
        splits
          .filter((split) => counts.splits[split] > 0 || filter.split === split)
          .map((split) => choice(split, withCount(splitWords[split], counts.splits[split]))),
        'split',
      )}
      ${ofMany(
        'Finding',
        'Any finding or none',
        filter.kind,
        [
          ...kindGroups
            .filter((group) => group !== 'moved' || hasMoved(snapshot))
            .map((group) => choice(group, kindChoiceWords(group))),
          ...findingKinds
            .filter((kind) => counts.kinds[kind] > 0 || kind === filter.kind)
            .map((kind) => choice(kind, withCount(kindChoiceWords(kind), counts.kinds[kind]))),
        ],
        'kind',
      )}
      ${
        sources.length === 0 && filter.source === null
          ? nothing
          : ofMany(
              'Source',
              'Every source',
              filter.source,
              sources.map(([source, n]) => choice(source, withCount(source === '' ? 'source not known' : source, n))),
              'source',
            )
      }
      ${dropdown(
        'Show',
        filter.show,
        Object.entries(showWords).map(([value, text]) => ({ value, text })),
        (value) => set({ show: value as ReviewFilter['show'] }),
      )}
      ${
        // A list of its own has an order of its own.
        snapshot.only !== null
          ? nothing
          : dropdown(
              'Order',
              arrangementOf(filter),
              arrangements.map((value) => ({ value, text: arrangeWords[value] })),
              (value) => set({ arrange: value as ReviewFilter['arrange'] }),
            )
      }
    </div>
    ${snapshot.alike === null ? nothing : threshold(snapshot.alike, model)}`;
};

const hasMoved = ({ views, filter }: ReviewSnapshot): boolean =>
  filter.kind === 'moved' || views.some((view) => view.filter.kind === 'moved' && !view.isOwn);

const viewList = (snapshot: ReviewSnapshot, model: ReviewModel): TemplateResult => {
  // What was asked for last, as in the other lists: the answer may take a moment, and a choice must not jump back meanwhile.
  const now = viewOf(model.filter, snapshot);
  return dropdown(
    'View',
    now?.name ?? '',
    [
      ...(now ? [] : [{ value: '', text: 'A filter of your own' }]),
      ...snapshot.views.map((view) => ({ value: view.name, text: withCount(view.name, view.count) })),
    ],
    (name) => {
      const view = snapshot.views.find((one) => one.name === name);
      if (view) void model.setFilter(view.filter);
    },
  );
};

/** What is shown, with the way back to everything, and the way to keep it. */
const inWords = (
  snapshot: ReviewSnapshot,
  model: ReviewModel,
  backToGrid: (work: () => void) => () => void,
): TemplateResult => {
  const now = viewOf(snapshot.filter, snapshot);
  const isAll = isSameFilter(snapshot.filter, noFilter);
  const { only } = snapshot;
  const filtered = isAll ? null : filterSentence(snapshot.filter);
  const sentence =
    only === null ? (filtered ?? 'Everything that is in.') : [only.title, filtered].filter(Boolean).join('; ');
  return html`<p class="in-words" title=${sentence}>${count(snapshot.total, 'photo')}: ${sentence}</p>
    <button
      class="plain"
      aria-keyshortcuts="Control+A"
      title="Select everything that is shown (Ctrl+A)"
      ?disabled=${snapshot.total === 0}
      @click=${backToGrid(() => void model.selectAll())}
    >
      ${icon('checklist')} Select all
    </button>
    ${
      isAll
        ? nothing
        : html`<button class="plain" aria-keyshortcuts="c" @click=${() => void model.setFilter(noFilter)}>
            ${icon('clear-all')} Clear <kbd aria-hidden="true">c</kbd>
          </button>`
    }
    ${
      now === null
        ? html`<button class="plain" @click=${() => model.show('view')}>${icon('save')} Save view…</button>`
        : now.isOwn
          ? html`<button class="plain" @click=${() => void model.removeView(now.name)}>
              ${icon('close')} Forget view
            </button>`
          : nothing
    }`;
};

/** How alike two pictures must be to be called near duplicates: the list follows while it moves. */
const threshold = (alike: NonNullable<ReviewSnapshot['alike']>, model: ReviewModel): TemplateResult => {
  const bits = model.filter.alikeBits;
  const set = (value: number): void => void model.setFilter({ alikeBits: value });
  return html`<div class="threshold" role="group" aria-label="How alike near duplicates are">
    <label for="alike-bits">Alike up to</label>
    <input
      id="alike-bits"
      type="range"
      min="0"
      max="10"
      step="1"
      .value=${String(bits)}
      aria-valuetext=${thresholdSentence(bits, alike)}
      @input=${(event: InputEvent) => set(Number((event.currentTarget as HTMLInputElement).value))}
    />
    <ol class="steps" aria-label="Pairs at each threshold">
      ${alike.pairs.map(
        (pairs, at) =>
          html`<li>
            <button
              class="plain"
              aria-pressed=${at === bits ? 'true' : 'false'}
              aria-label=${thresholdSentence(at, alike)}
              title=${thresholdSentence(at, alike)}
              @click=${() => set(at)}
            >
              <strong>${at}</strong> <span class="quiet">${pairs.toLocaleString('en')}</span>
            </button>
          </li>`,
      )}
    </ol>
    <span class="said" title="Training keeps together what is alike up to 6 bits, wherever this stands."
      >${thresholdSentence(bits, alike)}. Decisions stay.</span
    >
  </div>`;
};
