import type { Web } from '../ports/web.js';

/** What the commands that fetch are told about servers. */
export interface WebFlags {
  readonly allowPrivateHost: readonly string[];
  readonly perHost?: number;
}

/** The product's downloader, loaded for the commands that fetch: all others start without it. */
export const openCommandWeb = async ({ allowPrivateHost, perHost }: WebFlags): Promise<Web> => {
  const { openWeb } = await import('../node/web/openWeb.js');
  return openWeb({
    allowPrivateHosts: allowPrivateHost,
    ...(perHost === undefined ? {} : { perHost, global: Math.max(8, perHost) }),
  });
};
