/** How a photo may be changed before a network trains on it. Defaults are fastai's. */

export const resizes = ['random-crop', 'crop', 'pad', 'squish'] as const;
export const paddings = ['reflection', 'border', 'zeros'] as const;

export interface AugmentSettings {
  /** 'random-crop': any part of at least `minScale` of the area; the others take the whole photo, 'crop' its middle square. */
  readonly resize: (typeof resizes)[number];
  /** Share of the area, 0–1. */
  readonly minScale: number;
  /** What lies beyond the edge. */
  readonly padding: (typeof paddings)[number];
  /** Probability of a mirrored photo. */
  readonly flip: number;
  /** Whether upside down and quarter turns are as good as any. */
  readonly isDihedral: boolean;
  /** Probability of each of rotation, zoom and warp. */
  readonly affine: number;
  /** Degrees. */
  readonly maxRotate: number;
  /** Factor, ≥ 1. */
  readonly maxZoom: number;
  /** Perspective, share of the side. */
  readonly maxWarp: number;
  /** Probability of each of brightness and contrast. */
  readonly lighting: number;
  /** 0–1; in logit space. */
  readonly maxLighting: number;
  /** 0 = colours stay. */
  readonly maxSaturation: number;
  /** Share of the colour circle. */
  readonly maxHue: number;
  /** Probability of one grey rectangle. */
  readonly erase: number;
  /** Standard deviation, of values 0–1. */
  readonly noise: number;
}

export type AugmentPreset = 'none' | 'standard' | 'strong';

const none: AugmentSettings = {
  resize: 'crop',
  minScale: 1,
  padding: 'reflection',
  flip: 0,
  isDihedral: false,
  affine: 0,
  maxRotate: 0,
  maxZoom: 1,
  maxWarp: 0,
  lighting: 0,
  maxLighting: 0,
  maxSaturation: 0,
  maxHue: 0,
  erase: 0,
  noise: 0,
};

const standard: AugmentSettings = {
  ...none,
  resize: 'random-crop',
  minScale: 0.5,
  flip: 0.5,
  affine: 0.75,
  maxRotate: 10,
  maxZoom: 1.1,
  maxWarp: 0.2,
  lighting: 0.75,
  maxLighting: 0.2,
};

/** 'strong' is for few photos: ten views of each are worth more than one. */
export const augmentPresets: Readonly<Record<AugmentPreset, AugmentSettings>> = {
  none,
  standard,
  strong: {
    ...standard,
    minScale: 0.35,
    maxRotate: 20,
    maxWarp: 0.3,
    maxLighting: 0.4,
    maxSaturation: 0.3,
    maxHue: 0.05,
    erase: 0.25,
    noise: 0.02,
  },
};

/** Least and most that can be asked for, and the step of a slider. */
export const augmentBounds = {
  minScale: [0.08, 1, 0.01],
  flip: [0, 1, 0.05],
  affine: [0, 1, 0.05],
  maxRotate: [0, 180, 1],
  maxZoom: [1, 3, 0.05],
  maxWarp: [0, 0.8, 0.05],
  lighting: [0, 1, 0.05],
  maxLighting: [0, 0.9, 0.05],
  maxSaturation: [0, 1, 0.05],
  maxHue: [0, 0.5, 0.01],
  erase: [0, 1, 0.05],
  noise: [0, 0.3, 0.01],
} as const satisfies Partial<Record<keyof AugmentSettings, readonly [number, number, number]>>;
export type AugmentNumber = keyof typeof augmentBounds;
export const augmentNumbers = Object.keys(augmentBounds) as AugmentNumber[];

export const isSameAugment = (a: AugmentSettings, b: AugmentSettings): boolean =>
  (Object.keys(a) as (keyof AugmentSettings)[]).every((key) => a[key] === b[key]);
