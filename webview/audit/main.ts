/** The audit page: puts wire, model, view and keys together. */

import '../shared/ui.js';
import { render } from 'lit';
import { auditContract } from '../../src/protocol/audit.js';
import { connect } from '../shared/connect.js';
import { isFlag, shape } from '../shared/guard.js';
import { isTyping, keyName } from '../shared/keys.js';
import { mount } from '../shared/mount.js';
import { navigation } from '../shared/navigation.js';
import { auditGuards } from './guards.js';
import { AuditModel, type Place } from './state.js';
import { page } from './view.js';

const host = acquireVsCodeApi();
const root = mount();
const draw = (): void => {
  render(page(model), root);
  // The photos that come next are loaded while this one is looked at.
  for (const { uri } of model.page?.photos.slice(1) ?? []) if (uri !== null) new Image().src = uri;
};
const wire = connect(
  host,
  auditContract,
  {
    changed: (shown) => {
      model.changed(shown);
      return null;
    },
  },
  auditGuards,
  (message) => model.fail(message),
);
const model = new AuditModel(wire, navigation(host, shape<Place>({ isDetailed: isFlag })), draw);

const finder = (): HTMLInputElement | null => root.querySelector<HTMLInputElement>('#find');

/** True when the key was ours. */
const obey = (event: KeyboardEvent): boolean => {
  const key = keyName(event);
  if (event.target === finder() && !event.isComposing) {
    if (key === 'Enter') {
      const [first] = model.offered;
      if (first !== undefined && model.typed.trim() !== '') void model.answer(first);
      return true;
    }
    if (key === 'Escape') {
      model.type('');
      finder()?.blur();
      return true;
    }
    return false;
  }
  if (isTyping(event)) return false;
  if (/^[1-9]$/.test(key)) {
    const label = model.page?.vocab[Number(key) - 1];
    if (label === undefined) model.say(`There is no class ${key}.`);
    else void model.answer(label);
    return true;
  }
  if (key === '?') void model.answer(null);
  else if (key === 'u' || key === 'z' || key === 'Backspace') void model.undo();
  else if (key === 'l') finder()?.focus();
  else if (key === 'Escape' && model.typed !== '') model.type('');
  else return walk(key, event.target);
  return true;
};

const steps: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  Home: -1e6,
  End: 1e6,
};

/** The arrows go from class to class. */
const walk = (key: string, from: EventTarget | null): boolean => {
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (step === undefined || !(from instanceof Element) || !from.closest('[data-class]')) return false;
  model.moveTo(model.at + step);
  root.querySelector<HTMLElement>(`[data-class="${model.at}"]`)?.focus();
  return true;
};

document.addEventListener('keydown', (event) => {
  if (!event.defaultPrevented && obey(event)) event.preventDefault();
});

draw();
void model.open();
