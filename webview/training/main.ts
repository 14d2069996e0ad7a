/** The training page: puts wire, model and view together. */

import '../shared/ui.js';
import { render } from 'lit';
import { fineTuningContract } from '../../src/protocol/fineTuning.js';
import { connect } from '../shared/connect.js';
import { mount } from '../shared/mount.js';
import { fineTuningGuards } from './guards.js';
import { TrainingModel } from './state.js';
import { page } from './view.js';

const host = acquireVsCodeApi();
const root = mount();
const wire = connect(
  host,
  fineTuningContract,
  {
    changed: (shown) => {
      model.changed(shown);
      return null;
    },
  },
  fineTuningGuards,
  (message) => model.fail(message),
);
const draw = (): void => {
  render(page(model), root);
};
const model = new TrainingModel(wire, draw);

draw();
void model.open();
