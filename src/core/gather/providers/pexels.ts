/** Pexels: photographers' pictures under one free licence. Needs a key; wants to be named. */

import type { Provider } from '../provider.js';
import {
  blank,
  fieldsOf,
  listOf,
  missingKey,
  numberOf,
  pageOf,
  ranked,
  readJson,
  textOf,
  webAddressOf,
  withQuery,
} from './reading.js';

const pageSize = 80;

export const pexels: Provider = {
  id: 'pexels',
  title: 'Pexels',
  about: 'photographers’ pictures under one free licence; needs a key, 200 searches an hour',
  defaultBaseUrl: 'https://api.pexels.com',
  key: { isRequired: true, env: 'WINNOW_PEXELS_KEY', url: 'https://www.pexels.com/api/new/' },
  tellsLicence: true,
  depth: 8000,
  pageSize,
  request: ({ query, cursor, baseUrl, key }) => ({
    url: withQuery(`${baseUrl}/v1/search`, { query, per_page: pageSize, page: pageOf(cursor) }),
    headers: { accept: 'application/json', ...(key === null ? {} : { authorization: key }) },
  }),
  parse: (reply, search) => {
    const without = missingKey('Pexels', search);
    if (without) return without;
    const read = readJson('Pexels', reply);
    if (!read.ok) return read;
    const page = pageOf(search.cursor);
    const photos = listOf(read.json['photos']);
    const found = photos.map((photo) => {
      const src = fieldsOf(photo['src']);
      const imageUrl = webAddressOf(src['large2x']) ?? webAddressOf(src['original']);
      if (imageUrl === null) return null;
      const creator = textOf(photo['photographer']);
      return {
        ...blank,
        imageUrl,
        thumbnailUrl: webAddressOf(src['medium']),
        pageUrl: webAddressOf(photo['url']),
        title: textOf(photo['alt']),
        width: numberOf(photo['width']),
        height: numberOf(photo['height']),
        licence: 'pexels' as const,
        licenceUrl: 'https://www.pexels.com/license/',
        creator,
        attribution: `Photo by ${creator ?? 'an unknown photographer'} on Pexels`,
      };
    });
    const hasMore = photos.length > 0 && textOf(read.json['next_page']) !== null;
    return {
      ok: true,
      page: {
        candidates: ranked('pexels', search, (page - 1) * pageSize, found),
        next: hasMore ? String(page + 1) : null,
        notes: [],
        quotaLeft: numberOf(reply.headers['x-ratelimit-remaining']),
      },
    };
  },
};
