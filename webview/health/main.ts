/** The health page: puts wire, model and view together. */

import '../shared/ui.js';
import { render } from 'lit';
import { healthContract } from '../../src/protocol/health.js';
import { connect } from '../shared/connect.js';
import { listOf, isText, shape } from '../shared/guard.js';
import { mount } from '../shared/mount.js';
import { navigation } from '../shared/navigation.js';
import { healthGuards } from './guards.js';
import { HealthModel, type Place } from './state.js';
import { page } from './view.js';

const host = acquireVsCodeApi();
const root = mount();
const draw = (): void => void render(page(model), root);
const wire = connect(
  host,
  healthContract,
  {
    changed: (state) => {
      model.changed(state);
      return null;
    },
    collecting: (progress) => {
      model.collecting(progress);
      return null;
    },
  },
  healthGuards,
  (message) => model.fail(message),
);
const model = new HealthModel(wire, navigation(host, shape<Place>({ opened: listOf(isText) })), draw);

draw();
void model.open();
