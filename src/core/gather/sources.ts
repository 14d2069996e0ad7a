/** What the journal knows about where images come from, laid over a scan. */

import type { ItemId, Scan } from '../dataset/item.js';
import type { DatasetSpec } from '../dataset/spec.js';
import type { Entry } from '../journal/entry.js';
import type { Gathered, Provenance } from './candidate.js';

/** Every gathered image, the first record of an image and label first. */
export const gatheredOf = (entries: readonly Entry[]): readonly Gathered[] =>
  entries.flatMap((entry) => (entry.kind === 'gathered' ? entry.images : []));

/** The site an image was found on: the page's host, else the file's; null when neither is an address. */
export const siteOf = ({ pageUrl, imageUrl }: Pick<Provenance, 'pageUrl' | 'imageUrl'>): string | null => {
  for (const url of [pageUrl, imageUrl]) {
    if (url === null) continue;
    const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(url)?.[1]?.toLowerCase();
    if (host !== undefined) return host.replace(/^www\./, '');
  }
  return null;
};

/** The site of each gathered image whose address tells one. */
export const sitesOf = (entries: readonly Entry[]): ReadonlyMap<ItemId, string> => {
  const sites = new Map<ItemId, string>();
  for (const { id, provenance } of gatheredOf(entries)) {
    const site = siteOf(provenance);
    if (site !== null && !sites.has(id)) sites.set(id, site);
  }
  return sites;
};

/** The scan with the groups that only the journal can tell: the site, when the spec groups by it, and the provider's own. */
export const withSources = (scan: Scan, spec: DatasetSpec, entries: readonly Entry[]): Scan => {
  const known = new Map<ItemId, Provenance>();
  for (const { id, provenance } of gatheredOf(entries)) if (!known.has(id)) known.set(id, provenance);
  if (known.size === 0) return scan;
  return {
    ...scan,
    items: scan.items.map((item) => {
      const source = known.get(item.id);
      if (!source) return item;
      return {
        ...item,
        groupValue: spec.groupBy?.by === 'site' ? siteOf(source) : item.groupValue,
        ...(source.group === null ? {} : { sourceGroup: `${source.provider}:${source.group}` }),
      };
    }),
  };
};

/** Where each gathered image comes from: its provider and its site, by the first record. */
export const sourcesOf = (entries: readonly Entry[]): ReadonlyMap<ItemId, readonly string[]> => {
  const sources = new Map<ItemId, readonly string[]>();
  for (const { id, provenance } of gatheredOf(entries)) {
    if (sources.has(id)) continue;
    const site = siteOf(provenance);
    sources.set(
      id,
      site === null || site === provenance.provider ? [provenance.provider] : [provenance.provider, site],
    );
  }
  return sources;
};
