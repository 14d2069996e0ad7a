/** Which licences a person accepts, and what providers call them. */

import type { Licence } from './candidate.js';

/** `any` = also unknown ones; `cc` = any open licence; `commercial`, `modification` = such use is allowed; `public-domain` = nobody has to be named. */
export const licencePolicies = [
  'any',
  'cc',
  'commercial',
  'modification',
  'commercial-modification',
  'public-domain',
] as const;
export type LicencePolicy = (typeof licencePolicies)[number];

const publicDomain: ReadonlySet<Licence> = new Set(['cc0', 'pdm', 'us-gov', 'no-known-restrictions']);
const closed: ReadonlySet<Licence> = new Set(['all-rights-reserved', 'other']);

/** An unknown licence passes only `any`. */
export const allows = (policy: LicencePolicy, licence: Licence | null): boolean => {
  if (policy === 'any') return true;
  if (licence === null || closed.has(licence)) return false;
  if (publicDomain.has(licence)) return true;
  switch (policy) {
    case 'cc':
      return true;
    case 'commercial':
      return !licence.includes('nc');
    case 'modification':
      return !licence.includes('nd');
    case 'commercial-modification':
      return !licence.includes('nc') && !licence.includes('nd');
    case 'public-domain':
      return false;
  }
};
