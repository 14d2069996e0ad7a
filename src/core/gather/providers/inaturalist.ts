/** iNaturalist: observations of living things, named by people who know them. Several photos of one animal are one group. */

import type { Provider, Search } from '../provider.js';
import {
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
  type Fields,
  type Found,
} from './reading.js';

const pageSize = 200;
/** page × per_page may not be more. */
const depth = 10_000;

const open = ['cc0', 'cc-by', 'cc-by-sa', 'cc-by-nd', 'cc-by-nc', 'cc-by-nc-sa', 'cc-by-nc-nd'];
const licences: Readonly<Record<Search['licence'], string | null>> = {
  any: null,
  cc: open.join(','),
  commercial: open.filter((code) => !code.includes('nc')).join(','),
  modification: open.filter((code) => !code.includes('nd')).join(','),
  'commercial-modification': open.filter((code) => !code.includes('nc') && !code.includes('nd')).join(','),
  'public-domain': 'cc0',
};

export const inaturalist: Provider = {
  id: 'inaturalist',
  title: 'iNaturalist',
  about: 'animals, plants and fungi by their name, checked by people who know them',
  defaultBaseUrl: 'https://api.inaturalist.org',
  key: null,
  tellsLicence: true,
  depth,
  pageSize,
  request: ({ query, cursor, licence, baseUrl }) => ({
    url: withQuery(`${baseUrl}/v1/observations`, {
      taxon_name: query,
      quality_grade: 'research',
      photos: 'true',
      photo_license: licences[licence],
      per_page: pageSize,
      page: pageOf(cursor),
      order_by: 'votes',
    }),
    headers: { accept: 'application/json' },
  }),
  parse: (reply, search) => {
    const read = readJson('iNaturalist', reply);
    if (!read.ok) return read;
    const page = pageOf(search.cursor);
    const observations = listOf(read.json['results']);
    const total = numberOf(read.json['total_results']) ?? 0;
    // Rank by observation, then by photo: one observation has far fewer than a hundred.
    const candidates = observations.flatMap((observation, at) =>
      ranked('inaturalist', search, ((page - 1) * pageSize + at) * 100, photosOf(observation)),
    );
    const hasMore = observations.length > 0 && page * pageSize < Math.min(total, depth);
    return { ok: true, page: { candidates, next: hasMore ? String(page + 1) : null, notes: [], quotaLeft: null } };
  },
};

const photosOf = (observation: Fields): (Found | null)[] => {
  const id = textOf(observation['id']);
  const taxon = observation['taxon'];
  const name = textOf((taxon as Fields | null | undefined)?.['name']);
  const user = observation['user'];
  const creator =
    textOf((user as Fields | null | undefined)?.['name']) ?? textOf((user as Fields | null | undefined)?.['login']);
  return listOf(observation['photos'])
    .slice(0, 100)
    .map((photo) => {
      const square = webAddressOf(photo['url']);
      if (square === null) return null;
      const licence = licenceNamed(photo['license_code']) ?? 'all-rights-reserved';
      return {
        ...blank,
        imageUrl: square.replace(/\/square\.(\w+)/, '/large.$1'),
        thumbnailUrl: square,
        pageUrl:
          webAddressOf(observation['uri']) ?? (id === null ? null : `https://www.inaturalist.org/observations/${id}`),
        title: name,
        licence,
        creator,
        attribution: textOf(photo['attribution']),
        group: id,
      };
    });
};
