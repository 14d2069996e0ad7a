import type { openWeb } from '../node/web/openWeb.js';

/** The product's downloader, loaded for the commands that fetch: all others start without it. */
export const openCommandWeb = async (...options: Parameters<typeof openWeb>): Promise<ReturnType<typeof openWeb>> =>
  (await import('../node/web/openWeb.js')).openWeb(...options);
