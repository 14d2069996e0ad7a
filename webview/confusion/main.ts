/** The confusion page: puts wire, model and view together. */

import '../shared/ui.js';
import { render } from 'lit';
import { confusionContract } from '../../src/protocol/confusion.js';
import { connect } from '../shared/connect.js';
import { isFlag, isNumber, oneOf, shape } from '../shared/guard.js';
import { keyName } from '../shared/keys.js';
import { mount } from '../shared/mount.js';
import { navigation } from '../shared/navigation.js';
import { confusionGuards } from './guards.js';
import { ConfusionModel, type CellPlace, type Place, type Sort } from './state.js';
import { page } from './view.js';

const isPlace = shape<Place>({
  sort: shape<Sort>({ by: oneOf('label', 'precision', 'recall', 'f1', 'support'), isDescending: isFlag }),
  cell: shape<CellPlace>({ row: isNumber, column: isNumber }),
});

const host = acquireVsCodeApi();
const root = mount();
const draw = (): void => void render(page(model), root);
const wire = connect(
  host,
  confusionContract,
  {
    changed: (state) => {
      model.changed(state);
      return null;
    },
  },
  confusionGuards,
  (message) => model.fail(message),
);
const model = new ConfusionModel(wire, navigation(host, isPlace), draw);

document.addEventListener('keydown', (event) => {
  if (!(event.target instanceof Element) || !event.target.closest('.matrix [data-row]')) return;
  const next = model.cellAfter(keyName(event));
  if (!next) return;
  event.preventDefault();
  model.moveTo(next);
  const cell = root.querySelector<HTMLElement>(`[data-row="${next.row}"][data-column="${next.column}"]`);
  cell?.focus({ preventScroll: true });
  cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
});

draw();
void model.open();
