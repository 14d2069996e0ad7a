import type { DatasetSpec } from '../../core/dataset/spec.js';
import type { GatherReport } from '../../core/gather/report.js';
import type { GatherLog } from './gatherLog.js';

/** Classes whose terms return the same images: a sign that a term is too wide. */
export const termOverlaps = (_spec: DatasetSpec, _log: GatherLog): GatherReport['overlaps'] => [];
