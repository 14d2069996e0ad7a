/** The augmentation page: puts wire, model and view together. */

import '../shared/ui.js';
import { render } from 'lit';
import { augmentContract } from '../../src/protocol/augmenting.js';
import { connect } from '../shared/connect.js';
import { mount } from '../shared/mount.js';
import { augmentGuards } from './guards.js';
import { AugmentModel } from './state.js';
import { page } from './view.js';

const host = acquireVsCodeApi();
const root = mount();
const wire = connect(
  host,
  augmentContract,
  {
    changed: (shown) => {
      model.changed(shown);
      return null;
    },
  },
  augmentGuards,
  (message) => model.fail(message),
);
const draw = (): void => {
  render(page(model), root);
};
const model = new AugmentModel(wire, draw);

draw();
void model.open();
