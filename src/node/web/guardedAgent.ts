/** The dispatcher of every request: connects only where the address policy allows. */

import type { lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, buildConnector, EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { guardedLookup, isPublicAddress, PrivateAddressError } from './addressPolicy.js';

export interface AgentOptions {
  readonly allowed: ReadonlySet<string>;
  readonly connectMs: number;
  readonly perHost: number;
  /** A proxy for everything, where the environment names none; null = none. */
  readonly proxy: string | null;
  readonly lookup?: typeof systemLookup;
}

/**
 * Uses HTTP(S)_PROXY where the environment names one, else the given one; NO_PROXY counts for both. Through a proxy the target's name is resolved by the proxy:
 * then only literal addresses and local names are refused, before the request.
 */
export const guardedAgent = ({ allowed, connectMs, perHost, proxy, lookup }: AgentOptions): Dispatcher => {
  const guarded = buildConnector({ timeout: connectMs, lookup: guardedLookup(lookup) });
  const open = buildConnector({ timeout: connectMs });
  const connect: buildConnector.connector = (options, callback) => {
    const port = options.port === '' ? (options.protocol === 'https:' ? '443' : '80') : options.port;
    const host = options.hostname;
    if (allowed.has(`${host}:${port}`)) {
      open(options, callback);
      return;
    }
    // A literal address is never looked up.
    const literal = host.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isPublicAddress(literal)) {
      callback(new PrivateAddressError(`${host} is not a public address`), null);
      return;
    }
    guarded(options, callback);
  };
  const options = { connect, connections: perHost, pipelining: 1, keepAliveTimeout: 10_000 };
  const { env } = process;
  const hasProxy = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].some((name) => (env[name] ?? '') !== '');
  if (hasProxy) return new EnvHttpProxyAgent(options);
  return proxy === null
    ? new Agent(options)
    : new EnvHttpProxyAgent({ ...options, httpProxy: proxy, httpsProxy: proxy });
};
