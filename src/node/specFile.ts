/** `winnow.json`: read with a sentence for whatever is wrong in it, written without losing what it does not know. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { WinnowError } from '../base/errors.js';
import { classNameProblem } from '../core/dataset/className.js';
import { collisionKey } from '../core/dataset/paths.js';
import { defaultSpec, type DatasetSpec } from '../core/dataset/spec.js';
import { licencePolicies } from '../core/gather/licence.js';
import {
  augmentBounds,
  augmentPresets,
  paddings,
  resizes,
  type AugmentNumber,
} from '../core/image/augment/augmentSettings.js';
import type { SpecStore } from '../ports/dataset.js';
import { isMissing } from './diskErrors.js';
import { writeOwnFile } from './ownFiles.js';

export const specFileName = 'winnow.json';

const isInside = (relative: string): boolean =>
  !/^([/\\]|[a-z]:)/i.test(relative) && !relative.split(/[/\\]/).includes('..');
const isPattern = (pattern: string): boolean => {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
};
const inside = z.string().min(1).refine(isInside, 'must be a relative path inside the dataset folder');
const pattern = z.string().min(1).refine(isPattern, 'is no regular expression');
const level = z.int().min(1).max(20);

const label = z.discriminatedUnion('by', [
  z
    .object({ by: z.literal('folder'), level: level.default(1).describe('1 = the folder right below root') })
    .describe('The label is the name of a folder'),
  z
    .object({
      by: z.literal('regex'),
      pattern: pattern.describe('Matched against the path below root; the group named label, else the first'),
    })
    .describe('The label is a part of the path'),
  z
    .object({
      by: z.literal('csv'),
      file: inside.describe('A CSV file in the dataset folder'),
      path: z.string().min(1).default('path').describe('The column with paths below root'),
      label: z.string().min(1).default('label').describe('The column with labels'),
    })
    .describe('The label stands in a CSV file'),
]);
const csvColumn = {
  by: z.literal('csv'),
  file: inside,
  path: z.string().min(1).default('path'),
  column: z.string().min(1),
};
const split = z.discriminatedUnion('by', [
  z
    .object({
      by: z.literal('fraction'),
      valid: z.number().gt(0).max(0.9).default(defaultFraction()).describe('Share of images kept for validation'),
      seed: z.int().min(0).max(4294967295).default(42),
    })
    .describe('A seeded draw, stratified by class'),
  z.object({ by: z.literal('folders') }).describe('Folders train, valid and test around the class folders'),
  z.object(csvColumn).describe('A column that says train, valid or test'),
]);
const groupBy = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('regex'),
    pattern: pattern.describe('The group named group, else the first'),
  }),
  z.object({ by: z.literal('folder'), level }),
  z.object(csvColumn),
  z.object({ by: z.literal('site') }).describe('The web site that an image was gathered from'),
]);

const gather = z.object({
  providers: z
    .array(z.string().min(1))
    .default([...defaultSpec.gather.providers])
    .describe(
      'Where to search: openverse, wikimedia, inaturalist, brave, serpapi-google, serpapi-bing, pexels, flickr',
    ),
  perClass: z.int().min(1).max(100_000).default(defaultSpec.gather.perClass).describe('Images a class'),
  licence: z.enum(licencePolicies).default(defaultSpec.gather.licence).describe('Which licences are accepted'),
  minSide: z
    .int()
    .min(1)
    .max(10_000)
    .default(defaultSpec.gather.minSide)
    .describe('Pixels; smaller images are rejected'),
  keepAnimated: z.boolean().default(false).describe('Take the first frame of an animation instead of rejecting it'),
});

const { standard } = augmentPresets;
const bounded = (name: AugmentNumber): z.ZodDefault<z.ZodNumber> => {
  const [least, most] = augmentBounds[name];
  return z.number().min(least).max(most).default(standard[name]);
};
const transforms = z.object({
  resize: z.enum(resizes).default(standard.resize).describe('random-crop: any part of at least minScale of the area'),
  minScale: bounded('minScale').describe('Share of the area'),
  padding: z.enum(paddings).default(standard.padding).describe('What lies beyond the edge'),
  flip: bounded('flip').describe('Probability of a mirrored photo'),
  isDihedral: z.boolean().default(standard.isDihedral).describe('Upside down and quarter turns are as good as any'),
  affine: bounded('affine').describe('Probability of each of rotation, zoom and warp'),
  maxRotate: bounded('maxRotate').describe('Degrees'),
  maxZoom: bounded('maxZoom').describe('Factor'),
  maxWarp: bounded('maxWarp').describe('Perspective, share of the side'),
  lighting: bounded('lighting').describe('Probability of each of brightness and contrast'),
  maxLighting: bounded('maxLighting').describe('Of brightness and contrast'),
  maxSaturation: bounded('maxSaturation').describe('0 = colours stay'),
  maxHue: bounded('maxHue').describe('Share of the colour circle'),
  erase: bounded('erase').describe('Probability of one grey rectangle'),
  noise: bounded('noise').describe('Standard deviation, of values 0–1'),
});

/** Images in one folder cannot be of two classes. */
function refuseSharedFolders(
  classes: readonly { readonly name: string; readonly folder?: string | undefined }[],
  context: z.RefinementCtx,
): void {
  const owners = new Map<string, { readonly name: string; readonly folder?: string | undefined }>();
  classes.forEach((one, at) => {
    const folder = one.folder ?? one.name;
    const owner = owners.get(collisionKey(folder));
    const isSame = owner?.name.normalize('NFC') === one.name.normalize('NFC');
    if (owner && !isSame && (owner.folder ?? one.folder) !== undefined) {
      const [first, second] = [JSON.stringify(owner.name), JSON.stringify(one.name)];
      const message = `${first} and ${second} have the same folder, ${JSON.stringify(folder)}; give each its own`;
      context.addIssue({ code: 'custom', path: [at, 'folder'], message });
    }
    owners.set(collisionKey(folder), owner ?? one);
  });
}

function defaultFraction(): number {
  return defaultSpec.split.by === 'fraction' ? defaultSpec.split.valid : 0.2;
}

const specSchema = z
  .object({
    $schema: z.string().optional(),
    version: z.literal(1).default(1),
    root: z
      .string()
      .refine(isInside, 'must be a relative path inside the dataset folder')
      .default(defaultSpec.root)
      .describe('The folder that holds the images, relative to this file'),
    label: label.default({ by: 'folder', level: 1 }).describe('How an image gets its label'),
    split: split
      .default({ by: 'fraction', valid: defaultFraction(), seed: 42 })
      .describe('How images are divided for training and validation'),
    groupBy: groupBy.nullable().default(null).describe('Images of one group never straddle a split or a fold'),
    exclude: z.array(z.string()).default([]).describe('Globs, relative to root, of files that are not looked at'),
    classes: z
      .array(
        z.object({
          name: z.string().min(1),
          terms: z.array(z.string()).default([]),
          folder: z
            .string()
            .refine((name) => classNameProblem(name) === null, 'can be no folder on every system')
            .optional()
            .describe('The folder of the class where its name can be none'),
        }),
      )
      .superRefine(refuseSharedFolders)
      .default([])
      .describe('Classes and the search terms that gather them'),
    gather: gather.prefault({}).describe('How images are gathered from the web'),
    transforms: transforms
      .nullable()
      .default(null)
      .describe('How photos are changed while a network is fine-tuned; what is left out is as in the preset standard'),
  })
  .describe('A Winnow dataset. Everything has a default: a folder with one sub-folder per class needs none of this.');

/** The JSON schema of `winnow.json`, for completions in the editor; media/winnow.schema.json is this, and a test says so. */
export const specJsonSchema = (): unknown => z.toJSONSchema(specSchema, { io: 'input', target: 'draft-7' });

const bad = (problem: string, cause?: unknown): WinnowError =>
  new WinnowError('bad-spec', `${specFileName}: ${problem} Mend it and try again; nothing was changed.`, { cause });

/** Throws `bad-spec` naming the key or the line and the problem. */
export const parseSpec = (text: string): DatasetSpec => {
  const result = specSchema.safeParse(parseJson(text));
  if (!result.success) {
    const issue = result.error.issues[0];
    const key = issue?.path.map(String).join('.') ?? '';
    const problem = issue?.message ?? 'is not valid';
    throw bad(`${key === '' ? 'the file' : `"${key}"`}: ${problem}.`, result.error);
  }
  const { $schema: _, ...spec } = result.data;
  return spec;
};

const parseJson = (text: string): unknown => {
  const body = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw bad(`line ${lineOfMistake(body, message)} is no JSON (${message}).`, error);
  }
};

/** V8 names the place in most messages, as a position or as line and column; else the mistake is the end of the file. */
const lineOfMistake = (text: string, message: string): number => {
  const named = /line (\d+)/.exec(message)?.[1];
  if (named !== undefined) return Number(named);
  const position = /position (\d+)/.exec(message)?.[1];
  const upTo = position === undefined ? text.trimEnd() : text.slice(0, Number(position));
  return upTo.split('\n').length;
};

/** @param dir the dataset folder, absolute. */
export const specFile = (dir: string): SpecStore => {
  const file = path.join(dir, specFileName);
  const readRaw = async (): Promise<string | null> => {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw bad(`it cannot be read (${error instanceof Error ? error.message : String(error)}).`, error);
    }
  };
  return {
    exists: async () => (await readRaw()) !== null,
    read: async () => {
      const text = await readRaw();
      return text === null ? defaultSpec : parseSpec(text);
    },
    write: async (spec) => {
      const text = await readRaw();
      const before = text === null ? {} : parseJson(text);
      await writeOwnFile(file, `${JSON.stringify(merged(before, spec), null, 2)}\n`);
    },
  };
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `next` over `before`: keys that this version does not know stay, also inside a rule of the same kind and a class of the same name. */
const merged = (before: unknown, next: unknown): unknown => {
  if (isRecord(before) && isRecord(next)) {
    if ('by' in before && before['by'] !== next['by']) return next;
    const keys = new Set([...Object.keys(before), ...Object.keys(next)]);
    return Object.fromEntries(
      [...keys].map((key) => [key, key in next ? merged(before[key], next[key]) : before[key]]),
    );
  }
  if (Array.isArray(before) && Array.isArray(next)) {
    return next.map((element: unknown) => {
      const known: unknown = isRecord(element)
        ? before.find((other: unknown) => isRecord(other) && 'name' in other && other['name'] === element['name'])
        : undefined;
      return known === undefined ? element : merged(known, element);
    });
  }
  return next;
};
