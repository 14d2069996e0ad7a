/** The wire of the augmentation page: one photo as training would see it, with the settings under one's fingers. */

import type { AugmentSettings } from '../core/image/augment/augmentSettings.js';
import { event, request, type Contract } from './contract.js';

export interface AugmentPage {
  readonly datasetName: string;
  readonly state: 'ready' | 'error';
  readonly message: string | null;
  /** The photo that is looked at, by its place in the dataset; null = there is none. */
  readonly photo: { readonly at: number; readonly label: string | null } | null;
  readonly photos: number;
  /** What winnow.json says; null = nothing, so that the preset 'standard' holds. */
  readonly saved: AugmentSettings | null;
}

export interface AugmentPictures {
  /** URIs of the photo changed again and again; null = it cannot be read. */
  readonly varied: readonly string[] | null;
  /** The whole photo made square in the three ways, unchanged otherwise. */
  readonly resized: { readonly crop: string; readonly pad: string; readonly squish: string } | null;
}

export const augmentContract = {
  version: 1,
  calls: {
    open: request<null, AugmentPage>(),
    /** The photo that many places further. */
    turn: request<{ readonly by: number }, AugmentPage>(),
    /** The same seed draws the same changes. */
    draw: request<{ readonly settings: AugmentSettings; readonly seed: number }, AugmentPictures>(),
    /** Null takes the settings out of winnow.json. */
    save: request<{ readonly settings: AugmentSettings | null }, AugmentPage>(),
  },
  pushes: { changed: event<AugmentPage>() },
} as const satisfies Contract;
export type AugmentContract = typeof augmentContract;
