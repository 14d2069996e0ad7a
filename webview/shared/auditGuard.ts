/** The audit's results, wherever a wire carries them. */

import type { AuditAccuracy, AuditResults, Share } from '../../src/core/review/audit.js';
import { isNumber, oneOf, orNull, shape } from './guard.js';

const isShare = shape<Share>({ count: isNumber, of: isNumber, low: isNumber, high: isNumber });
const isRange = shape<{ readonly low: number; readonly high: number }>({ low: isNumber, high: isNumber });

export const isAuditResults = shape<AuditResults>({
  judged: isNumber,
  cannotTell: isNumber,
  wrongBefore: isShare,
  wrongNow: isShare,
  remaining: orNull(isRange),
  images: isNumber,
  mended: isNumber,
  accuracy: orNull(
    shape<AuditAccuracy>({
      before: isShare,
      after: isShare,
      difference: isRange,
      verdict: oneOf('better', 'worse', 'cannot-tell'),
    }),
  ),
});
