/** Which dataset's newest run answers in the prediction pane. */

import path from 'node:path';
import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import { fineTuneNamed } from '../../app/fineTunes.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { RunConfig } from '../../ports/dataset.js';
import type { Datasets } from '../datasets.js';
import { pickDataset } from '../target.js';

export class Answering {
  readonly #datasets: Datasets;
  readonly #runs = new WeakMap<OpenDataset, RunConfig | null>();
  readonly #networks = new WeakMap<OpenDataset, boolean>();
  #chosen: OpenDataset | null = null;

  constructor(datasets: Datasets) {
    this.#datasets = datasets;
  }

  /** The one in use, else the last used dataset; null = no dataset is open. */
  get current(): OpenDataset | null {
    if (this.#chosen && this.#datasets.find(this.#chosen.store.dir) === this.#chosen) return this.#chosen;
    return this.#datasets.lastUsed;
  }

  /** The newest run of `current` as of the last `read`. */
  get run(): RunConfig | null {
    const { current } = this;
    return current ? (this.#runs.get(current) ?? null) : null;
  }

  /** Whether a fine-tuned network answers with that run, as of the last `read`. */
  get hasNetwork(): boolean {
    const { current } = this;
    return current !== null && this.#networks.get(current) === true;
  }

  /** Looks for a newer run of `current`. */
  async read(): Promise<void> {
    const { current } = this;
    if (!current) return;
    const snapshot = await current.snapshot();
    this.#runs.set(current, snapshot.runs[0] ?? null);
    this.#networks.set(current, (await fineTuneNamed(current, snapshot, null)) !== null);
  }

  async use(dataset: OpenDataset): Promise<void> {
    this.#chosen = dataset;
    await this.read();
  }

  /** Lets the person choose among the open datasets. */
  async choose(): Promise<void> {
    const picked = await pickDataset(this.#datasets, vscode.l10n.t('Which model should answer?'));
    if (picked) await this.use(picked);
  }

  /** The one for pictures that lie in no dataset. Throws `not-found` when there is none. */
  async forStrangers(): Promise<OpenDataset> {
    if (!this.current && this.#datasets.list().length > 0) await this.choose();
    const { current } = this;
    if (current) return current;
    throw new WinnowError(
      'not-found',
      vscode.l10n.t('No model can answer yet. Run “Winnow: Open Dataset”, then “Winnow: Train”.'),
    );
  }

  /** Each file under the nearest dataset upwards, else under the one for strangers; in the order of the files. */
  async groups(files: readonly string[]): Promise<ReadonlyMap<OpenDataset, readonly string[]>> {
    const groups = new Map<OpenDataset, string[]>();
    const nearestOf = new Map<string, Promise<OpenDataset | null>>();
    let strangers: OpenDataset | undefined;
    for (const file of files) {
      const folder = path.dirname(file);
      const asked = nearestOf.get(folder) ?? this.#datasets.nearest(file);
      nearestOf.set(folder, asked);
      const dataset = (await asked) ?? (strangers ??= await this.forStrangers());
      groups.set(dataset, [...(groups.get(dataset) ?? []), file]);
    }
    return groups;
  }
}
