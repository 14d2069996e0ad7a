/** Batches of training examples, made by the image threads while the network computes on the batch before. */

import { WinnowError } from '../../base/errors.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { ExampleShape, SharedPicture } from '../embed/imageTask.js';
import { imageThreads } from '../embed/imageThreads.js';

export interface ExampleRequest {
  readonly id: ItemId;
  readonly file: string;
  readonly seed: number;
}

/** Bytes of decoded photos that are kept; the others are decoded again each time. */
const budget = 1024 * 1024 * 1024;
/** The same of batches that come out the same each time, as the network answers about them; they are asked for once an epoch. */
const sameBudget = 256 * 1024 * 1024;

/** No chance is in it. */
const isSame = ({ look }: ExampleShape): boolean => typeof look === 'string';

export class Examples {
  readonly #shape: ExampleShape;
  readonly #kept = new Map<ItemId, SharedPicture>();
  /** By the ids of their photos. */
  readonly #same = new Map<string, Float32Array>();
  readonly #length: number;
  readonly #onProgress: () => void;
  readonly #budget: number;
  #bytes = 0;

  /** @param onProgress told of each batch.  @param most bytes that are kept; 0 where each photo is asked for once. */
  constructor(shape: ExampleShape, onProgress: () => void = () => undefined, most?: number) {
    this.#shape = shape;
    this.#budget = most ?? (isSame(shape) ? sameBudget : budget);
    this.#onProgress = onProgress;
    this.#length = 3 * shape.side ** 2;
  }

  /** float32[requests, …the network's input], in order. Throws `bad-image` naming a file that no longer decodes, `cancelled`. */
  async batch(requests: readonly ExampleRequest[], signal?: AbortSignal): Promise<Float32Array> {
    if (!isSame(this.#shape)) return this.#make(requests, signal);
    const key = requests.map(({ id }) => id).join(' ');
    const before = this.#same.get(key);
    if (before) return before;
    const made = await this.#make(requests, signal);
    if (this.#bytes + made.byteLength <= this.#budget) {
      this.#bytes += made.byteLength;
      this.#same.set(key, made);
    }
    return made;
  }

  async #make(requests: readonly ExampleRequest[], signal?: AbortSignal): Promise<Float32Array> {
    const out = new Float32Array(requests.length * this.#length);
    const share = Math.ceil(requests.length / imageThreads().count);
    const starts = Array.from({ length: Math.ceil(requests.length / share) }, (_, at) => at * share);
    await Promise.all(
      starts.map(async (start) => {
        const part = requests.slice(start, start + share);
        const photos = part.map(({ id, file, seed }) => {
          const picture = this.#kept.get(id);
          return { source: picture ? { picture } : { file }, seed };
        });
        const answer = await imageThreads().run({ kind: 'examples', id: null, photos, shape: this.#shape }, signal);
        if (answer.kind === 'bad') throw new WinnowError('bad-image', `A photo cannot be read: ${answer.bad.message}`);
        if (answer.kind !== 'examples') throw new WinnowError('internal', `examples were asked, ${answer.kind} came`);
        out.set(answer.values, start * this.#length);
        answer.pictures.forEach((picture, at) => {
          if (picture) this.#keep(part[at]!.id, picture);
        });
      }),
    );
    this.#onProgress();
    return out;
  }

  #keep(id: ItemId, picture: SharedPicture): void {
    if (this.#kept.has(id) || this.#bytes + picture.memory.byteLength > this.#budget) return;
    this.#bytes += picture.memory.byteLength;
    this.#kept.set(id, picture);
  }
}
