/**
 * Which pictures the sample dataset is made of, and which mistakes are planted in it. Pure: the same seed gives the same
 * plan, and each picture has a seed of its own, so that they may be taken in any order.
 */

import { seededRandom, type Random } from '../../base/random.js';
import type { FindingKind } from '../findings/finding.js';
import type { Elsewhere } from './elsewhere.js';
import { thingKinds, type ThingKind } from './solids.js';

/** What was done to a photograph after it was taken. */
export type Treatment =
  'none' | 'dark' | 'light' | 'blurry' | 'grayscale' | 'smaller' | 'mirrored' | 'enlarged' | 'blank';

export interface Shot {
  readonly shows: readonly ThingKind[] | Elsewhere;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly treatment: Treatment;
  /** JPEG quality, 0–100. */
  readonly quality: number;
}

export interface SampleFile {
  /** Relative to the dataset; an image's is `class/name`. */
  readonly path: string;
  readonly content:
    | { readonly kind: 'shot'; readonly shot: Shot }
    /** The first `share` of another file's bytes. */
    | { readonly kind: 'bytesOf'; readonly path: string; readonly share: number }
    | { readonly kind: 'text'; readonly text: string };
}

/** What was planted, by the kind of finding that should name it: paths; of `class-imbalance` the class, of `shortcut` the property. */
export type SampleKey = Partial<Record<FindingKind, readonly string[]>>;

export interface SamplePlan {
  readonly files: readonly SampleFile[];
  readonly planted: SampleKey;
}

/** The ordinary photos of each class: the first of a plan's files. */
const photosOf: Readonly<Record<ThingKind, number>> = { bottle: 55, goblet: 15, mug: 55, plate: 55 };
/** How many they are. */
export const ordinaryPhotos = Object.values(photosOf).reduce((sum, count) => sum + count, 0);
const common: readonly ThingKind[] = thingKinds.filter((kind) => kind !== 'goblet');
/** Each class comes from a shop with a size of its own: a shortcut that a network hardly sees, so that no figure owes it much. */
const shopScale: Readonly<Record<ThingKind, number>> = { bottle: 0.76, goblet: 0.92, mug: 0.92, plate: 1.1 };
/** Of the ordinary photos, these have a label that is not theirs. */
const wrongLabels = 18;

type Side = 'train' | 'valid';
const otherSide: Readonly<Record<Side, Side>> = { train: 'valid', valid: 'train' };

interface Taken {
  readonly path: string;
  readonly label: ThingKind;
  readonly shot: Shot;
  readonly side: Side;
}

export const planSample = (seed: number): SamplePlan => {
  const r = seededRandom(seed);
  const files: SampleFile[] = [];
  const sides: (readonly [path: string, side: Side])[] = [];
  const planted: Partial<Record<FindingKind, string[]>> = {};
  let number = 0;
  const nextName = (): string => `photo-${String(++number).padStart(3, '0')}.jpg`;
  const plant = (kind: FindingKind, what: string): unknown => (planted[kind] ??= []).push(what);
  const put = (path: string, content: SampleFile['content'], kind?: FindingKind, side: Side = 'train'): string => {
    files.push({ path, content });
    if (content.kind === 'shot' || (content.kind === 'bytesOf' && content.share === 1)) sides.push([path, side]);
    if (kind) plant(kind, path);
    return path;
  };
  const take = (label: string, shot: Shot, kind?: FindingKind, side?: Side): string =>
    put(`${label}/${nextName()}`, { kind: 'shot', shot }, kind, side);
  const another = (label: ThingKind): ThingKind => {
    const others = common.filter((kind) => kind !== label);
    return others[r.below(others.length)]!;
  };

  // The order is drawn first, so that a photo's number says nothing about what it shows or whether its label is wrong.
  const order = r.shuffled(thingKinds.flatMap((kind) => Array<ThingKind>(photosOf[kind]).fill(kind)));
  // No goblet has a wrong label: of so few, two would be a seventh.
  const able = [...order.keys()].filter((i) => order[i] !== 'goblet');
  const isWrong = new Set(r.shuffled(able).slice(0, wrongLabels));
  const right: Taken[] = [];
  for (const [i, kind] of order.entries()) {
    const shot = shotOf([kind], r, seed);
    const side: Side = r.below(5) === 0 ? 'valid' : 'train';
    if (isWrong.has(i)) take(another(kind), shot, 'label-issue', side);
    else right.push({ path: take(kind, shot, undefined, side), label: kind, shot, side });
  }

  // The copies of goblets would make a rare class less rare.
  const models = r.shuffled(right.filter(({ label }) => label !== 'goblet'));
  const beside = (path: string, suffix: string, label: string): string =>
    `${label}/${(path.split('/').at(-1) ?? path).replace('.jpg', `${suffix}.jpg`)}`;
  for (const { path, label, side } of models.splice(0, 4)) {
    put(beside(path, '-copy', label), { kind: 'bytesOf', path, share: 1 }, 'exact-duplicate', side);
  }
  for (const { path, label, side } of models.splice(0, 2)) {
    put(beside(path, '-again', another(label)), { kind: 'bytesOf', path, share: 1 }, 'label-conflict', side);
  }
  for (const change of [
    { quality: 28 },
    { treatment: 'smaller' },
    { treatment: 'mirrored' },
    { quality: 40 },
  ] as const) {
    const [{ path, label, shot, side }] = models.splice(0, 1) as [Taken];
    put(beside(path, '-saved', label), { kind: 'shot', shot: { ...shot, ...change } }, 'near-duplicate', side);
  }
  for (const { path, label, shot, side } of models.splice(0, 2)) {
    const turned: Shot = { ...shot, treatment: 'mirrored' };
    put(beside(path, '-turned', label), { kind: 'shot', shot: turned }, 'leak', otherSide[side]);
  }

  for (const label of ['bottle', 'mug'] as const) take(label, shotOf('hills', r, seed), 'outlier');
  for (const [i, kind] of (['dark', 'light', 'blurry', 'grayscale'] as const).entries()) {
    const label = common[i % common.length]!;
    take(label, { ...shotOf([label], r, seed), treatment: kind }, kind);
  }
  take('bottle', { ...shotOf(['bottle'], r, seed), treatment: 'blank' }, 'low-information');
  take('mug', { ...shotOf(['mug'], r, seed), width: 420, height: 132 }, 'odd-aspect');
  take('mug', { ...shotOf(['mug'], r, seed), treatment: 'enlarged' }, 'odd-size');
  take('plate', { ...shotOf(['plate'], r, seed), width: 60, height: 48 }, 'tiny');
  take('mug', shotOf(['mug', 'bottle'], r, seed), 'ambiguous');
  take('bottle', shotOf(['bottle', 'plate'], r, seed), 'ambiguous');

  // Nobody has labelled these yet: two are of another world, the others as good as any.
  for (let i = 0; i < 2; i++) take('unlabelled', shotOf('cloth', r, seed), 'out-of-domain');
  for (const kind of common) take('unlabelled', shotOf([kind], r, seed));
  plant('class-imbalance', 'goblet');
  plant('shortcut', 'The size of the picture');

  const [first] = right;
  put('bottle/torn.jpg', { kind: 'bytesOf', path: first!.path, share: 0.6 }, 'bad-image');
  put('mug/empty.jpg', { kind: 'text', text: '' }, 'bad-image');
  const notFound = '<!doctype html><title>404</title><p>Not found</p>';
  put('mug/not-found.jpg', { kind: 'text', text: notFound }, 'bad-image');
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
  put('plate/pointer.png', { kind: 'text', text: pointer }, 'bad-image');
  // The split is given, as that of many published datasets is: a drawn one never parts look-alikes.
  put('split.csv', { kind: 'text', text: ['path,split', ...sides.map((row) => row.join(',')), ''].join('\n') });
  const spec = { version: 1, split: { by: 'csv', file: 'split.csv', path: 'path', column: 'split' } };
  put('winnow.json', { kind: 'text', text: `${JSON.stringify(spec, null, 2)}\n` });
  return { files, planted };
};

const shotOf = (shows: Shot['shows'], r: Random, seed: number): Shot => {
  const scale = typeof shows === 'string' ? 1 : shopScale[shows[0]!];
  return {
    shows,
    width: Math.round(scale * (240 + 20 * r.below(6))),
    height: Math.round(scale * (200 + 20 * r.below(5))),
    seed: (Math.imul(seed, 0x9e3779b1) ^ r.below(2 ** 31)) >>> 0,
    treatment: 'none',
    quality: 64 + r.below(29),
  };
};
