/** SerpApi: what Google's and Bing's image searches show. Needs a key; tells no licence. */

import type { Provider } from '../provider.js';
import {
  blank,
  failed,
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

const pageSize = 100;

const serpapi = (id: string, engine: 'google_images' | 'bing_images', title: string): Provider => ({
  id,
  title,
  about: `what ${engine === 'google_images' ? 'Google' : 'Bing'}'s image search shows, without licences; needs a key`,
  defaultBaseUrl: 'https://serpapi.com',
  key: { isRequired: true, env: 'WINNOW_SERPAPI_KEY', url: 'https://serpapi.com/manage-api-key' },
  tellsLicence: false,
  depth: 1000,
  pageSize,
  request: ({ query, cursor, baseUrl, key }) => ({
    url: withQuery(`${baseUrl}/search`, {
      engine,
      q: query,
      ...(engine === 'google_images'
        ? { ijn: pageOf(cursor) - 1 }
        : { first: (pageOf(cursor) - 1) * pageSize + 1, count: pageSize }),
      safe: 'active',
      api_key: key,
    }),
    headers: { accept: 'application/json' },
  }),
  parse: (reply, search) => {
    const without = missingKey(title, search);
    if (without) return without;
    const read = readJson(title, reply);
    if (!read.ok) return read;
    const said = textOf(read.json['error']);
    const results = listOf(read.json['images_results']);
    // "No results" is told as an error too.
    if (said !== null && results.length === 0 && !/any results|no results/i.test(said)) {
      return /run out of searches|plan/i.test(said)
        ? failed('quota-used-up', `${title}: the searches of this month are used up.`)
        : failed('refused', `${title} refused the search.`);
    }
    const page = pageOf(search.cursor);
    const found = results.map((result) => {
      const imageUrl = webAddressOf(result['original']);
      if (imageUrl === null) return null;
      return {
        ...blank,
        imageUrl,
        thumbnailUrl: webAddressOf(result['thumbnail']),
        pageUrl: webAddressOf(result['link']),
        title: textOf(result['title']),
        width: numberOf(result['original_width']),
        height: numberOf(result['original_height']),
        creator: textOf(result['source']),
      };
    });
    const hasMore = results.length > 0 && page < 10;
    return {
      ok: true,
      page: {
        candidates: ranked(id, search, (page - 1) * pageSize, found),
        next: hasMore ? String(page + 1) : null,
        notes: [],
        quotaLeft: null,
      },
    };
  },
});

export const serpapiGoogle = serpapi('serpapi-google', 'google_images', 'SerpApi (Google)');
export const serpapiBing = serpapi('serpapi-bing', 'bing_images', 'SerpApi (Bing)');
