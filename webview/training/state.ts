/** What the training page knows and does. */

import type { FineTuneChoice, FineTuningContract, FineTuningPage } from '../../src/protocol/fineTuning.js';
import type { FoldPlace } from '../../src/protocol/training.js';
import type { Wire } from '../shared/connect.js';
import { PageModel } from '../shared/pageModel.js';

export const recipeNames: Readonly<Record<FineTuneChoice['recipe'], string>> = {
  winnow: 'Gentle: from the fitted head',
  fastai: 'As fastai: frozen first',
};

/** 'Fold 2 of 5', or what comes before the folds. */
export const placeWords = ({ at, of }: FoldPlace): string => (at === 0 ? 'The network itself' : `Fold ${at} of ${of}`);

export class TrainingModel extends PageModel {
  page: FineTuningPage | null = null;
  choice: FineTuneChoice = { recipe: 'winnow', epochs: 3, preset: null, rate: null, folds: 0 };
  /** The runs marked for a comparison, at most two, in the order they were marked. */
  marked: readonly string[] = [];
  readonly #wire: Wire<FineTuningContract>;

  constructor(wire: Wire<FineTuningContract>, redraw: () => void) {
    super(redraw);
    this.#wire = wire;
  }

  async open(): Promise<void> {
    await this.attempt(async () => this.changed(await this.#wire.call('open', null)));
  }

  changed(page: FineTuningPage): void {
    const before = this.page;
    this.page = page;
    const last = page.epochs.at(-1);
    if (
      before &&
      last &&
      page.state === 'running' &&
      page.fold?.at === before.fold?.at &&
      page.epochs.length > before.epochs.length &&
      last.accuracy !== null
    ) {
      this.said = `Epoch ${String(last.epoch)}: ${(100 * last.accuracy).toFixed(1)} % right.`;
    }
    if (before && page.fold && page.fold.at > 0 && page.fold.at !== before.fold?.at) {
      this.said = `${placeWords(page.fold)} begins.`;
    }
    if (before?.search?.isRunning && page.search && !page.search.isRunning) {
      const { suggestion } = page.search;
      this.said = suggestion === null ? 'The search has ended: no rate is suggested.' : 'A learning rate is suggested.';
    }
    if (before?.state === 'running' && page.state !== 'running') this.said = 'The fine-tuning has ended.';
    this.redraw();
  }

  choose(change: Partial<FineTuneChoice>): void {
    this.choice = { ...this.choice, ...change };
    this.redraw();
  }

  useRate(rate: number): void {
    this.said = `The learning rate is ${String(rate)}.`;
    this.choose({ rate });
  }

  findRate(): Promise<void> {
    return this.#call('findRate', this.choice);
  }
  stopFinding(): Promise<void> {
    return this.#call('stopFinding', null);
  }
  start(): Promise<void> {
    return this.#call('start', this.choice);
  }
  resume(): Promise<void> {
    return this.#call('resume', null);
  }
  stop(): Promise<void> {
    return this.#call('stop', null);
  }
  cancel(): Promise<void> {
    return this.#call('cancel', null);
  }

  async show(run: string): Promise<void> {
    await this.attempt(async () => this.changed(await this.#wire.call('show', { run })));
  }

  /** Marks a run, or takes the mark back; the second mark asks for the comparison. */
  async mark(run: string): Promise<void> {
    this.marked = this.marked.includes(run)
      ? this.marked.filter((each) => each !== run)
      : [...this.marked.slice(-1), run];
    this.redraw();
    const [after, before] = [...this.marked].sort().reverse();
    if (before === undefined || after === undefined) return;
    await this.attempt(async () => this.changed(await this.#wire.call('compare', { before, after })));
  }

  async #call<K extends 'start' | 'findRate' | 'stopFinding' | 'resume' | 'stop' | 'cancel'>(
    name: K,
    input: K extends 'start' | 'findRate' ? FineTuneChoice : null,
  ): Promise<void> {
    await this.attempt(async () => {
      await this.#wire.call(name, input as never);
    });
  }
}
