/** Wikimedia Commons: freely licensed media of the Wikipedias. No key; asks for an honest User-Agent and few requests. */

import type { Provider } from '../provider.js';
import {
  attributionOf,
  blank,
  fieldsOf,
  licenceNamed,
  listOf,
  numberOf,
  ranked,
  readJson,
  textOf,
  textOfHtml,
  webAddressOf,
  withQuery,
  type Fields,
  type Found,
} from './reading.js';

const pageSize = 50;
/** One of the fixed steps that thumbnails exist in; any other width is refused. */
const previewWidth = 330;

export const wikimedia: Provider = {
  id: 'wikimedia',
  title: 'Wikimedia Commons',
  about: 'freely licensed photos of the Wikipedias, with author and licence',
  defaultBaseUrl: 'https://commons.wikimedia.org',
  key: null,
  tellsLicence: true,
  depth: 10_000,
  pageSize,
  request: ({ query, cursor, baseUrl }) => ({
    url: withQuery(`${baseUrl}/w/api.php`, {
      action: 'query',
      format: 'json',
      formatversion: 2,
      generator: 'search',
      gsrnamespace: 6,
      gsrsearch: `filetype:bitmap ${query}`,
      gsrlimit: pageSize,
      gsroffset: offsetOf(cursor),
      prop: 'imageinfo',
      iiprop: 'url|mime|size|extmetadata|sha1',
      iiurlwidth: previewWidth,
    }),
    headers: { accept: 'application/json' },
  }),
  parse: (reply, search) => {
    const read = readJson('Wikimedia Commons', reply);
    if (!read.ok) return read;
    const error = fieldsOf(read.json['error']);
    if (textOf(error['code']) !== null) {
      const isBusy = ['ratelimited', 'maxlag'].includes(textOf(error['code']) ?? '');
      return {
        ok: false,
        failure: isBusy ? 'rate-limited' : 'bad-query',
        message: isBusy
          ? 'Wikimedia Commons asks for fewer requests. Try again later; what is gathered is kept.'
          : 'Wikimedia Commons cannot search for this. Change the term.',
      };
    }
    const offset = offsetOf(search.cursor);
    // They arrive in no order; `index` is the rank.
    const pages = [...listOf(fieldsOf(read.json['query'])['pages'])].sort(
      (a, b) => (numberOf(a['index']) ?? 0) - (numberOf(b['index']) ?? 0),
    );
    const next = numberOf(fieldsOf(read.json['continue'])['gsroffset']);
    return {
      ok: true,
      page: {
        candidates: ranked('wikimedia', search, offset, pages.map(found)),
        next: next !== null && next > offset && pages.length > 0 ? String(next) : null,
        notes: [],
        quotaLeft: null,
      },
    };
  },
};

const offsetOf = (cursor: string | null): number => numberOf(cursor) ?? 0;

const photos = new Set(['image/jpeg', 'image/png', 'image/webp']);

const found = (page: Fields): Found | null => {
  const info = listOf(page['imageinfo'])[0] ?? {};
  const imageUrl = webAddressOf(info['url']);
  const mime = textOf(info['mime']);
  if (imageUrl === null || (mime !== null && !photos.has(mime))) return null;
  const metadata = fieldsOf(info['extmetadata']);
  const told = (name: string): unknown => fieldsOf(metadata[name])['value'];
  const licence = licenceNamed(told('LicenseShortName')) ?? licenceNamed(told('UsageTerms'));
  const title =
    textOf(page['title'])
      ?.replace(/^File:/, '')
      .replace(/\.\w+$/, '') ?? null;
  const creator = textOfHtml(told('Artist'));
  return {
    ...blank,
    imageUrl,
    thumbnailUrl: webAddressOf(info['thumburl']),
    pageUrl: webAddressOf(info['descriptionurl']),
    title,
    width: numberOf(info['width']),
    height: numberOf(info['height']),
    licence,
    licenceUrl: webAddressOf(told('LicenseUrl')),
    creator,
    attribution: attributionOf(title, creator, licence, 'Wikimedia Commons'),
  };
};
