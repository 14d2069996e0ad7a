/** The product's downloader with this editor's settings. */

import type { Web } from '../../ports/web.js';
import { gatherNetwork } from '../settings.js';

/** Loaded when it is first needed: activation must not pay for it. */
export const openOwnWeb = async (): Promise<Web> => {
  const { openWeb } = await import('../../node/web/openWeb.js');
  const { contact, allowPrivateHosts, proxy } = gatherNetwork();
  return openWeb({ userAgentContact: contact, allowPrivateHosts, proxy });
};
