/** What is odd about a photo's size and content, from what decoding has told: no model is asked. */

import type { Look } from '../image/pictureLook.js';
import type { Finding, FindingKind } from './finding.js';
import { pixelsOf, type Photo } from './photo.js';

type CheckKind = Extract<
  FindingKind,
  'low-information' | 'dark' | 'light' | 'blurry' | 'grayscale' | 'tiny' | 'odd-aspect' | 'odd-size'
>;

interface Check {
  readonly kind: CheckKind;
  /** 0–1, high = odder; null = nothing odd. Made once for a dataset, asked for each photo. */
  readonly scorer: (photos: readonly Photo[]) => (photo: Photo) => number | null;
  readonly why: (photo: Photo) => string;
  /** The sentence when most of the dataset is like that. */
  readonly property: string;
}

/** Shorter side, pixels, below which a network sees mostly what scaling has made up. */
const tinySide = 64;
/** Shorter side over longer side. */
const oddAspect = 0.35;
/** Bits; 99th percentile of brightness; 5th percentile of brightness; sharpness. Source: cleanvision's defaults. */
const littleEntropy = 3;
const darkBelow = 0.32;
const lightAbove = 0.95;
const blurryBelow = 0.29;
/** Interquartile ranges beyond the quartiles. */
const oddRanges = 3;
const minPhotosForSizes = 20;
/** Beyond this share it is how the dataset is, not what is wrong with a photo. */
const propertyShare = 0.5;

const shortSide = ({ facts }: Photo): number => (facts ? Math.min(facts.width, facts.height) : Infinity);
const aspectOf = ({ facts }: Photo): number =>
  facts ? Math.min(facts.width, facts.height) / Math.max(facts.width, facts.height) : 1;
const sizeWords = ({ facts }: Photo): string => (facts ? `${facts.width} × ${facts.height} pixels` : 'unknown size');

/** Odd below a threshold, the more so the lower; `most` is the score of zero. */
const below =
  (valueOf: (look: Look) => number, threshold: number, most: number) =>
  ({ facts }: Photo): number | null => {
    if (!facts) return null;
    const value = valueOf(facts.look);
    return value < threshold ? most * (1 - value / threshold) : null;
  };

/** Fences of Tukey's kind around √(width · height); null when there are too few photos, or all are alike. */
const sizeFences = (photos: readonly Photo[]): readonly [low: number, high: number] | null => {
  const sizes = photos
    .filter(({ facts }) => facts !== null)
    .map((photo) => Math.sqrt(pixelsOf(photo)))
    .sort((a, b) => a - b);
  if (sizes.length < minPhotosForSizes) return null;
  const at = (share: number): number => sizes[Math.round(share * (sizes.length - 1))]!;
  const range = at(0.75) - at(0.25);
  return range === 0 ? null : [at(0.25) - oddRanges * range, at(0.75) + oddRanges * range];
};

const checks: readonly Check[] = [
  {
    kind: 'low-information',
    scorer: () => (photo) =>
      photo.facts && (photo.facts.isLowInformation || photo.facts.look.entropy < littleEntropy) ? 0.5 : null,
    why: () =>
      'Nearly one flat colour: there is nothing to learn from it. It is often a placeholder for a missing image.',
    property: 'are nearly one flat colour',
  },
  {
    kind: 'dark',
    scorer: () => below((look) => look.brightest, darkBelow, 0.45),
    why: () => 'Nearly black: hardly anything can be seen. A network learns from it that darkness is the class.',
    property: 'are very dark',
  },
  {
    kind: 'light',
    scorer: () => below((look) => 1 - look.darkest, 1 - lightAbove, 0.35),
    why: () => 'Nearly white: washed out, or a drawing on an empty page.',
    property: 'are very light',
  },
  {
    kind: 'blurry',
    scorer: () => below((look) => look.sharpness, blurryBelow, 0.4),
    why: () => 'Blurred: no sharp edge is left even when the picture is made small. Look for a sharper one.',
    property: 'are blurred',
  },
  {
    kind: 'grayscale',
    scorer: () => (photo) => (photo.facts?.look.isGrey ? 0.15 : null),
    why: () => 'Without colour, unlike the others. It does no harm when such pictures will be asked about too.',
    property: 'have no colour',
  },
  {
    kind: 'tiny',
    scorer: () => (photo) => (shortSide(photo) < tinySide ? 0.4 * (1 - shortSide(photo) / tinySide) : null),
    why: (photo) => `Only ${sizeWords(photo)}: probably a thumbnail or an icon. Look for the full picture.`,
    property: `are smaller than ${tinySide} pixels on a side`,
  },
  {
    kind: 'odd-aspect',
    scorer: () => (photo) => (aspectOf(photo) < oddAspect ? 0.4 * (1 - aspectOf(photo) / oddAspect) : null),
    why: (photo) =>
      `Very long or very wide (${sizeWords(photo)}): the network sees a square from its middle. It is often a banner or several pictures in one.`,
    property: 'are very long or very wide',
  },
  {
    kind: 'odd-size',
    scorer: (photos) => {
      const fences = sizeFences(photos);
      return (photo) => {
        if (!fences || !photo.facts) return null;
        const side = Math.sqrt(pixelsOf(photo));
        return side < fences[0] || side > fences[1] ? 0.2 : null;
      };
    },
    why: (photo) => `Much smaller or larger than the others (${sizeWords(photo)}): it may come from another place.`,
    property: 'differ much in size',
  },
];

export interface PhotoChecks {
  readonly findings: readonly Finding[];
  /** Sentences about most of the dataset. */
  readonly properties: readonly string[];
}

/** Findings a photo; a check that hits more than half of the decoded photos becomes one sentence instead. */
export const checkPhotos = (photos: readonly Photo[]): PhotoChecks => {
  const findings: Finding[] = [];
  const properties: string[] = [];
  const known = photos.filter(({ facts }) => facts !== null).length;
  for (const { kind, scorer, why, property } of checks) {
    const score = scorer(photos);
    const hits = photos.flatMap((photo) => {
      const oddness = score(photo);
      return oddness === null ? [] : [{ photo, oddness }];
    });
    if (hits.length > propertyShare * known) {
      properties.push(`${hits.length} of ${known} photos ${property}.`);
      continue;
    }
    for (const { photo, oddness } of hits.filter((hit) => !hit.photo.isDecided)) {
      const { id, path, label } = photo;
      findings.push({ kind, score: oddness, items: [{ id, path }], label, suggestion: null, why: why(photo) });
    }
  }
  return { findings, properties };
};
