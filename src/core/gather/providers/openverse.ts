/** Openverse: openly licensed images of many collections, each with its attribution. No key needed. */

import type { Provider, Search } from '../provider.js';
import {
  attributionOf,
  blank,
  licenceNamed,
  listOf,
  numberOf,
  pageOf,
  ranked,
  readJson,
  textOf,
  webAddressOf,
  withQuery,
  type Found,
} from './reading.js';

/** Anonymous callers get no more a page, and 240 works a query, whoever they are. */
const pageSize = 20;
const depth = 240;
const longestQuery = 200;

/** Groups are intersected. */
const licenceTypes: Readonly<Record<Search['licence'], string | null>> = {
  any: null,
  cc: 'all',
  commercial: 'commercial',
  modification: 'modification',
  'commercial-modification': 'commercial,modification',
  'public-domain': null,
};

export const openverse: Provider = {
  id: 'openverse',
  title: 'Openverse',
  about: 'openly licensed images of many collections, with attribution; 200 searches a day without a key',
  defaultBaseUrl: 'https://api.openverse.org',
  key: {
    isRequired: false,
    env: 'WINNOW_OPENVERSE_TOKEN',
    url: 'https://api.openverse.org/v1/#section/Register-and-Authenticate',
  },
  tellsLicence: true,
  depth,
  pageSize,
  request: ({ query, cursor, licence, baseUrl, key }) => ({
    url: withQuery(`${baseUrl}/v1/images/`, {
      q: query.slice(0, longestQuery),
      page: pageOf(cursor),
      page_size: pageSize,
      license: licence === 'public-domain' ? 'cc0,pdm' : null,
      license_type: licenceTypes[licence],
      extension: 'jpg,png',
      mature: 'false',
    }),
    headers: { accept: 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
  }),
  parse: (reply, search) => {
    const read = readJson('Openverse', reply);
    if (!read.ok) return read;
    const page = pageOf(search.cursor);
    const results = listOf(read.json['results']);
    const pages = numberOf(read.json['page_count']) ?? page;
    const hasMore = results.length > 0 && page < pages && page * pageSize < depth;
    const isCut = search.query.length > longestQuery && page === 1;
    return {
      ok: true,
      page: {
        candidates: ranked('openverse', search, (page - 1) * pageSize, results.map(found)),
        next: hasMore ? String(page + 1) : null,
        notes: isCut ? [`Openverse reads the first ${String(longestQuery)} letters of a term only.`] : [],
        quotaLeft: numberOf(reply.headers['x-ratelimit-available-anon_sustained']),
      },
    };
  },
};

const found = (result: Readonly<Record<string, unknown>>): Found | null => {
  const imageUrl = webAddressOf(result['url']);
  if (imageUrl === null) return null;
  const licence = licenceNamed(result['license']);
  const title = textOf(result['title']);
  const creator = textOf(result['creator']);
  return {
    ...blank,
    imageUrl,
    thumbnailUrl: webAddressOf(result['thumbnail']),
    pageUrl: webAddressOf(result['foreign_landing_url']),
    title,
    width: numberOf(result['width']),
    height: numberOf(result['height']),
    licence,
    licenceUrl: webAddressOf(result['license_url']),
    creator,
    attribution: textOf(result['attribution']) ?? attributionOf(title, creator, licence, 'Openverse'),
  };
};
