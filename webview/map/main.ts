/** The map page: puts wire, model, canvas and view together. */

import '../shared/ui.js';
import { render } from 'lit';
import { mapContract } from '../../src/protocol/map.js';
import { connect } from '../shared/connect.js';
import { isFlag, oneOf, shape } from '../shared/guard.js';
import { mount } from '../shared/mount.js';
import { navigation } from '../shared/navigation.js';
import { colourings } from './groups.js';
import { mapGuards } from './guards.js';
import { Stage } from './stage.js';
import { MapModel, type Place } from './state.js';
import { page } from './view.js';

const host = acquireVsCodeApi();
const root = mount();
const wire = connect(
  host,
  mapContract,
  {
    changed: (shown) => {
      model.changed(shown);
      return null;
    },
  },
  mapGuards,
  (message) => model.fail(message),
);
const stage = new Stage(() => model);
const draw = (): void => {
  render(page(model, stage), root);
  stage.repaint();
};
const model = new MapModel(wire, navigation(host, shape<Place>({ by: oneOf(...colourings), isTable: isFlag })), draw);

draw();
void model.open();
