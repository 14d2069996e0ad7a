/** Whom a dataset owes thanks: a page for people and a table for programs. */

import { byCodePoint } from '../../base/compare.js';
import type { Gathered } from './candidate.js';

export interface Credits {
  /** ATTRIBUTION.md */
  readonly markdown: string;
  /** credits.csv */
  readonly csv: string;
  readonly images: number;
  /** Images whose provider told no licence. */
  readonly unlicensed: number;
}

const columns = [
  'path',
  'label',
  'creator',
  'licence',
  'licence_url',
  'page_url',
  'image_url',
  'provider',
  'query',
  'rank',
  'attribution',
  'fetched_at',
  'sha256',
] as const;

/** @param images with their paths of today. */
export const creditsOf = (images: readonly Gathered[]): Credits => {
  const rows = [...images].sort((a, b) => byCodePoint(a.path, b.path));
  const table = rows.map(({ path, label, provenance: from }) =>
    [
      path,
      label,
      from.creator,
      from.licence,
      from.licenceUrl,
      from.pageUrl,
      from.imageUrl,
      from.provider,
      from.query,
      String(from.rank),
      from.attribution,
      from.fetchedAt,
      from.sha256,
    ]
      .map((cell) => csvCell(cell ?? ''))
      .join(','),
  );
  return {
    markdown: markdownOf(rows),
    csv: [columns.join(','), ...table].map((line) => `${line}\r\n`).join(''),
    images: rows.length,
    unlicensed: rows.filter(({ provenance }) => provenance.licence === null).length,
  };
};

/** Quoted where it must be; a cell that a spreadsheet would take for a formula is defused with an apostrophe. */
export const csvCell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const licenceNames: Readonly<Record<string, string>> = {
  cc0: 'CC0 (public domain)',
  pdm: 'Public Domain Mark',
  'no-known-restrictions': 'No known copyright restrictions',
  'us-gov': 'United States government work',
  pexels: 'Pexels licence',
  'all-rights-reserved': 'All rights reserved',
  other: 'Another licence',
};

/** A licence as people write it: 'by-sa' → 'CC BY-SA'. */
const licenceName = (licence: string | null): string =>
  licence === null ? 'Licence not told' : (licenceNames[licence] ?? `CC ${licence.toUpperCase()}`);

/** Text of strangers, as text: no markup, no line breaks. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
/** Only web addresses, with nothing in them that ends the link. */
const link = (text: string, url: string | null): string =>
  url !== null && /^https?:\/\/\S+$/i.test(url)
    ? `[${plain(text)}](<${url.replace(/[<>\\]/g, encodeURIComponent)}>)`
    : plain(text);

const markdownOf = (rows: readonly Gathered[]): string => {
  const byLicence = new Map<string, Gathered[]>();
  for (const row of rows) {
    const name = licenceName(row.provenance.licence);
    byLicence.set(name, [...(byLicence.get(name) ?? []), row]);
  }
  const sections = [...byLicence]
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .flatMap(([name, some]) => {
      const url = some.find(({ provenance }) => provenance.licenceUrl !== null)?.provenance.licenceUrl ?? null;
      return [`## ${link(name, url)} (${String(some.length)})`, '', ...some.map(lineOf), ''];
    });
  const count = rows.length === 1 ? '1 image' : `${String(rows.length)} images`;
  return ['# Attribution', '', `${count} in this dataset come from elsewhere.`, '', ...sections].join('\n');
};

const lineOf = ({ path, provenance: from }: Gathered): string => {
  const page = link(path, from.pageUrl ?? from.imageUrl);
  const thanks = from.attribution ?? (from.creator === null ? `found by ${from.provider}` : `by ${from.creator}`);
  return `- ${page}: ${plain(thanks)}`;
};
