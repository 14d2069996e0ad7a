import type { DatasetSpec } from '../../core/dataset/spec.js';
import type { GatherReport } from '../../core/gather/report.js';
import type { GatherLog } from './gatherLog.js';

/** Pairs of classes whose searches have found the same images, most of them first: a sign that a term is too wide. */
export const termOverlaps = (spec: DatasetSpec, log: GatherLog): GatherReport['overlaps'] => {
  const classes = spec.classes.map(({ name, terms }) => {
    const urls = log.searches.flatMap((line) =>
      line.kind === 'page' && terms.includes(line.query) ? line.candidates.map(({ imageUrl }) => imageUrl) : [],
    );
    return { label: name.normalize('NFC'), urls: new Set(urls) };
  });
  return classes
    .flatMap((one, at) =>
      classes.slice(at + 1).flatMap((other) => {
        const images = [...one.urls].filter((url) => other.urls.has(url)).length;
        if (images === 0) return [];
        const least = Math.min(one.urls.size, other.urls.size);
        const message = `The searches for "${one.label}" and "${other.label}" share ${String(images)} of ${String(least)} images: make their terms more precise.`;
        return [{ labels: [one.label, other.label] as const, images, message }];
      }),
    )
    .sort((a, b) => b.images - a.images);
};
