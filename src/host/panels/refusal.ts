/** The gate before an endpoint: frames whose input is not as the contract says do not pass. */

import type { Contract } from '../../protocol/contract.js';
import type { Checks } from './schemas.js';

/** Why a frame is not let in; null = it may pass. Names without a schema are left to the endpoint, which answers them. */
export const refusal = <C extends Contract>(
  message: unknown,
  checks: Checks<C>,
): { readonly id: number | null; readonly why: string } | null => {
  if (typeof message !== 'object' || message === null) return { id: null, why: 'a frame of no known shape' };
  const frame = message as Record<string, unknown>;
  if (frame['t'] !== 'call' && frame['t'] !== 'event') return null;
  const name = frame['name'];
  if (typeof name !== 'string' || !Object.hasOwn(checks, name)) return null;
  const found = checks[name as keyof C['calls']].safeParse(frame['in']);
  if (found.success) return null;
  const id = typeof frame['id'] === 'number' ? frame['id'] : null;
  const issue = found.error.issues[0];
  return { id, why: `${name}: ${issue ? `${issue.path.join('.')} ${issue.message}`.trim() : 'not as agreed'}` };
};
