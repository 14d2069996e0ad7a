/** A run in words. */

import type { RunConfig } from '../../ports/dataset.js';

/** Held-out accuracy of the predictor, 0–1; null when the run does not say. */
export const accuracyOfRun = (run: RunConfig): number | null => {
  const summary = run.summary as { readonly outOfFold?: { readonly accuracy?: unknown } } | null;
  const accuracy = summary?.outOfFold?.accuracy;
  return typeof accuracy === 'number' ? accuracy : null;
};

export const percent = (share: number): string =>
  share.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 1 });

/** '14:05' today, else with the date. */
export const whenOf = (iso: string, now: Date = new Date()): string => {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const isToday = at.toDateString() === now.toDateString();
  return isToday
    ? at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
    : at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
};
