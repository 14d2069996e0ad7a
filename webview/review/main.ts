/** The review page: puts wire, model, grid and view together. */

import '../shared/ui.js';
import { render } from 'lit';
import type { ItemId } from '../../src/core/dataset/item.js';
import { reviewContract } from '../../src/protocol/review.js';
import { connect } from '../shared/connect.js';
import { isNumber, isText, listOf, orNull, shape, type Guard } from '../shared/guard.js';
import { ImageGrid } from '../shared/imageGrid.js';
import { navigation } from '../shared/navigation.js';
import { mount } from '../shared/mount.js';
import { isFilter, reviewGuards } from './guards.js';
import { findByWords, obey } from './keyboard.js';
import { Picker } from './picker.js';
import type { Place, Screen } from './screen.js';
import type { KeptSelection } from './selection.js';
import { ReviewModel } from './state.js';
import { tileCell, waitingCell } from './tile.js';
import { page, type ViewPort } from './view.js';

const isItemId = isText as Guard<ItemId>;

const isPlace = shape<Place>({
  filter: isFilter,
  only: orNull(isText),
  anchor: orNull(shape<NonNullable<Place['anchor']>>({ id: isItemId, index: isNumber })),
  focus: isNumber,
  selected: (value): value is KeptSelection => isNumber(value) || listOf(isItemId)(value),
});

const host = acquireVsCodeApi();
const root = mount();
let grid: ImageGrid | undefined;
let picker: Picker | undefined;
let isScheduled = false;

const screen: Screen = {
  lastVisible: () => grid?.lastVisible ?? -1,
  firstVisible: () => grid?.firstVisible ?? 0,
  focus: (index, take) => {
    draw();
    grid?.focus(index, take);
  },
  scrollTo: (index) => {
    draw();
    grid?.scrollTo(index);
  },
  redraw: () => {
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(draw);
  },
};

const wire = connect(
  host,
  reviewContract,
  {
    changed: ({ snapshot }) => {
      model.changed(snapshot);
      return null;
    },
    thumbs: ({ uris }) => {
      model.rows.addThumbs(uris);
      return null;
    },
    reveal: ({ index, why }) => {
      void model.reveal(index, why);
      return null;
    },
  },
  reviewGuards,
  (message) => model.fail(message),
);
const model = new ReviewModel(wire, navigation(host, isPlace), screen);

const port: ViewPort = {
  model,
  picker: () => (picker ??= new Picker(model.snapshot?.vocab ?? [])),
  backToGrid: (work) => () => {
    work();
    draw();
    grid?.focus(model.focus);
  },
  redraw: () => screen.redraw(),
};

function draw(): void {
  isScheduled = false;
  if (model.dialog !== 'picker') picker = undefined;
  render(page(port), root);
  grid?.update();
}

draw();
const container = root.querySelector<HTMLElement>('#grid');
if (container) {
  grid = new ImageGrid(
    container,
    {
      total: () => model.total,
      cell: (index) => {
        const tile = model.rows.at(index);
        if (!tile) return waitingCell(index, model.total);
        const isSaving = model.decisions.saving.has(tile.id);
        const isSelected = model.selection.has(tile.id);
        const before = model.rows.at(index - 1);
        return tileCell(tile, { index, total: model.total, isSaving, isSelected, before });
      },
      need: (from, to) => model.rows.want(from, to),
      focused: (index) => {
        model.focusMoved(index);
        screen.redraw();
      },
      picked: (index, how) => void model.picked(index, how),
      opened: () => void model.peek(),
      scrolled: () => model.keepPlace(),
    },
    { minWidth: 196, height: 286 },
  );
  const drawn = grid;
  const close = port.backToGrid(() => model.show(null));
  document.addEventListener('keydown', (event) => {
    const find = root.querySelector<HTMLInputElement>('.find');
    if (find && findByWords(event, find, model, () => drawn.focus(model.focus))) event.preventDefault();
    else if (obey(event, model, drawn, close)) event.preventDefault();
  });
}
void model.open();
