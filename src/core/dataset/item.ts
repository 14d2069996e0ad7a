/** core: pure functions on plain data, no Node, no editor. This file: what an image of a dataset is. */

import type { Look } from '../image/pictureLook.js';

/** sha-256 of the file's bytes, 64 hex digits. Content, never an index or a path. */
export type ItemId = string & { readonly __brand: 'ItemId' };

export type Split = 'train' | 'valid' | 'test';

/** An image; its files are its copies. It has one label and one decision. */
export interface Item {
  readonly id: ItemId;
  /** Where people see it, relative to the dataset folder, with `/`, code-point order; at least one. */
  readonly paths: readonly string[];
  /** A file that holds its bytes, relative to the dataset folder; differs from `paths` only for a file lying in the trash. */
  readonly at: string;
  /** The label of the folder (CSV row, regex) that first held it: before any decision, seen through finished applies. Null when its copies disagree or there is none. */
  readonly folderLabel: string | null;
  /** Given by a `train|valid|test` folder or a CSV column. */
  readonly givenSplit: Split | null;
  /** The value of `groupBy`, when the spec has one. */
  readonly groupValue: string | null;
  /** Images that a provider says show one thing (an observation, an animal), whatever `groupBy` is; from the journal. */
  readonly sourceGroup?: string;
}

export type BadReason =
  | 'empty'
  | 'not-an-image'
  | 'unsupported-format'
  | 'truncated'
  | 'corrupt'
  | 'too-large'
  | 'lfs-pointer'
  | 'cloud-placeholder'
  | 'unreadable'
  | 'decoder-crash';

/** A file that does not decode is no item; one finding a path. `message` is a sentence for a person. */
export interface BadFile {
  readonly path: string;
  readonly reason: BadReason;
  readonly message: string;
}

/** What decoding an item once has told. Cached by id. */
export interface ImageFacts {
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';
  /** 64-bit perceptual hash, 16 hex digits (METHODS: 32 × 32 grey, DCT-II, top-left 8 × 8 against their median). */
  readonly phash: string;
  /** Flat or nearly flat: its hash means nothing, so it never links two images. */
  readonly isLowInformation: boolean;
  /** Hashes of its mirror image and of its rotations by 90°, 180° and 270°. */
  readonly turns: readonly string[];
  readonly look: Look;
}

/** What lies in the folder now. */
export interface Scan {
  readonly items: readonly Item[];
  readonly bad: readonly BadFile[];
  /** Files that are not candidates (Thumbs.db, *.txt …), relative paths. */
  readonly ignored: readonly string[];
  /** Image files, copies counted. */
  readonly files: number;
  /** Class names in code-point order: folders that hold at least one file, and `classes` of the spec. */
  readonly vocab: readonly string[];
  /** Sentences about the shape of the folder (flat, one level too many …); shown, never fatal by themselves. */
  readonly notes: readonly string[];
  /** Files lying in `.winnow/trash`; absent = none. */
  readonly trash?: readonly { readonly path: string; readonly id: ItemId }[];
  /** Labels of the CSV file that the spec names, by path below `root`; absent = the spec names none. */
  readonly labelRows?: ReadonlyMap<string, string> | null;
}
