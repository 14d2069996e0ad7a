/** Which Host and Origin headers are ours: a page of another site must not reach this machine's server by a name of its own. */

import { isIP } from 'node:net';

export interface BoundTo {
  /** As asked for: a name or an address. */
  readonly host: string;
  readonly port: number;
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
const bare = (host: string): string => host.toLowerCase().replace(/^\[(.*)\]$/, '$1');

/**
 * Whether a Host header names the address that the server listens on. A server on all addresses takes any address in
 * digits, never another name: rebinding needs a name.
 */
export const isOwnHost = (header: string | undefined, { host, port }: BoundTo): boolean => {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(header ?? '');
  if (!match) return false;
  const [, written = '', digits = '80'] = match;
  if (Number(digits) !== port) return false;
  const name = bare(written);
  const own = bare(host);
  if (name === own && !isWildcard(own)) return true;
  if (isWildcard(own)) return name === 'localhost' || isIP(name) !== 0;
  return isLoopback(own) && (name === 'localhost' || name === '127.0.0.1' || name === '::1');
};

/** The page that asks: our own, or one that was let in by name. No Origin = no page asks. */
export const isAllowedOrigin = (origin: string | undefined, bound: BoundTo, allowed: readonly string[]): boolean =>
  origin === undefined ||
  allowed.includes(origin) ||
  (origin.startsWith('http://') && isOwnHost(origin.slice('http://'.length), bound));

/** For people and for the address line: IPv6 in brackets. */
export const urlOf = ({ host, port }: BoundTo): string =>
  `http://${isIP(host) === 6 ? `[${host}]` : host}:${String(port)}/`;

export const isOpenToOthers = (host: string): boolean => !isLoopback(bare(host));
