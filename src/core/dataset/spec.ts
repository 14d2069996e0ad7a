/** The dataset spec, `winnow.json`: human-editable; everything has a default, so a plain ImageFolder needs none. */

import type { LicencePolicy } from '../gather/licence.js';
import type { AugmentSettings } from '../image/augment/augmentSettings.js';

export type LabelRule =
  | { readonly by: 'folder'; readonly level: number }
  | { readonly by: 'regex'; readonly pattern: string }
  | { readonly by: 'csv'; readonly file: string; readonly path: string; readonly label: string };

export type SplitRule =
  | { readonly by: 'fraction'; readonly valid: number; readonly seed: number }
  | { readonly by: 'folders' }
  | { readonly by: 'csv'; readonly file: string; readonly path: string; readonly column: string };

export type GroupRule =
  | { readonly by: 'regex'; readonly pattern: string }
  | { readonly by: 'folder'; readonly level: number }
  | { readonly by: 'csv'; readonly file: string; readonly path: string; readonly column: string }
  | { readonly by: 'site' };

export interface ClassSpec {
  readonly name: string;
  readonly terms: readonly string[];
  /** The folder that stands for the class where its name can be none; absent = its name. */
  readonly folder?: string | undefined;
}

/** Classes by the folder that stands for them, in NFC; only those that have one of another name. */
export const standInFolders = (classes: readonly ClassSpec[]): ReadonlyMap<string, string> =>
  new Map(
    classes.flatMap(({ name, folder }) =>
      folder === undefined ? [] : [[folder.normalize('NFC'), name.normalize('NFC')] as const],
    ),
  );

/** The folder of a class, whatever lies on the disk. */
export const folderOfClass = (classes: readonly ClassSpec[], label: string): string =>
  classes.find(({ name }) => name.normalize('NFC') === label)?.folder ?? label;

/** How images are gathered; the terms stand with the classes. */
export interface GatherSpec {
  /** Provider ids, asked in turn. */
  readonly providers: readonly string[];
  readonly perClass: number;
  readonly licence: LicencePolicy;
  /** Pixels; smaller images are rejected. */
  readonly minSide: number;
  /** Takes the first frame of an animation instead of rejecting it. */
  readonly keepAnimated: boolean;
}

export interface DatasetSpec {
  readonly version: 1;
  /** The folder that holds the images, relative to the dataset folder. */
  readonly root: string;
  readonly label: LabelRule;
  readonly split: SplitRule;
  readonly groupBy: GroupRule | null;
  /** Globs relative to `root`. */
  readonly exclude: readonly string[];
  readonly classes: readonly ClassSpec[];
  readonly gather: GatherSpec;
  /** How photos are changed while a network is fine-tuned; null = as it is asked for. */
  readonly transforms: AugmentSettings | null;
}

/** What is in force where `winnow.json` is absent or silent. Given `train`/`valid`/`test` folders are recognised by the lister. */
export const defaultSpec: DatasetSpec = {
  version: 1,
  root: '.',
  label: { by: 'folder', level: 1 },
  split: { by: 'fraction', valid: 0.2, seed: 42 },
  groupBy: null,
  exclude: [],
  classes: [],
  gather: { providers: ['openverse', 'wikimedia'], perClass: 150, licence: 'cc', minSide: 128, keepAnimated: false },
  transforms: null,
};

/** Tables that the spec reads beside the images, as it names them. */
export const tablesOf = ({ label, split, groupBy }: DatasetSpec): ReadonlySet<string> =>
  new Set([label, split, groupBy].flatMap((rule) => (rule?.by === 'csv' ? [rule.file] : [])));
