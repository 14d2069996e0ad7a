/** What a gathering will ask of whom, said before it begins. */

import type { DatasetSpec } from '../dataset/spec.js';
import type { Provider } from './provider.js';
import { providers as builtIn } from './providers/registry.js';

export interface GatherEstimate {
  /** Search calls at most, replacements for rejected images included. */
  readonly calls: number;
  readonly images: number;
  /** About, on a usual line. */
  readonly seconds: number;
  readonly sentence: string;
}

/** For one image kept about this many are looked at: copies, broken links, small ones. */
const lookedAtPerKept = 1.3;
const secondsPerCall = 1;
const imagesPerSecond = 4;

/** From the spec alone: images that are there already are not counted off. Unknown providers count nothing. */
export const gatherEstimate = (spec: DatasetSpec, providers: readonly Provider[] = builtIn): GatherEstimate => {
  const asked = spec.gather.providers.flatMap((id) => providers.find((provider) => provider.id === id) ?? []);
  const classes = spec.classes.filter(({ terms }) => terms.length > 0);
  const { perClass } = spec.gather;
  let calls = 0;
  for (const { terms } of classes) {
    const share = (perClass * lookedAtPerKept) / Math.max(1, asked.length * terms.length);
    for (const { depth, pageSize } of asked) calls += terms.length * Math.ceil(Math.min(depth, share) / pageSize);
  }
  const images = asked.length === 0 ? 0 : classes.length * perClass;
  const seconds = Math.ceil(calls * secondsPerCall + (images * lookedAtPerKept) / imagesPerSecond);
  const names = asked.map(({ title }) => title).join(', ');
  const sentence =
    images === 0
      ? 'Nothing to gather: give a class a search term and name a provider.'
      : `Up to ${count(images, 'image')} for ${count(classes.length, 'class')} from ${names}: about ${count(calls, 'search call')} and ${duration(seconds)}.`;
  return { calls, images, seconds, sentence };
};

const count = (n: number, noun: string): string =>
  `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : noun.endsWith('s') ? 'es' : 's'}`;
const duration = (seconds: number): string =>
  seconds < 90 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} minutes`;
