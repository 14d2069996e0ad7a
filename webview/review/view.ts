/** The review page: header, filters, actions, notices, grid, dialogs. Draws the model and nothing else. */

import { html, nothing, type TemplateResult } from 'lit';
import { isSameFilter } from '../../src/core/review/filter.js';
import { noFilter, type ReviewSnapshot } from '../../src/protocol/review.js';
import { notice, trouble, type Notice } from '../shared/notice.js';
import { button, icon } from '../shared/ui.js';
import { count } from '../shared/words.js';
import { confirmDialog, keysDialog, peekDialog, pickerDialog, trashDialog, viewDialog } from './dialogs.js';
import { filters } from './filters.js';
import { evidenceDialog } from './evidence.js';
import type { Picker } from './picker.js';
import type { ReviewModel } from './state.js';
import { confirmSentence, pendingSentence, progressSentence } from './words.js';

export interface ViewPort {
  readonly model: ReviewModel;
  readonly picker: () => Picker;
  /** Runs it and gives the keyboard back to the grid. */
  readonly backToGrid: (work: () => void) => () => void;
  readonly redraw: () => void;
}

export const page = (port: ViewPort): TemplateResult => {
  const { model } = port;
  const snapshot = model.snapshot;
  const shown = noticeOf(model);
  return html`<header class="bar">
      <div class="title">
        <h1 title=${snapshot?.datasetName ?? ''}>
          Review<span class="quiet">${snapshot ? ` ${snapshot.datasetName}` : ''}</span>
        </h1>
        ${snapshot ? title(snapshot, model) : nothing}
      </div>
      ${snapshot ? header(snapshot, port) : nothing}
    </header>
    <main class="stage" aria-label="Photos">
      <div
        id="grid"
        class="grid"
        aria-label=${snapshot ? `Photos of ${snapshot.datasetName}, the most surprising first` : 'Photos'}
        ?hidden=${model.total === 0}
      ></div>
      ${shown && model.total === 0 ? notice(shown, 'page') : nothing}
    </main>
    ${
      // Below the photos, as a banner above them would push them down under the eye.
      shown && model.total > 0 ? notice(shown, 'banner') : nothing
    }
    ${trouble(model.trouble, () => {
      model.trouble = null;
      port.redraw();
    })}
    <footer class="status">
      <span role="status" aria-live="polite">${model.said}</span>
      <span class="quiet">${position(model)}</span>
    </footer>
    ${dialog(port)}`;
};

/** Beside the heading, where coming and going moves nothing. */
const title = (snapshot: ReviewSnapshot, model: ReviewModel): TemplateResult =>
  html`<span class="quiet pending">${pendingSentence(snapshot.header.pending)}</span>
    ${
      snapshot.only === null
        ? nothing
        : html`<button
            class="pill only"
            aria-keyshortcuts="a"
            title="${snapshot.only.title}, nearest first. Press to list all photos again."
            @click=${() => void model.list('all')}
          >
            ${icon('close')} <span class="name">${snapshot.only.title}</span> <kbd aria-hidden="true">a</kbd>
          </button>`
    }
    ${
      snapshot.movedUp > 0
        ? html`<button
            class="pill"
            aria-keyshortcuts="r"
            title="The ranking was fitted again. Nothing on the screen moves until you sort."
            @click=${() => void model.resort()}
          >
            ${icon('arrow-up')} ${snapshot.movedUp} moved up <kbd aria-hidden="true">r</kbd>
          </button>`
        : nothing
    }
    ${
      model.total === 0
        ? nothing
        : html`<button class="plain" aria-keyshortcuts="e" @click=${() => model.showEvidence()}>
            ${icon('question')} Why? <kbd aria-hidden="true">e</kbd>
          </button>`
    }
    ${
      snapshot.superseded > 0 && snapshot.filter.kind !== 'moved'
        ? html`<button
            class="plain"
            title="Their files were moved outside Winnow since, so the folder wins for now. Select all, then b takes the decisions up again and k accepts the folders."
            @click=${() => void model.setFilter({ ...noFilter, kind: 'moved' })}
          >
            ${icon('warning')} ${count(snapshot.superseded, 'photo')} moved since you decided
          </button>`
        : nothing
    }
    <button class="plain" aria-keyshortcuts="?" @click=${() => model.show('keys')}>
      ${icon('keyboard')} Keys <kbd aria-hidden="true">?</kbd>
    </button>`;

const header = (snapshot: ReviewSnapshot, port: ViewPort): TemplateResult | typeof nothing =>
  snapshot.total === 0 && isSameFilter(snapshot.filter, noFilter)
    ? nothing
    : html`<p class="progress">${progressSentence(snapshot.header)}</p>
        ${filters(snapshot, port.model, port.backToGrid)} ${actions(snapshot, port)} ${legend(snapshot, port)}`;

const actions = (snapshot: ReviewSnapshot, { model, backToGrid }: ViewPort): TemplateResult => {
  const isDisabled = snapshot.readOnlyReason !== null || model.total === 0;
  const act = (text: string, key: string, iconName: string, work: () => void): TemplateResult =>
    button({ text, key, icon: iconName, isDisabled, onClick: backToGrid(work) });
  return html`<div class="actions" role="group" aria-label="Decide">
    ${act('Accept', 'Enter', 'lightbulb', () => void model.decisions.decide({ kind: 'accept' }))}
    ${act('Keep', 'k', 'check', () => void model.decisions.decide({ kind: 'keep' }))}
    ${button({ text: 'Label…', key: 'l', icon: 'tag', isDisabled, onClick: () => model.show('picker') })}
    ${act('Set aside', 's', 'archive', () => void model.decisions.decide({ kind: 'set-aside' }))}
    ${button({ text: 'Trash…', key: 'x', icon: 'trash', isDisabled, onClick: () => model.show('trash') })}
    ${act('Restore', 'b', 'history', () => void model.decisions.decide({ kind: 'restore' }))}
    <span class="gap"></span>
    ${button({
      text: 'Undo',
      key: 'z',
      icon: 'discard',
      isDisabled: snapshot.readOnlyReason !== null || !snapshot.canUndo,
      onClick: backToGrid(() => void model.decisions.undo()),
    })}
    ${button({
      text: 'Redo',
      key: 'y',
      icon: 'redo',
      isDisabled: snapshot.readOnlyReason !== null || !snapshot.canRedo,
      onClick: backToGrid(() => void model.decisions.redo()),
    })}
  </div>`;
};

const legend = (snapshot: ReviewSnapshot, { model, backToGrid }: ViewPort): TemplateResult =>
  html`<ol class="legend" aria-label="Relabel to">
    ${snapshot.vocab.slice(0, 9).map(
      (name, index) =>
        html`<li>
          <button
            class="plain"
            title="Relabel to ${name}"
            aria-label="Relabel to ${name}"
            aria-keyshortcuts=${index + 1}
            ?disabled=${snapshot.readOnlyReason !== null || model.total === 0}
            @click=${backToGrid(() => void model.decisions.decide({ kind: 'relabel', to: name }))}
          >
            <kbd>${index + 1}</kbd><span class="name">${name}</span>
          </button>
        </li>`,
    )}
    ${
      snapshot.vocab.length > 9
        ? html`<li class="quiet more"><kbd>l</kbd> all ${snapshot.vocab.length} classes</li>`
        : nothing
    }
  </ol>`;

const position = (model: ReviewModel): string => {
  if (model.total === 0) return '';
  const selected = model.selection.size > 0 ? `${model.selection.size.toLocaleString('en')} selected · ` : '';
  return `${selected}${(model.focus + 1).toLocaleString('en')} of ${count(model.total, 'photo')}`;
};

/** What is to be said beside, or instead of, the photos. */
const noticeOf = (model: ReviewModel): Notice | null => {
  const snapshot = model.snapshot;
  const train = (text: string) => ({ text, onClick: () => void model.train(), look: 'primary' as const });
  if (!snapshot) {
    return model.trouble === null
      ? { kind: 'busy', text: 'Opening…' }
      : { kind: 'error', text: 'The review could not be opened. Your decisions are safe in the journal.' };
  }
  const text = snapshot.message;
  switch (snapshot.state) {
    case 'no-run':
      return { kind: 'info', text: text ?? 'No model has judged these photos yet.', action: train('Train') };
    case 'busy':
      return { kind: 'busy', text: text ?? 'Working…' };
    case 'stale':
      return {
        kind: 'info',
        text: text ?? 'Files have changed since the last training.',
        action: train('Train again'),
      };
    case 'error':
      return { kind: 'error', text: text ?? 'Something went wrong. Your decisions are safe in the journal.' };
    case 'ready':
  }
  if (snapshot.readOnlyReason !== null) return { kind: 'locked', text: snapshot.readOnlyReason };
  if (snapshot.total > 0) return null;
  return !isSameFilter(snapshot.filter, noFilter)
    ? {
        kind: 'info',
        text: 'No photo passes this filter.',
        action: { text: 'Clear filter', onClick: () => void model.setFilter(noFilter), look: 'primary' },
      }
    : { kind: 'info', text: 'There are no photos to review here.' };
};

const dialog = (port: ViewPort): TemplateResult | typeof nothing => {
  const { model } = port;
  const close = port.backToGrid(() => model.show(null));
  switch (model.dialog) {
    case 'picker':
      return pickerDialog(port.picker(), model.decisions.targets().length, {
        choose: (to) => {
          close();
          void model.decisions.decide({ kind: 'relabel', to });
        },
        close,
        redraw: port.redraw,
      });
    case 'trash':
      return trashDialog(model.decisions.targets().length, {
        trash: (as) => {
          close();
          void model.decisions.decide({ kind: 'trash', as });
        },
        close,
      });
    case 'peek': {
      const tile = model.focused;
      if (!tile) return nothing;
      const uri = model.peekUri?.id === tile.id ? model.peekUri.uri : undefined;
      return peekDialog(tile, uri, `${(model.focus + 1).toLocaleString('en')} of ${model.total.toLocaleString('en')}`, {
        close,
        openFile: () => void model.openFile(),
      });
    }
    case 'evidence': {
      const tile = model.focused;
      if (!tile) return nothing;
      return evidenceDialog(tile, model.evidence, position(model), {
        close,
        open: (id) => void model.openFile(id),
        similar: () => void model.list('similar'),
      });
    }
    case 'keys':
      return keysDialog({ close });
    case 'confirm':
      return model.decisions.toConfirm === null
        ? nothing
        : confirmDialog(confirmSentence(model.decisions.toConfirm, model.decisions.targets().length), {
            confirm: () => {
              close();
              void model.decisions.confirm();
            },
            close,
          });
    case 'view':
      return viewDialog({
        save: (name) => {
          close();
          void model.saveView(name);
        },
        close,
      });
    case null:
      return nothing;
  }
};
