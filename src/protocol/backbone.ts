/** A network file and how pixels become its input; told on several wires. */

/** How pixels become the network's input (HOUSE § 6). Part of every cache key, run and export. */
export interface Recipe {
  /** Side of the square input, pixels. */
  readonly size: number;
  /** signed: x/127.5 − 1; imagenet: (x/255 − mean)/std; unit: x/255. */
  readonly normalise: 'signed' | 'imagenet' | 'unit';
}

export interface BackboneRef {
  /** Catalogue id ('embedded', 'mobilenet-v2-coral', …) or 'file:<sha256 16 hex>'. */
  readonly id: string;
  /** Absolute path of the ONNX file. */
  readonly file: string;
  readonly sha256: string;
  readonly recipe: Recipe;
}

/** 'crop': block a and mid, one pass. 'squish': the whole photo at 320 × 320 and its mirror, averaged: block b. */
export type ViewId = 'crop' | 'squish';

/** A network that Winnow knows, and whether it is on this machine. */
export interface CatalogueRow {
  readonly id: string;
  /** One line for a person who chooses. */
  readonly about: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly licence: string;
  /** Null = only from a local file. */
  readonly url: string | null;
  /** Absolute: where it lies, or would lie. */
  readonly file: string;
  readonly isCached: boolean;
}
