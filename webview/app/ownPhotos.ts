/** Whether a file is one of those that the model was made from, byte for byte. */

import { seenBytes } from '../../src/core/export/appPage.js';
import { fromBase64 } from '../../src/core/predict/int8Rows.js';

/** Null where the browser computes no hashes: a page over plain http. */
export type IsOwnPhoto = (file: Blob) => Promise<boolean | null>;

/** @param seen as in the page's facts. */
export const ownPhotos = (seen: string): IsOwnPhoto => {
  const known = new Set<string>();
  const starts = fromBase64(seen);
  for (let at = 0; at < starts.length; at += seenBytes) known.add(starts.subarray(at, at + seenBytes).join());
  return async (file) => {
    const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
    if (known.size === 0 || !subtle) return null;
    const hash = new Int8Array(await subtle.digest('SHA-256', await file.arrayBuffer()));
    return known.has(hash.subarray(0, seenBytes).join());
  };
};
