/** The prediction page: puts wire, model, view, paste and drop together. */

import '../shared/ui.js';
import { render } from 'lit';
import { predictionContract } from '../../src/protocol/prediction.js';
import { connect } from '../shared/connect.js';
import { mount } from '../shared/mount.js';
import { navigation } from '../shared/navigation.js';
import { isPlace, predictionGuards } from './guards.js';
import { AnswerRows } from './answerRows.js';
import { incoming } from './incoming.js';
import { watchCards } from './sight.js';
import { PredictionModel } from './state.js';
import { page } from './view.js';

const root = mount();
const draw = (): void => {
  rows.prepare();
  render(page(model, rows.window), root);
  watch();
  rows.settle();
};
const watch = watchCards(root, (cards) => model.sees(cards));
const host = acquireVsCodeApi();
const wire = connect(
  host,
  predictionContract,
  {
    changed: (change) => {
      model.changed(change);
      return null;
    },
  },
  predictionGuards,
  (message) => model.fail(message),
);
const model = new PredictionModel(wire, navigation(host, isPlace), draw);
const rows = new AnswerRows(
  root,
  () => model.rows().map(({ key }) => key),
  () => draw(),
);

document.addEventListener('paste', (event) => {
  if (!event.clipboardData) return;
  event.preventDefault();
  void model.take(incoming(event.clipboardData));
});
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  model.dropping(true);
});
document.addEventListener('dragleave', (event) => {
  // Leaving one element for another is not leaving the page.
  if (event.relatedTarget === null) model.dropping(false);
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  if (event.dataTransfer) void model.take(incoming(event.dataTransfer));
});

draw();
void model.load();
