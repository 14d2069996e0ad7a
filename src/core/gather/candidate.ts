/** An image that a provider offers, before anything of it was fetched; and what stays known of it for ever. */

import type { ItemId } from '../dataset/item.js';

/** Normalised licence: lower case, as Creative Commons writes it; `null` = the provider does not say. */
export type Licence =
  | 'cc0'
  | 'pdm'
  | 'by'
  | 'by-sa'
  | 'by-nd'
  | 'by-nc'
  | 'by-nc-sa'
  | 'by-nc-nd'
  | 'no-known-restrictions'
  | 'us-gov'
  | 'pexels'
  | 'all-rights-reserved'
  | 'other';

export interface Candidate {
  readonly provider: string;
  readonly query: string;
  /** 0 = the provider's first result for the query. */
  readonly rank: number;
  readonly imageUrl: string;
  readonly thumbnailUrl: string | null;
  readonly pageUrl: string | null;
  readonly title: string | null;
  /** Pixels, as the provider claims. */
  readonly width: number | null;
  readonly height: number | null;
  readonly licence: Licence | null;
  readonly licenceUrl: string | null;
  readonly creator: string | null;
  /** A sentence ready to print beside the image. */
  readonly attribution: string | null;
  /** Images of one group (an observation, an animal) never straddle a split; null = its own. */
  readonly group: string | null;
}

/** What the journal keeps of an image that was gathered. */
export interface Provenance {
  readonly provider: string;
  readonly query: string;
  readonly rank: number;
  readonly pageUrl: string | null;
  readonly imageUrl: string;
  readonly licence: Licence | null;
  readonly licenceUrl: string | null;
  readonly creator: string | null;
  readonly attribution: string | null;
  readonly group: string | null;
  /** ISO 8601. */
  readonly fetchedAt: string;
  readonly sha256: ItemId;
}

/** One image that was put into the dataset folder, as the journal has it. */
export interface Gathered {
  readonly id: ItemId;
  /** Relative to the dataset folder, with `/`: where it was put. */
  readonly path: string;
  readonly label: string;
  readonly provenance: Provenance;
}
