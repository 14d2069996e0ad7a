/**
 * Which pictures the sample dataset is made of, and which mistakes are planted in it. Pure: the same seed gives the same
 * plan, and each picture has a seed of its own, so that they may be taken in any order.
 */

import { seededRandom, type Random } from '../../base/random.js';
import type { FindingKind } from '../findings/finding.js';
import { thingKinds, type ThingKind } from './solids.js';

/** What was done to a photograph after it was taken. */
export type Treatment =
  'none' | 'dark' | 'light' | 'blurry' | 'grayscale' | 'smaller' | 'mirrored' | 'enlarged' | 'blank';

export interface Shot {
  /** Null = something that no class is about. */
  readonly things: readonly ThingKind[] | null;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly treatment: Treatment;
  /** JPEG quality, 0–100. */
  readonly quality: number;
}

export interface SampleFile {
  /** `class/name`, relative to the dataset. */
  readonly path: string;
  readonly content:
    | { readonly kind: 'shot'; readonly shot: Shot }
    /** The first `share` of another file's bytes. */
    | { readonly kind: 'bytesOf'; readonly path: string; readonly share: number }
    | { readonly kind: 'text'; readonly text: string };
}

/** Paths of what was planted, by the kind of finding that should name it. */
export type SampleKey = Partial<Record<FindingKind, readonly string[]>>;

export interface SamplePlan {
  readonly files: readonly SampleFile[];
  readonly planted: SampleKey;
}

export const perClass = 60;
const wrongLabels = 18;

export const planSample = (seed: number): SamplePlan => {
  const r = seededRandom(seed);
  const files: SampleFile[] = [];
  const planted: Partial<Record<FindingKind, string[]>> = {};
  let number = 0;
  const nextName = (): string => `photo-${String(++number).padStart(3, '0')}.jpg`;
  const put = (path: string, content: SampleFile['content'], kind?: FindingKind): string => {
    files.push({ path, content });
    if (kind) (planted[kind] ??= []).push(path);
    return path;
  };
  const take = (label: ThingKind, shot: Shot, kind?: FindingKind): string =>
    put(`${label}/${nextName()}`, { kind: 'shot', shot }, kind);
  const another = (label: ThingKind): ThingKind => {
    const others = thingKinds.filter((kind) => kind !== label);
    return others[r.below(others.length)]!;
  };

  // The order is drawn first, so that a photo's number says nothing about what it shows or whether its label is wrong.
  const order = r.shuffled(thingKinds.flatMap((kind) => Array<ThingKind>(perClass).fill(kind)));
  const wrong = new Set(r.shuffled(order.map((_, i) => i)).slice(0, wrongLabels));
  const right: { readonly path: string; readonly label: ThingKind; readonly shot: Shot }[] = [];
  for (const [i, kind] of order.entries()) {
    const shot = shotOf([kind], r, seed);
    if (wrong.has(i)) take(another(kind), shot, 'label-issue');
    else right.push({ path: take(kind, shot), label: kind, shot });
  }

  const models = r.shuffled(right);
  const beside = (path: string, suffix: string, label: string): string =>
    `${label}/${(path.split('/').at(-1) ?? path).replace('.jpg', `${suffix}.jpg`)}`;
  for (const { path, label } of models.splice(0, 4)) {
    put(beside(path, '-copy', label), { kind: 'bytesOf', path, share: 1 }, 'exact-duplicate');
  }
  for (const { path, label } of models.splice(0, 2)) {
    put(beside(path, '-again', another(label)), { kind: 'bytesOf', path, share: 1 }, 'label-conflict');
  }
  for (const change of [
    { quality: 28 },
    { treatment: 'smaller' },
    { treatment: 'mirrored' },
    { quality: 40 },
  ] as const) {
    const [{ path, label, shot }] = models.splice(0, 1) as [(typeof right)[number]];
    put(beside(path, '-saved', label), { kind: 'shot', shot: { ...shot, ...change } }, 'near-duplicate');
  }

  const label = (i: number): ThingKind => thingKinds[i % thingKinds.length]!;
  for (let i = 0; i < 2; i++) take(label(i), shotOf(null, r, seed), 'outlier');
  for (const [i, kind] of (['dark', 'light', 'blurry', 'grayscale'] as const).entries()) {
    take(label(i), { ...shotOf([label(i)], r, seed), treatment: kind }, kind);
  }
  take('bottle', { ...shotOf(['bottle'], r, seed), treatment: 'blank' }, 'low-information');
  take('mug', { ...shotOf(['mug'], r, seed), width: 420, height: 132 }, 'odd-aspect');
  take('mug', { ...shotOf(['mug'], r, seed), treatment: 'enlarged' }, 'odd-size');
  take('plate', { ...shotOf(['plate'], r, seed), width: 60, height: 48 }, 'tiny');
  take('mug', shotOf(['mug', 'bottle'], r, seed), 'ambiguous');
  take('bottle', shotOf(['bottle', 'plate'], r, seed), 'ambiguous');

  const [first] = right;
  put('bottle/torn.jpg', { kind: 'bytesOf', path: first!.path, share: 0.6 }, 'bad-image');
  put('mug/empty.jpg', { kind: 'text', text: '' }, 'bad-image');
  const notFound = '<!doctype html><title>404</title><p>Not found</p>';
  put('mug/not-found.jpg', { kind: 'text', text: notFound }, 'bad-image');
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
  put('plate/pointer.png', { kind: 'text', text: pointer }, 'bad-image');
  return { files, planted };
};

const shotOf = (things: Shot['things'], r: Random, seed: number): Shot => ({
  things,
  width: 240 + 20 * r.below(6),
  height: 200 + 20 * r.below(5),
  seed: (Math.imul(seed, 0x9e3779b1) ^ r.below(2 ** 31)) >>> 0,
  treatment: 'none',
  quality: 64 + r.below(29),
});
