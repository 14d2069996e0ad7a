/** What the engine's main thread asks of an image thread, and what it hears back. */

import type { ImageFacts, ItemId } from '../../core/dataset/item.js';
import type { Shot } from '../../core/sample/plan.js';
import type { AugmentSettings } from '../../core/image/augment/augmentSettings.js';
import type { Recipe, ViewId } from '../../protocol/backbone.js';
import type { NetworkView } from '../../protocol/engine.js';
import type { AugmentedJob } from '../../protocol/training.js';
import type { WireError } from '../../protocol/wire.js';
import type { Bad } from '../images/decodeImage.js';
import type { Cover } from '../../core/predict/occlusion.js';
import type { InputLayout } from '../onnx/pixelRecipe.js';

export type ImageSource = { readonly file: string } | { readonly bytes: Uint8Array };

/** A decoded photo, shrunk to about what a network sees, that all threads can read. */
export interface SharedPicture {
  readonly memory: SharedArrayBuffer;
  readonly width: number;
  readonly height: number;
}

export interface ExamplePhoto {
  /** The photo as it was shrunk before, or where it lies. */
  readonly source: { readonly file: string } | { readonly picture: SharedPicture };
  readonly seed: number;
}

/** How a photo becomes one example of the network's input. */
export interface ExampleShape {
  /** Of the square, pixels. */
  readonly side: number;
  readonly normalise: Recipe['normalise'];
  readonly layout: InputLayout;
  /** As the network sees a photo when it answers, or changed at random. */
  readonly look: ViewId | AugmentSettings;
}

export type ImageTask =
  | { readonly kind: 'inspect'; readonly id: ItemId | null; readonly source: ImageSource }
  /** Opens the sessions and says what computes; so that a bad model is told before any picture is decoded. */
  | { readonly kind: 'open'; readonly view: NetworkView }
  /** With `target` the row goes to that file, else it comes back. */
  | {
      readonly kind: 'embed';
      readonly id: ItemId | null;
      readonly source: ImageSource;
      readonly view: NetworkView;
      readonly target: string | null;
    }
  | {
      /** Several at once: who asks computes meanwhile, and could not hand out the next one. */
      readonly kind: 'examples';
      readonly id: null;
      readonly photos: readonly ExamplePhoto[];
      readonly shape: ExampleShape;
    }
  | { readonly kind: 'shot'; readonly id: null; readonly shot: Shot }
  /** What the network gets of a picture, and the last tensor with places that it makes of it. */
  | { readonly kind: 'prepare'; readonly id: ItemId | null; readonly source: ImageSource; readonly view: NetworkView }
  /** Embeddings of a prepared picture with places covered, one at a time. */
  | {
      readonly kind: 'covers';
      readonly id: null;
      readonly view: NetworkView;
      readonly image: Float32Array;
      readonly inputLayout: InputLayout;
      readonly covers: readonly Cover[];
    }
  | ({ readonly kind: 'augmented' } & AugmentedJob)
  | {
      readonly kind: 'thumbnail';
      readonly id: ItemId;
      readonly source: { readonly file: string };
      readonly size: 256 | 1024;
      readonly cacheDir: string;
    };

export type ImageAnswer =
  | { readonly kind: 'inspected'; readonly facts: ImageFacts; readonly isAnimated: boolean }
  | { readonly kind: 'bad'; readonly bad: Bad }
  | { readonly kind: 'opened'; readonly provider: string }
  | {
      readonly kind: 'embedded';
      /** Of a picture whose embedding is kept; else null. */
      readonly facts: ImageFacts | null;
      readonly layout: readonly number[];
      readonly row: Float32Array | null;
      readonly decodeMs: number;
      readonly embedMs: number;
    }
  | {
      readonly kind: 'examples';
      /** The network's input for each photo, end to end. */
      readonly values: Float32Array;
      /** Of photos that were decoded now and are worth keeping. */
      readonly pictures: readonly (SharedPicture | null)[];
    }
  | { readonly kind: 'shot'; readonly jpeg: Uint8Array }
  | {
      readonly kind: 'prepared';
      readonly image: Float32Array;
      readonly inputLayout: InputLayout;
      readonly side: number;
      /** Of the photo. */
      readonly width: number;
      readonly height: number;
      /** Null where the embedding is no plain mean over places. */
      readonly places: { readonly values: Float32Array; readonly dims: readonly number[] } | null;
    }
  | { readonly kind: 'covered'; readonly layout: readonly number[]; readonly rows: Float32Array }
  | { readonly kind: 'augmented'; readonly paths: readonly string[] }
  | { readonly kind: 'thumbnail'; readonly path: string | null };

export interface TaskMessage {
  readonly ticket: number;
  readonly task: ImageTask;
}
export type AnswerMessage = { readonly ticket: number } & (
  { readonly answer: ImageAnswer } | { readonly error: WireError }
);
