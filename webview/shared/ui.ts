/** The only file that knows the component kit: its successor replaces this file. No badges: they would need inline styles. */

import { provideVSCodeDesignSystem, vsCodeButton, vsCodeDropdown, vsCodeOption } from '@vscode/webview-ui-toolkit';
import { html, nothing, type TemplateResult } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { repeat } from 'lit/directives/repeat.js';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption());

export interface ButtonOptions {
  readonly text: string;
  readonly onClick: () => void;
  readonly look?: 'primary' | 'secondary';
  /** Codicon name, shown before the text. */
  readonly icon?: string;
  /** Shown after the text and told to assistive technology: 'k'. */
  readonly key?: string;
  readonly title?: string;
  readonly isDisabled?: boolean;
}

export const icon = (name: string): TemplateResult => html`<i class="codicon codicon-${name}" aria-hidden="true"></i>`;

/** The kit gives a slotted span the size of an icon: icons are `i`, texts are bare. */
export const button = (options: ButtonOptions): TemplateResult =>
  html`<vscode-button
    appearance=${options.look ?? 'secondary'}
    title=${options.title ?? nothing}
    aria-keyshortcuts=${options.key ?? nothing}
    ?disabled=${options.isDisabled ?? false}
    @click=${options.onClick}
    >${options.icon ? icon(options.icon) : nothing}${options.text}${
      options.key ? html`<kbd aria-hidden="true">${options.key}</kbd>` : nothing
    }</vscode-button
  >`;

export interface Choice {
  /** '' = all. */
  readonly value: string;
  readonly text: string;
}

interface DropdownElement extends HTMLElement {
  value: string;
  readonly open: boolean;
}

// The kit's list knows its options only after they were slotted; a value set before that is lost. And it does not notice
// when the words of the chosen option change: it has to be told, or it says an old number.
class Chosen extends Directive {
  render(_value: string): typeof nothing {
    return nothing;
  }

  override update(part: ElementPart, [value]: [string]): typeof nothing {
    const dropdown = part.element as DropdownElement;
    requestAnimationFrame(() => {
      // An open list is somebody's: keys have brought it to a choice that is not made yet.
      if (dropdown.open) return;
      if (dropdown.value !== value) dropdown.value = value;
      dropdown.dispatchEvent(new Event('contentchange'));
    });
    return nothing;
  }
}
const chosen = directive(Chosen);

export const dropdown = (
  label: string,
  value: string,
  choices: readonly Choice[],
  onChange: (value: string) => void,
): TemplateResult =>
  html`<div class="field">
    <span class="field-name" aria-hidden="true">${label}</span
    ><vscode-dropdown
      aria-label=${label}
      @change=${(event: Event) => {
        // The kit says "change" for every letter typed ahead, whether it found something or not.
        const chosenNow = (event.currentTarget as DropdownElement).value;
        if (chosenNow !== value) onChange(chosenNow);
      }}
      ${chosen(value)}
      >${repeat(
        choices,
        (choice) => choice.value,
        (choice) => html`<vscode-option value=${choice.value} title=${choice.text}>${choice.text}</vscode-option>`,
      )}</vscode-dropdown
    >
  </div>`;

/** The kit's own ring has the page drawn anew for each of its frames, which costs the cores that the person waits for. */
export const progressRing = (): TemplateResult => html`<span class="ring" aria-hidden="true"></span>`;
