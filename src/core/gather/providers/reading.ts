/** What every parser does: the status judged, JSON read, fields taken only when they are what they should be. */

import type { Candidate, Licence } from '../candidate.js';
import { allows } from '../licence.js';
import type { PageOutcome, ProviderFailure, Search, WebReply } from '../provider.js';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
export const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
/** Null for what is empty, blank or no text. */
export const textOf = (value: unknown): string | null => {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
};
export const numberOf = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
};
/** Only what a downloader could fetch. */
export const webAddressOf = (value: unknown): string | null => {
  const text = textOf(value);
  if (text === null) return null;
  try {
    const url = new URL(text.startsWith('//') ? `https:${text}` : text);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
};

/** The text of a scrap of HTML. */
export const textOfHtml = (value: unknown): string | null => {
  const text = textOf(value)
    ?.replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|nbsp|#0?39);/g, (_, name: string) => entities[name] ?? ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text === undefined || text === '' ? null : text;
};
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
  '#039': "'",
};

export const failed = (failure: ProviderFailure, message: string): PageOutcome => ({ ok: false, failure, message });

/** The body's JSON object, or why there is none: a refusal is told apart from "no results". */
export const readJson = (
  title: string,
  { status, headers, body }: WebReply,
): { readonly ok: true; readonly json: Fields } | Extract<PageOutcome, { ok: false }> => {
  const no = (failure: ProviderFailure, message: string): Extract<PageOutcome, { ok: false }> => ({
    ok: false,
    failure,
    message,
  });
  if (status === 401) return no('bad-key', `${title} does not accept the key, or asks for one. Set it anew and go on.`);
  if (status === 402) return no('quota-used-up', `${title} says that the paid quota is used up.`);
  if (status === 403)
    return no('refused', `${title} refuses (403). The key may lack the right, or this network is blocked.`);
  if (status === 429) {
    const after = headers['retry-after'];
    const when = after !== undefined && /^\d+$/.test(after) ? ` Try again in ${after} s.` : ' Try again later.';
    return no('rate-limited', `${title} asks for fewer requests.${when} What is gathered is kept.`);
  }
  if (status === 400 || status === 422)
    return no('bad-query', `${title} cannot search for this (${String(status)}). Change the term.`);
  if (status >= 500) return no('unavailable', `${title} is in trouble (${String(status)}). Try again later.`);
  if (status < 200 || status >= 300) return no('refused', `${title} answered ${String(status)}.`);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    const what = /^\s*</.test(body) ? 'a web page' : 'something that is no JSON';
    return no('not-understood', `${title} answered with ${what} instead of results.`);
  }
  return isFields(json) ? { ok: true, json } : no('not-understood', `${title} answered with something unknown.`);
};

/** The key of a search, or the failure that says there is none. */
export const missingKey = (title: string, { key }: Search): PageOutcome | null =>
  key === null || key === '' ? failed('needs-key', `${title} needs a key. Set one, or leave this provider out.`) : null;

export interface Found extends Omit<Candidate, 'provider' | 'query' | 'rank'> {
  readonly imageUrl: string;
}

/** What a provider leaves out. */
export const blank = {
  thumbnailUrl: null,
  pageUrl: null,
  title: null,
  width: null,
  height: null,
  licence: null,
  licenceUrl: null,
  creator: null,
  attribution: null,
  group: null,
} as const;

/** Results with their ranks, those that the licence policy forbids left out; ranks count them all, so that they stay what the provider said. */
export const ranked = (
  provider: string,
  { query, licence }: Search,
  from: number,
  found: readonly (Found | null)[],
): readonly Candidate[] =>
  found.flatMap((each, at) =>
    each !== null && allows(licence, each.licence) ? [{ provider, query, rank: from + at, ...each }] : [],
  );

/** A sentence for those that do not write their own. */
export const attributionOf = (
  title: string | null,
  creator: string | null,
  licence: Licence | null,
  site: string,
): string =>
  `${title === null ? 'Photo' : `"${title}"`} by ${creator ?? 'an unknown author'} (${site}${licence === null ? '' : `, ${licenceTitle(licence)}`})`;

export const licenceTitle = (licence: Licence): string => {
  switch (licence) {
    case 'cc0':
      return 'CC0';
    case 'pdm':
      return 'public domain';
    case 'us-gov':
      return 'United States government work';
    case 'no-known-restrictions':
      return 'no known copyright restrictions';
    case 'pexels':
      return 'Pexels licence';
    case 'all-rights-reserved':
      return 'all rights reserved';
    case 'other':
      return 'other licence';
    case 'by':
    case 'by-sa':
    case 'by-nd':
    case 'by-nc':
    case 'by-nc-sa':
    case 'by-nc-nd':
      return `CC ${licence.toUpperCase()}`;
  }
};

const creativeCommons = new Set<string>(['by', 'by-sa', 'by-nd', 'by-nc', 'by-nc-sa', 'by-nc-nd']);

/** "CC BY-SA 4.0", "cc-by-nc", "by", "Public domain" … as one of ours; what is said but not known is 'other'. */
export const licenceNamed = (value: unknown): Licence | null => {
  const text = textOf(value)?.toLowerCase();
  if (text === undefined) return null;
  if (/\bcc[ -]?0\b|^zero/.test(text) || text === 'cc0') return 'cc0';
  if (/public.?domain|^pdm?\b|^pd-/.test(text)) return 'pdm';
  if (/no known (copyright )?restrictions/.test(text)) return 'no-known-restrictions';
  if (/all rights reserved/.test(text)) return 'all-rights-reserved';
  const [, code = ''] = /^(?:cc[ -])?(by(?:-(?:nc|sa|nd))*)/.exec(text.replaceAll(' ', '-')) ?? [];
  return creativeCommons.has(code) ? (code as Licence) : 'other';
};

/** `url` with these parameters; null ones left out. */
export const withQuery = (url: string, query: Readonly<Record<string, string | number | null>>): string => {
  const pairs = Object.entries(query).flatMap<[string, string]>(([name, value]) =>
    value === null ? [] : [[name, String(value)]],
  );
  return `${url}?${new URLSearchParams(pairs).toString()}`;
};

/** A cursor that is a page number; 1 for the first. */
export const pageOf = (cursor: string | null): number => {
  const page = Number(cursor ?? 1);
  return Number.isInteger(page) && page > 0 ? page : 1;
};
