/** What the wizard has asked for so far. */

import type { ClassSpec } from '../../core/dataset/spec.js';
import type { LicencePolicy } from '../../core/gather/licence.js';

export interface Plan {
  /** Absolute. */
  readonly folder: string;
  readonly classes: readonly ClassSpec[];
  readonly providers: readonly string[];
  readonly perClass: number;
  readonly licence: LicencePolicy;
}
