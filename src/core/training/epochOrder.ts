/** In which order an epoch sees its photos, and with which seeds: known from the epoch's number alone, so that a resumed training goes on exactly. */

import { seededRandom } from '../../base/random.js';

export interface Drawn {
  /** Position in the list of photos. */
  readonly at: number;
  /** Of its augmentation. */
  readonly seed: number;
}

/** Batches of equal length; what is left over waits for another epoch, as in fastai, unless there is only that. */
export const epochOrder = (photos: number, batch: number, seed: number, epoch: number): Drawn[][] => {
  const random = seededRandom(seed * 7919 + epoch + 1);
  const order = random.shuffled(Array.from({ length: photos }, (_, at) => at));
  const size = Math.min(batch, photos);
  return Array.from({ length: Math.max(1, Math.floor(photos / size)) }, (_, k) =>
    order.slice(k * size, (k + 1) * size).map((at) => ({ at, seed: random.below(2 ** 31) })),
  );
};
