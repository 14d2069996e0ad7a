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

export class Examples {
  readonly #shape: ExampleShape;
  readonly #kept = new Map<ItemId, SharedPicture>();
  readonly #length: number;
  readonly #onProgress: () => void;
  readonly #budget: number;
  #bytes = 0;

  /** @param onProgress told of each batch.  @param most bytes that are kept; 0 where each photo is asked for once. */
  constructor(shape: ExampleShape, onProgress: () => void = () => undefined, most = budget) {
    this.#shape = shape;
    this.#budget = most;
    this.#onProgress = onProgress;
    this.#length = 3 * shape.side ** 2;
  }

  /** float32[requests, …the network's input], in order. Throws `bad-image` naming a file that no longer decodes, `cancelled`. */
  async batch(requests: readonly ExampleRequest[], signal?: AbortSignal): Promise<Float32Array> {
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
