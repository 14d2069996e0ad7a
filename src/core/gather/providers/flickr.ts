/** Flickr: photos of many people, with a licence filter. Needs a key; the photo's page must be linked. */

import type { Licence } from '../candidate.js';
import { allows } from '../licence.js';
import type { Provider, Search } from '../provider.js';
import {
  attributionOf,
  blank,
  failed,
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
  type Fields,
  type Found,
} from './reading.js';

const pageSize = 250;
const depth = 4000;

/** Flickr's numbers; 11 to 16 are the 4.0 licences. */
const licences: readonly Licence[] = [
  ...([
    'all-rights-reserved',
    'by-nc-sa',
    'by-nc',
    'by-nc-nd',
    'by',
    'by-sa',
    'by-nd',
    'no-known-restrictions',
  ] as const),
  ...(['us-gov', 'cc0', 'pdm', 'by', 'by-sa', 'by-nd', 'by-nc', 'by-nc-sa', 'by-nc-nd'] as const),
];

const wanted = (policy: Search['licence']): string | null =>
  policy === 'any'
    ? null
    : licences.flatMap((licence, number) => (allows(policy, licence) ? [String(number)] : [])).join(',');

export const flickr: Provider = {
  id: 'flickr',
  title: 'Flickr',
  about: 'photos of many people, with a licence filter; needs a key',
  defaultBaseUrl: 'https://api.flickr.com',
  key: { isRequired: true, env: 'WINNOW_FLICKR_KEY', url: 'https://www.flickr.com/services/apps/create/apply' },
  tellsLicence: true,
  depth,
  pageSize,
  request: ({ query, cursor, licence, baseUrl, key }) => ({
    url: withQuery(`${baseUrl}/services/rest/`, {
      method: 'flickr.photos.search',
      api_key: key,
      text: query,
      license: wanted(licence),
      content_types: 0,
      media: 'photos',
      safe_search: 1,
      sort: 'relevance',
      extras: 'license,owner_name,url_o,url_l,url_c,url_m,o_dims',
      per_page: pageSize,
      page: pageOf(cursor),
      format: 'json',
      nojsoncallback: 1,
    }),
    headers: { accept: 'application/json' },
  }),
  parse: (reply, search) => {
    const without = missingKey('Flickr', search);
    if (without) return without;
    const read = readJson('Flickr', reply);
    if (!read.ok) return read;
    if (read.json['stat'] === 'fail') {
      const code = numberOf(read.json['code']);
      if (code === 100) return failed('bad-key', 'Flickr does not accept the key. Set it anew and go on.');
      if (code === 105) return failed('unavailable', 'Flickr is in trouble. Try again later.');
      return failed('bad-query', 'Flickr cannot search for this. Change the term.');
    }
    const photos = fieldsOf(read.json['photos']);
    const page = pageOf(search.cursor);
    const list = listOf(photos['photo']);
    const hasMore = list.length > 0 && page < (numberOf(photos['pages']) ?? page) && page * pageSize < depth;
    return {
      ok: true,
      page: {
        candidates: ranked('flickr', search, (page - 1) * pageSize, list.map(found)),
        next: hasMore ? String(page + 1) : null,
        notes: [],
        quotaLeft: null,
      },
    };
  },
};

const found = (photo: Fields): Found | null => {
  const size = ['l', 'c', 'o', 'm'].find((name) => webAddressOf(photo[`url_${name}`]) !== null);
  if (size === undefined) return null;
  const licence = licences[numberOf(photo['license']) ?? -1] ?? null;
  const title = textOf(photo['title']);
  const creator = textOf(photo['ownername']);
  const owner = textOf(photo['owner']);
  const id = textOf(photo['id']);
  return {
    ...blank,
    imageUrl: webAddressOf(photo[`url_${size}`])!,
    thumbnailUrl: webAddressOf(photo['url_m']),
    pageUrl:
      owner === null || id === null
        ? null
        : `https://www.flickr.com/photos/${encodeURIComponent(owner)}/${encodeURIComponent(id)}`,
    title,
    width: numberOf(photo[`width_${size}`]),
    height: numberOf(photo[`height_${size}`]),
    licence,
    creator,
    attribution: attributionOf(title, creator, licence, 'Flickr'),
  };
};
