import type { ItemId } from '../core/dataset/item.js';

/** Makes thumbnails; answers the URI by which the viewer can load each. */
export type MakeThumbs = (ids: readonly ItemId[], size: 256 | 1024) => Promise<ReadonlyMap<ItemId, string>>;
