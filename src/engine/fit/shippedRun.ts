/** What a run needs to answer about new pictures; kept while it is the run that is asked. */

import { domainJudge, type DomainJudge } from '../../core/predict/domain.js';
import { readPredictor, type Predictor } from './predictorFile.js';
import { readDomain, type RunDomain } from './runDomain.js';

export interface ShippedRun {
  readonly predictor: Predictor;
  /** Null for a run that cannot tell strangers. */
  readonly known: RunDomain | null;
  readonly judge: DomainJudge | null;
}

let kept: { readonly runDir: string; readonly shipped: Promise<ShippedRun> } | null = null;

/** @throws WinnowError 'no-run' when its files are gone. */
export const shippedRun = (runDir: string): Promise<ShippedRun> => {
  if (kept?.runDir === runDir) return kept.shipped;
  const shipped = read(runDir);
  const entry = { runDir, shipped };
  kept = entry;
  shipped.catch(() => {
    if (kept === entry) kept = null;
  });
  return shipped;
};

/** The files are being written anew. */
export const forgetShippedRun = (runDir: string): void => {
  if (kept?.runDir === runDir) kept = null;
};

const read = async (runDir: string): Promise<ShippedRun> => {
  const [predictor, known] = await Promise.all([readPredictor(runDir), readDomain(runDir)]);
  return { predictor, known, judge: known && domainJudge(known.domain) };
};
