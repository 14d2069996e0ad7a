/** What the augmentation page knows and does. */

import {
  augmentPresets,
  isSameAugment,
  type AugmentPreset,
  type AugmentSettings,
} from '../../src/core/image/augment/augmentSettings.js';
import type { AugmentContract, AugmentPage, AugmentPictures } from '../../src/protocol/augmenting.js';
import type { Wire } from '../shared/connect.js';
import { PageModel } from '../shared/pageModel.js';

const presets: readonly AugmentPreset[] = ['none', 'standard', 'strong'];

export class AugmentModel extends PageModel {
  page: AugmentPage | null = null;
  settings: AugmentSettings = augmentPresets.standard;
  pictures: AugmentPictures | null = null;
  #seed = 1;
  #isDrawing = false;
  /** A slider has moved on since the pictures on their way were asked for. */
  #isStale = false;
  readonly #wire: Wire<AugmentContract>;

  constructor(wire: Wire<AugmentContract>, redraw: () => void) {
    super(redraw);
    this.#wire = wire;
  }

  get preset(): AugmentPreset | null {
    return presets.find((name) => isSameAugment(augmentPresets[name], this.settings)) ?? null;
  }

  /** Whether the next fine-tuning would use what is shown. */
  get isInForce(): boolean {
    return isSameAugment(this.page?.saved ?? augmentPresets.standard, this.settings);
  }

  async open(): Promise<void> {
    await this.attempt(async () => {
      this.page = await this.#wire.call('open', null);
      this.settings = this.page.saved ?? augmentPresets.standard;
      await this.#draw();
    });
  }

  changed(page: AugmentPage): void {
    const isOther = page.photo?.at !== this.page?.photo?.at || page.photos !== this.page?.photos;
    this.page = page;
    this.redraw();
    if (isOther) void this.attempt(() => this.#draw());
  }

  choose(change: Partial<AugmentSettings>): Promise<void> {
    this.settings = { ...this.settings, ...change };
    this.redraw();
    return this.attempt(() => this.#draw());
  }

  choosePreset(name: AugmentPreset): Promise<void> {
    this.said = `The settings are ${name}.`;
    return this.choose(augmentPresets[name]);
  }

  drawAgain(): Promise<void> {
    this.#seed++;
    return this.attempt(() => this.#draw());
  }

  turn(by: number): Promise<void> {
    return this.attempt(async () => {
      this.page = await this.#wire.call('turn', { by });
      await this.#draw();
    });
  }

  save(): Promise<void> {
    return this.attempt(async () => {
      // The standard preset is what holds without a word in winnow.json; saying it keeps it when a newer Winnow has another.
      this.page = await this.#wire.call('save', { settings: this.settings });
      this.said = 'Saved to winnow.json; the next fine-tuning uses it.';
    });
  }

  /** One request at a time; the last settings win. */
  async #draw(): Promise<void> {
    this.#isStale = true;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    try {
      while (this.#isStale && this.page?.photo) {
        this.#isStale = false;
        this.pictures = await this.#wire.call('draw', { settings: this.settings, seed: this.#seed });
        this.redraw();
      }
    } finally {
      this.#isDrawing = false;
    }
  }
}
