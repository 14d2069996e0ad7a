/** Brave: an independent index of the web. Needs a key; tells no licence. */

import type { Provider } from '../provider.js';
import {
  blank,
  fieldsOf,
  listOf,
  missingKey,
  numberOf,
  ranked,
  readJson,
  textOf,
  webAddressOf,
  withQuery,
} from './reading.js';

/** All that a query gives: there is no second page. */
const pageSize = 200;

export const brave: Provider = {
  id: 'brave',
  title: 'Brave',
  about: 'images of the whole web, without licences; needs a key',
  defaultBaseUrl: 'https://api.search.brave.com',
  key: { isRequired: true, env: 'WINNOW_BRAVE_KEY', url: 'https://api-dashboard.search.brave.com' },
  tellsLicence: false,
  depth: pageSize,
  pageSize,
  request: ({ query, baseUrl, key }) => ({
    url: withQuery(`${baseUrl}/res/v1/images/search`, {
      q: query.slice(0, 400),
      count: pageSize,
      country: 'ALL',
      search_lang: 'en',
      safesearch: 'strict',
      // Precise terms are the point: nobody mends them.
      spellcheck: 'false',
    }),
    headers: { accept: 'application/json', ...(key === null ? {} : { 'x-subscription-token': key }) },
  }),
  parse: (reply, search) => {
    const without = missingKey('Brave', search);
    if (without) return without;
    const read = readJson('Brave', reply);
    if (!read.ok) return read;
    const altered = textOf(fieldsOf(read.json['query'])['altered']);
    const found = listOf(read.json['results']).map((result) => {
      const properties = fieldsOf(result['properties']);
      const imageUrl = webAddressOf(properties['url']);
      if (imageUrl === null) return null;
      return {
        ...blank,
        imageUrl,
        thumbnailUrl: webAddressOf(fieldsOf(result['thumbnail'])['src']),
        pageUrl: webAddressOf(result['url']),
        title: textOf(result['title']),
        width: numberOf(properties['width']),
        height: numberOf(properties['height']),
      };
    });
    return {
      ok: true,
      page: {
        candidates: ranked('brave', search, 0, found),
        next: null,
        notes: altered !== null && altered !== search.query ? [`Brave searched for "${altered}" instead.`] : [],
        // "1, 14999": of this second, and of this month.
        quotaLeft: numberOf(reply.headers['x-ratelimit-remaining']?.split(',').at(-1)?.trim()),
      },
    };
  },
};
