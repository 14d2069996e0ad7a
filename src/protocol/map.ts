/** The wire of the map: every photo of the newest run as a point, alike ones near each other. Points are pulled by range. */

import type { ItemId, Split } from '../core/dataset/item.js';
import type { FindingKind } from '../core/findings/finding.js';
import { event, request, type Contract } from './contract.js';

export interface MapPage {
  readonly datasetName: string;
  /** 'ready': there are points. 'idle': none yet, because the person stopped it. */
  readonly state: 'ready' | 'no-run' | 'computing' | 'idle' | 'error';
  readonly message: string | null;
  /** Of the computing, 0–1; null while none runs. */
  readonly share: number | null;
  /** Rises whenever the points are others. */
  readonly version: number;
  readonly points: number;
  /** A newer run than the one shown is there. */
  readonly isStale: boolean;
}

export interface MapPoint {
  readonly id: ItemId;
  /** Path of the file relative to the dataset folder, to be read, not opened. */
  readonly name: string;
  /** 0–1; y points down. */
  readonly x: number;
  readonly y: number;
  readonly label: string | null;
  readonly prediction: string | null;
  /** The first of the undecided findings. */
  readonly finding: FindingKind | null;
  readonly side: Split | null;
}

/** So many points a call. */
export const pointsAtOnce = 2000;

export const mapContract = {
  version: 1,
  calls: {
    /** Begins to compute where there is nothing to show. */
    open: request<null, MapPage>(),
    /** Points [from, to) of a version; of another version than asked when it has changed since. */
    points: request<
      { readonly version: number; readonly from: number; readonly to: number },
      { readonly version: number; readonly points: readonly MapPoint[] }
    >(),
    thumb: request<{ readonly id: ItemId }, { readonly uri: string | null }>(),
    /** The review at one photo, with its reasons. */
    showOne: request<{ readonly id: ItemId }, null>(),
    /** The review of these alone. */
    showMany: request<{ readonly ids: readonly ItemId[] }, null>(),
    /** Of the newest run. */
    compute: request<null, MapPage>(),
    cancel: request<null, null>(),
    train: request<null, null>(),
  },
  pushes: { changed: event<MapPage>() },
} as const satisfies Contract;
export type MapContract = typeof mapContract;
