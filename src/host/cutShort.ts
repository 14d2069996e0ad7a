/** Which fine-tunings run in this window, kept across a reload of it; and when the process that had one has left it. */

import type * as vscode from 'vscode';
import { unfinishedFineTunes } from '../app/fineTune.js';
import type { OpenDataset } from '../app/openDataset.js';

const key = 'winnow.fineTunings';
/** The process of the window before takes a moment to end; one that stays belongs to another window. */
const leftWithinMs = 30_000;
const askEachMs = 250;

export class CutShort {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /** The run that a reload of the window cut short; null = none. */
  of({ store }: OpenDataset): string | null {
    return this.#all()[store.dir] ?? null;
  }

  async keep({ store }: OpenDataset, run: string): Promise<void> {
    await this.#memory.update(key, { ...this.#all(), [store.dir]: run });
  }

  /** It has ended, in whatever way: a later window has nothing to go on with. */
  async forget({ store }: OpenDataset): Promise<void> {
    const { [store.dir]: _gone, ...others } = this.#all();
    await this.#memory.update(key, others);
  }

  #all(): Readonly<Record<string, string>> {
    const value = this.#memory.get<unknown>(key);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, run]) => typeof run === 'string'));
  }
}

/** Waits until nobody writes into the run. False = it has finished or gone, or somebody else has it. */
export const isLeft = async (dataset: OpenDataset, run: string, signal: AbortSignal): Promise<boolean> => {
  for (const end = Date.now() + leftWithinMs; Date.now() < end && !signal.aborted;) {
    if ((await unfinishedFineTunes(dataset)).includes(run)) return true;
    if ((await dataset.store.fineTunes.list()).some((finished) => finished.run === run)) return false;
    await new Promise((resolve) => setTimeout(resolve, askEachMs));
  }
  return false;
};
