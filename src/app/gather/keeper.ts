/** Puts admitted images at their places and writes them down: those that wait together share one round and one entry. */

import { WinnowError } from '../../base/errors.js';
import type { ImageFacts, ItemId } from '../../core/dataset/item.js';
import type { Candidate, Gathered } from '../../core/gather/candidate.js';
import type { DatasetStore, Placed, Placing } from '../../ports/dataset.js';

export interface Keepable {
  readonly id: ItemId;
  /** Absolute; where it lies now. */
  readonly file: string;
  readonly facts: ImageFacts;
  readonly label: string;
  readonly candidate: Candidate;
  readonly fetchedAt: string;
  /** Where it shall lie, relative to the dataset folder. */
  readonly path: string;
}

interface Waiting {
  readonly image: Keepable;
  readonly resolve: (gathered: Gathered) => void;
  readonly reject: (error: unknown) => void;
}

/** Facts are written to the index every so often: a crash costs decoding these anew. */
const rememberEvery = 512;

export class Keeper {
  readonly #store: DatasetStore;
  readonly #by: string;
  #facts = new Map<ItemId, ImageFacts>();
  #placed = new Map<string, Placed>();
  #waiting: Waiting[] = [];
  #work: Promise<void> | null = null;

  /** @param by who did it, for the journal. */
  constructor(store: DatasetStore, by: string) {
    this.#store = store;
    this.#by = by;
  }

  /** Resolves when the image lies at its place and the journal says so. */
  keep(image: Keepable): Promise<Gathered> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ image, resolve, reject });
      this.#work ??= this.#commit().finally(() => (this.#work = null));
    });
  }

  /** Waits for what is being written, and remembers what decoding has told. */
  async close(): Promise<void> {
    await this.#work;
    await this.#remember();
  }

  async #commit(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const images = await this.#place(batch.map(({ image }) => image));
        const at = Date.now();
        await this.#store.journal.append({ kind: 'gathered', images }, this.#by);
        batch.forEach(({ image: { id, facts }, resolve }, i) => {
          this.#facts.set(id, facts);
          this.#placed.set(images[i]!.path, { id, at });
          resolve(images[i]!);
        });
        if (this.#facts.size >= rememberEvery) await this.#remember();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  async #place(batch: readonly Keepable[]): Promise<readonly Gathered[]> {
    const { gathering } = this.#store;
    const placings = batch.map(({ id, file, path }): Placing => ({ file, id, to: path }));
    const outcomes = await gathering.place(placings);
    return Promise.all(
      batch.map(async (image, at) => {
        const placing = placings[at]!;
        if (outcomes[at] === 'placed') return gatheredAt(image, placing.to);
        // Somebody put another file there since the folder was read.
        const to = placing.to.replace(/[0-9a-f]+(\.\w+)$/, `${placing.id}$1`);
        const [again] = await gathering.place([{ ...placing, to }]);
        if (again === 'placed') return gatheredAt(image, to);
        throw new WinnowError('partial', `${to} holds another file, so nothing was put there. Move it away.`);
      }),
    );
  }

  async #remember(): Promise<void> {
    if (this.#facts.size === 0) return;
    const [facts, placed] = [this.#facts, this.#placed];
    this.#facts = new Map();
    this.#placed = new Map();
    await this.#store.scanner.remember(facts, new Map(), placed);
  }
}

const gatheredAt = ({ id, label, candidate, fetchedAt }: Keepable, path: string): Gathered => {
  const { provider, query, rank, pageUrl, imageUrl, licence, licenceUrl, creator, attribution, group } = candidate;
  const source = { provider, query, rank, pageUrl, imageUrl, licence, licenceUrl, creator, attribution, group };
  return { id, path, label, provenance: { ...source, fetchedAt, sha256: id } };
};
