/** From keys to what the review does. Never takes a key from a field, a list or a pressed button. */

import { noFilter } from '../../src/protocol/review.js';
import type { ImageGrid } from '../shared/imageGrid.js';
import { isTyping, keyName, pressesControl } from '../shared/keys.js';
import { lookAtTile } from './evidence.js';
import type { ReviewModel } from './state.js';

/** True when the key was ours. @param close ends the open dialog and gives the keyboard back to the grid. */
export const obey = (event: KeyboardEvent, model: ReviewModel, grid: ImageGrid, close: () => void): boolean => {
  if (event.defaultPrevented || isTyping(event) || pressesControl(event)) return false;
  const key = keyName(event);
  if (model.dialog !== null && model.dialog !== 'peek' && model.dialog !== 'evidence') return false;
  const closing = model.dialog === 'peek' ? 'Space' : model.dialog === 'evidence' ? 'e' : null;
  if (closing !== null && (key === closing || key === 'Escape')) {
    close();
    return true;
  }
  if (model.dialog === 'evidence' && key === 'h') {
    if (model.focused) lookAtTile(model.focused, model.evidence);
    return true;
  }
  return move(key, model, grid) || act(key, model);
};

/** The way into the search field and out of it. True when the key was ours. */
export const findByWords = (
  event: KeyboardEvent,
  field: HTMLInputElement,
  model: ReviewModel,
  toGrid: () => void,
): boolean => {
  if (event.target !== field) {
    if (model.dialog !== null || isTyping(event) || keyName(event) !== '/') return false;
    field.focus();
    field.select();
    return true;
  }
  if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return false;
  if (event.key === 'Escape') void model.setFilter({ text: '' });
  toGrid();
  return true;
};

const move = (key: string, model: ReviewModel, grid: ImageGrid): boolean => {
  if (key === 'Ctrl+Space') {
    void model.picked(model.focus, 'toggle');
    return true;
  }
  if (key === 'Ctrl+a') {
    void model.selectAll();
    return true;
  }
  return grid.handleKey(key);
};

const act = (key: string, model: ReviewModel): boolean => {
  if (/^[1-9]$/.test(key)) {
    const to = model.snapshot?.vocab[Number(key) - 1];
    if (to === undefined) model.say(`There is no class ${key}: l lists the classes.`);
    else void model.decisions.decide({ kind: 'relabel', to });
    return true;
  }
  const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
  action?.(model);
  return action !== undefined;
};

const actions: Readonly<Record<string, (model: ReviewModel) => void>> = {
  l: (model) => model.show('picker'),
  Enter: (model) => void model.decisions.decide({ kind: 'accept' }),
  k: (model) => void model.decisions.decide({ kind: 'keep' }),
  s: (model) => void model.decisions.decide({ kind: 'set-aside' }),
  x: (model) => model.show('trash'),
  b: (model) => void model.decisions.decide({ kind: 'restore' }),
  u: (model) => void model.decisions.undo(),
  'Shift+u': (model) => void model.decisions.redo(),
  z: (model) => void model.decisions.undo(),
  'Shift+z': (model) => void model.decisions.redo(),
  y: (model) => void model.decisions.redo(),
  r: (model) => void model.resort(),
  c: (model) => void model.setFilter(noFilter),
  Space: (model) => void model.peek(),
  e: (model) => model.showEvidence(),
  f: (model) => void model.list('similar'),
  a: (model) => void model.list('all'),
  o: (model) => void model.openFile(),
  '?': (model) => model.show('keys'),
  Escape: (model) => {
    model.selection.clear();
    model.say('');
  },
};
