/** Which addresses may be reached: public ones on ports 80 and 443, and what the person has allowed by its exact host:port. */

import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Everything that is not the public internet (IANA's special-purpose registries). */
const special4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of IPv6 only 2000::/3 is public; these lie inside it and are not, or hide an IPv4 address. */
const special6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

const blocked4 = new BlockList();
for (const [net, prefix] of special4) blocked4.addSubnet(net, prefix, 'ipv4');
const blocked6 = new BlockList();
for (const [net, prefix] of special6) blocked6.addSubnet(net, prefix, 'ipv6');
const public6 = new BlockList();
public6.addSubnet('2000::', 3, 'ipv6');

/** False for anything that is no address at all. */
export const isPublicAddress = (address: string): boolean => {
  const plain = address.split('%')[0]!;
  switch (isIP(plain)) {
    case 4:
      return !blocked4.check(plain, 'ipv4');
    case 6:
      // A zone names an interface of this machine.
      return plain === address && public6.check(plain, 'ipv6') && !blocked6.check(plain, 'ipv6');
    default:
      return false;
  }
};

/** Names that no public resolver answers for. */
const localNames = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|localdomain)$/;

/** An IPv6 hostname of a URL without its brackets. */
const bare = (hostname: string): string =>
  hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();

export const hostPortOf = (url: URL): string =>
  `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port}`;

export type AddressProblem = 'bad-url' | 'private-address';

/**
 * What is wrong with an address before anything is resolved; null = nothing.
 * @param allowed exact `host:port` of servers that may be private and have any port.
 */
export const addressProblem = (url: URL, allowed: ReadonlySet<string>): AddressProblem | null => {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'bad-url';
  if (url.username !== '' || url.password !== '') return 'bad-url';
  if (allowed.has(hostPortOf(url))) return null;
  if (url.port !== '' && url.port !== '80' && url.port !== '443') return 'private-address';
  const host = bare(url.hostname);
  if (isIP(host) !== 0) return isPublicAddress(host) ? null : 'private-address';
  // A name without a dot is of this network.
  return host === '' || !host.includes('.') || localNames.test(host) ? 'private-address' : null;
};

/** Marks a refusal by {@link guardedLookup} among errors of the network. */
export class PrivateAddressError extends Error {
  readonly code = 'WINNOW_PRIVATE_ADDRESS';
}

/**
 * A lookup that refuses a name when any of its addresses is not public. The connection uses exactly what was checked
 * (no second resolution), so a name that changes its mind gains nothing.
 */
export const guardedLookup =
  (resolve: typeof systemLookup = systemLookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const list = addresses as unknown as readonly { readonly address: string; readonly family: number }[];
      const first = list[0];
      if (!first || list.some(({ address }) => !isPublicAddress(address))) {
        callback(new PrivateAddressError(`${hostname} is not a public address`), '', 0);
        return;
      }
      if (options.all) callback(null, [...list]);
      else callback(null, first.address, first.family);
    });
  };
