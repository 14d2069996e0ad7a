/** What a gathering will ask of whom, said before it begins. */

import type { DatasetSpec } from '../dataset/spec.js';

export interface GatherEstimate {
  /** Search calls at most. */
  readonly calls: number;
  readonly images: number;
  readonly seconds: number;
  readonly sentence: string;
}

/** From the spec alone: images that are there already are not counted off. */
export const gatherEstimate = (spec: DatasetSpec): GatherEstimate => {
  const images = spec.classes.filter((one) => one.terms.length > 0).length * spec.gather.perClass;
  return { calls: 0, images, seconds: 0, sentence: `Up to ${String(images)} images.` };
};
