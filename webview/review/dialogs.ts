/** The review's dialogs: class picker, trash, peek, keys. Modal, closed by Escape; the caller gives the focus back. */

import { html, nothing, type TemplateResult } from 'lit';
import type { ReviewTile } from '../../src/protocol/review.js';
import { modal } from '../shared/modal.js';
import { button, icon, progressRing } from '../shared/ui.js';
import { count, percentFine } from '../shared/words.js';
import type { Picker } from './picker.js';
import { keyTable } from './keyTable.js';
import { labelWords, splitWords, verdict } from './words.js';

export const pickerDialog = (
  picker: Picker,
  howMany: number,
  on: { readonly choose: (name: string) => void; readonly close: () => void; readonly redraw: () => void },
): TemplateResult => {
  const rows = picker.rows;
  const choose = (index?: number): void => {
    const name = picker.choose(index);
    if (name === null) on.redraw();
    else on.choose(name);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') picker.move(1);
    else if (event.key === 'ArrowUp') picker.move(-1);
    else if (event.key === 'Enter') choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
    on.redraw();
  };
  // Not the kit's text field: its input lies in a shadow root, from where aria-activedescendant cannot name our rows.
  return html`<dialog class="picker" aria-labelledby="picker-title" ${modal(on.close)}>
    <h2 id="picker-title">Label ${count(howMany, 'photo')}</h2>
    <input
      type="text"
      class="typed"
      role="combobox"
      aria-label="Class"
      aria-expanded="true"
      aria-controls="picker-rows"
      aria-autocomplete="list"
      aria-activedescendant="picker-row-${picker.active}"
      placeholder="Type a class"
      autocomplete="off"
      spellcheck="false"
      autofocus
      .value=${picker.typed}
      @input=${(event: InputEvent) => {
        picker.type((event.target as HTMLInputElement).value);
        on.redraw();
      }}
      @keydown=${onKey}
    />
    <ul id="picker-rows" role="listbox" aria-label="Classes" tabindex="-1">
      ${rows.map(
        (row, index) =>
          html`<li
            id="picker-row-${index}"
            role="option"
            aria-selected=${index === picker.active ? 'true' : 'false'}
            title=${row.name}
            @click=${() => choose(index)}
          >
            ${row.kind === 'class' ? row.name : html`${icon('add')} New class${row.name === '' ? '…' : html` “${row.name}”`}`}
          </li>`,
      )}
    </ul>
    <p class="trouble" role="alert">${picker.trouble ?? ''}</p>
  </dialog>`;
};

export const trashDialog = (
  howMany: number,
  on: { readonly trash: (as: 'ours' | 'foreign') => void; readonly close: () => void },
): TemplateResult => {
  const onKey = (event: KeyboardEvent): void => {
    if (!event.key.startsWith('Arrow')) return;
    const choices = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.choice')];
    const step = event.key === 'ArrowDown' || event.key === 'ArrowRight' ? 1 : -1;
    const at = choices.indexOf(document.activeElement as HTMLElement);
    choices[(at + step + choices.length) % choices.length]?.focus();
    event.preventDefault();
  };
  return html`<dialog class="trash" aria-labelledby="trash-title" ${modal(on.close)} @keydown=${onKey}>
    <h2 id="trash-title">Trash ${count(howMany, 'photo')}</h2>
    <button class="choice" autofocus @click=${() => on.trash('ours')}>
      <strong>Ours, just odd</strong><span>One of our classes, but no good as an example</span>
    </button>
    <button class="choice" @click=${() => on.trash('foreign')}>
      <strong>Foreign</strong><span>Shows none of our classes</span>
    </button>
    <p class="hint">
      Enter confirms, Escape leaves everything as it is. z takes it back. No file is moved before Apply.
    </p>
  </dialog>`;
};

export const peekDialog = (
  tile: ReviewTile,
  uri: string | null | undefined,
  place: string,
  on: { readonly close: () => void; readonly openFile: () => void },
): TemplateResult =>
  html`<dialog class="peek" aria-labelledby="peek-title" ${modal(on.close)}>
    <h2 id="peek-title" title=${tile.path}>${tile.path}</h2>
    <div class="picture" tabindex="-1" autofocus>
      ${
        uri === undefined
          ? html`${progressRing()}<span>Loading…</span>`
          : uri === null
            ? html`${icon('warning')}<span>This file cannot be shown.</span>`
            : html`<img src=${uri} alt=${`${labelWords(tile)}: ${tile.path}`} />`
      }
    </div>
    <p class="peek-facts">
      <span>Label <strong>${labelWords(tile)}</strong> ${percentFine(tile.labelProbability)}</span>
      ${
        tile.prediction === null
          ? nothing
          : html`<span>Model <strong>${tile.prediction}</strong> ${percentFine(tile.probability)}</span>`
      }
      ${tile.surprise === null ? nothing : html`<span>Surprise <strong>${tile.surprise}</strong> of 100</span>`}
      ${tile.suggestion === null ? nothing : html`<span>Suggestion <strong>${tile.suggestion}</strong></span>`}
      <span>${verdict(tile)?.text ?? 'Undecided'}</span>
    </p>
    <details>
      <summary>Details</summary>
      <dl>
        ${detail('Place in the list', place)} ${detail('Content id', tile.id)} ${detail('Copies', String(tile.copies))}
        ${detail('Split', tile.split === null ? '–' : splitWords[tile.split])}
        ${detail('Out-of-fold p(label), predictor', exact(tile.labelProbability))}
        ${detail('Out-of-fold p(prediction), predictor', exact(tile.probability))}
        ${detail('Label in the folder', tile.folderLabel ?? '–')}
      </dl>
      <p class="hint">Out-of-fold: given by a model that saw neither this photo nor its near copies.</p>
    </details>
    <div class="dialog-buttons">
      ${button({ text: 'Open file', icon: 'go-to-file', key: 'o', onClick: on.openFile })}
      ${button({ text: 'Close', key: 'Space', onClick: on.close })}
    </div>
  </dialog>`;

const detail = (term: string, value: string): TemplateResult =>
  html`<div>
    <dt>${term}</dt>
    <dd>${value}</dd>
  </div>`;

const exact = (share: number | null): string => (share === null ? '–' : share.toFixed(4));

/** Asks before a decision on many at once. */
export const confirmDialog = (
  sentence: string,
  on: { readonly confirm: () => void; readonly close: () => void },
): TemplateResult =>
  html`<dialog class="confirm" aria-labelledby="confirm-title" ${modal(on.close)}>
    <h2 id="confirm-title">${sentence}</h2>
    <button
      class="choice"
      autofocus
      @keydown=${(event: KeyboardEvent) => {
        // The key that asked may still be held down.
        if (event.repeat) event.preventDefault();
      }}
      @click=${on.confirm}
    >
      <strong>Yes, all of them</strong><span>One step: u takes all of it back</span>
    </button>
    <p class="hint">Enter confirms, Escape leaves everything as it is. No file is moved before Apply.</p>
  </dialog>`;

export const viewDialog = (on: {
  readonly save: (name: string) => void;
  readonly close: () => void;
}): TemplateResult => {
  let name = '';
  const save = (): void => {
    if (name.trim() !== '') on.save(name.trim());
  };
  return html`<dialog class="picker" aria-labelledby="view-title" ${modal(on.close)}>
    <h2 id="view-title">Save this view</h2>
    <input
      type="text"
      aria-label="Name of the view"
      placeholder="Name"
      maxlength="100"
      autocomplete="off"
      autofocus
      @input=${(event: InputEvent) => {
        name = (event.currentTarget as HTMLInputElement).value;
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Enter' || event.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        save();
      }}
    />
    <p class="hint">It stays in this workspace of the editor; the dataset is not touched.</p>
    <div class="dialog-buttons">
      ${button({ text: 'Save', key: 'Enter', look: 'primary', onClick: save })}
      ${button({ text: 'Cancel', key: 'Escape', onClick: on.close })}
    </div>
  </dialog>`;
};

export const keysDialog = (on: { readonly close: () => void }): TemplateResult =>
  html`<dialog class="keys" aria-labelledby="keys-title" ${modal(on.close)}>
    <h2 id="keys-title">Keys</h2>
    <table>
      <tbody>
        ${keyTable.map(
          ([keys, what]) =>
            html`<tr>
              <th scope="row">${keys.map((key) => html`<kbd>${key}</kbd> `)}</th>
              <td>${what}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <div class="dialog-buttons">${button({ text: 'Close', key: 'Escape', onClick: on.close })}</div>
  </dialog>`;
