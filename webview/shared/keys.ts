/** Keyboard: names of keys, and when they belong to somebody else. */

/** 'Shift+z', 'Ctrl+ArrowDown', '?', 'Space'; Ctrl also for the Mac's command key. Shift is named only where it is not in the character. */
export const keyName = (event: KeyboardEvent): string => {
  const key = event.key === ' ' ? 'Space' : event.key;
  const isLetter = /^[a-z]$/i.test(key);
  const isSymbol = key.length === 1 && !isLetter;
  return [
    event.ctrlKey || event.metaKey ? 'Ctrl+' : '',
    event.altKey ? 'Alt+' : '',
    event.shiftKey && !isSymbol ? 'Shift+' : '',
    isLetter ? key.toLowerCase() : key,
  ].join('');
};

const typingRoles = new Set(['textbox', 'combobox', 'listbox', 'searchbox', 'option', 'spinbutton']);

/** True when the key goes to a field, a list or an input method, looking through shadow roots. */
export const isTyping = (event: KeyboardEvent): boolean => {
  if (event.isComposing) return true;
  return event
    .composedPath()
    .some(
      (target) =>
        target instanceof HTMLElement &&
        (target instanceof HTMLInputElement ||
          target instanceof HTMLTextAreaElement ||
          target instanceof HTMLSelectElement ||
          target.isContentEditable ||
          typingRoles.has(target.getAttribute('role') ?? '')),
    );
};

const controls = /^(button|a|summary|vscode-button|vscode-checkbox)$/i;

/** True when Enter or Space would press a control that has the focus. */
export const pressesControl = (event: KeyboardEvent): boolean =>
  (event.key === 'Enter' || event.key === ' ') &&
  event.composedPath().some((target) => target instanceof HTMLElement && controls.test(target.localName));
