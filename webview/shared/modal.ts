/** Shows a `<dialog>` as a modal as soon as it is in the document; Escape calls `onClose`. */

import { nothing } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import type { ElementPart } from 'lit/directive.js';

class Modal extends AsyncDirective {
  #dialog: HTMLDialogElement | undefined;
  #onClose: () => void = () => undefined;

  render(_onClose: () => void): typeof nothing {
    return nothing;
  }

  override update(part: ElementPart, [onClose]: [() => void]): typeof nothing {
    this.#onClose = onClose;
    if (this.#dialog) return nothing;
    const dialog = part.element as HTMLDialogElement;
    this.#dialog = dialog;
    dialog.addEventListener('cancel', (event) => {
      // The model closes it: two owners of one state would drift apart.
      event.preventDefault();
      this.#onClose();
    });
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) this.#onClose();
    });
    // Directives run before the element is inserted, and only an inserted dialog can be shown.
    queueMicrotask(() => {
      if (dialog.isConnected && !dialog.open) dialog.showModal();
    });
    return nothing;
  }
}

/** `<dialog ${modal(close)}>`; render it only while it is open. */
export const modal = directive(Modal);
