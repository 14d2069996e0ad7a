/** The canvas and the hands on it: hover, drag, wheel, lasso, keys. */

import { keyName } from '../shared/keys.js';
import { paint } from './paint.js';
import type { Direction } from './nearest.js';
import type { MapModel } from './state.js';
import type { Spot } from './viewport.js';

const zoomStep = 1.4;
/** A press that moves less is a click. */
const clickReach = 4;

const directions: Readonly<Partial<Record<string, Direction>>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const leaps: Readonly<Partial<Record<string, Parameters<MapModel['leap']>[0]>>> = {
  PageDown: 'next',
  PageUp: 'previous',
  Home: 'first',
  End: 'last',
};

export class Stage {
  #canvas: HTMLCanvasElement | undefined;
  #isWaiting = false;
  #press: {
    readonly from: Spot;
    last: Spot;
    hasMoved: boolean;
    readonly isLasso: boolean;
    readonly adds: boolean;
  } | null = null;
  readonly #model: () => MapModel;
  readonly #resized = new ResizeObserver(() => this.#measure());

  constructor(model: () => MapModel) {
    this.#model = model;
    const themed = new MutationObserver(() => this.repaint());
    themed.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  }

  readonly attach = (element: Element | undefined): void => {
    if (element === this.#canvas) return;
    this.#resized.disconnect();
    this.#canvas?.removeEventListener('wheel', this.#wheel);
    this.#canvas = element instanceof HTMLCanvasElement ? element : undefined;
    if (!this.#canvas) return;
    this.#resized.observe(this.#canvas);
    // Lit listens passively to nothing, but a wheel listener that prevents must say so.
    this.#canvas.addEventListener('wheel', this.#wheel, { passive: false });
    this.#measure();
  };

  /** Once a frame, however often it is asked. */
  repaint(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      if (this.#canvas) paint(this.#canvas, this.#model());
    });
  }

  readonly down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const from = spotOf(event);
    this.#press = { from, last: from, hasMoved: false, isLasso: event.shiftKey, adds: event.ctrlKey || event.metaKey };
    this.#canvas?.setPointerCapture(event.pointerId);
  };

  readonly move = (event: PointerEvent): void => {
    const model = this.#model();
    const spot = spotOf(event);
    const press = this.#press;
    if (!press) {
      model.hover(model.pointAt(spot));
      return;
    }
    press.hasMoved ||= Math.hypot(spot.x - press.from.x, spot.y - press.from.y) > clickReach;
    if (!press.hasMoved) return;
    if (press.isLasso) model.drawLasso(model.lasso.length === 0 ? [press.from, spot] : [...model.lasso, spot]);
    else model.moveView((viewport) => viewport.pan(spot.x - press.last.x, spot.y - press.last.y));
    press.last = spot;
  };

  readonly up = (event: PointerEvent): void => {
    const press = this.#press;
    this.#press = null;
    if (!press) return;
    const model = this.#model();
    if (press.isLasso && press.hasMoved) model.closeLasso(press.adds);
    else if (!press.hasMoved) {
      const index = model.pointAt(spotOf(event));
      if (press.isLasso || press.adds) model.mark(index);
      else model.goTo(index);
    }
  };

  readonly drop = (): void => {
    this.#press = null;
    this.#model().drawLasso([]);
  };

  readonly leave = (): void => {
    if (!this.#press) this.#model().hover(null);
  };

  readonly open = (): void => {
    const model = this.#model();
    void model.showOne(model.told);
  };

  readonly key = (event: KeyboardEvent): void => {
    const model = this.#model();
    const name = keyName(event);
    const zoomed = (factor: number): void =>
      model.moveView((viewport) => {
        const current = model.points[model.current ?? -1];
        viewport.zoom(factor, current && viewport.toScreen(current));
      });
    const direction = directions[name];
    const leap = leaps[name];
    model.hovered = null;
    if (direction !== undefined) model.step(direction);
    else if (leap !== undefined) model.leap(leap);
    else if (name === '+' || name === '=') zoomed(zoomStep);
    else if (name === '-') zoomed(1 / zoomStep);
    else if (name === '0') model.moveView((viewport) => viewport.whole());
    else if (name === 'Space') model.mark(model.current);
    else if (name === 'Enter') void model.showOne(model.current);
    else if (name === 'Escape') model.select([], false);
    else return;
    event.preventDefault();
  };

  readonly #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    // A line is some 16 pixels.
    const turned = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
    this.#model().moveView((viewport) => viewport.zoom(Math.exp(-turned / 300), spotOf(event)));
  };

  #measure(): void {
    if (!this.#canvas) return;
    const { clientWidth, clientHeight } = this.#canvas;
    const { viewport } = this.#model();
    [viewport.width, viewport.height] = [Math.max(1, clientWidth), Math.max(1, clientHeight)];
    this.repaint();
  }
}

const spotOf = (event: MouseEvent): Spot => ({ x: event.offsetX, y: event.offsetY });
