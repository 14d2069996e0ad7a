/** What a webview may send, checked on arrival: total over each contract, so that a forgotten call does not compile. */

import * as z from 'zod';
import type { ItemId } from '../../core/dataset/item.js';
import { findingKinds } from '../../core/findings/finding.js';
import {
  augmentBounds,
  augmentNumbers,
  paddings,
  resizes,
  type AugmentNumber,
} from '../../core/image/augment/augmentSettings.js';
import { arrangements, kindGroups } from '../../core/review/filter.js';
import type { AuditContract } from '../../protocol/audit.js';
import type { AugmentContract } from '../../protocol/augmenting.js';
import type { Contract, In } from '../../protocol/contract.js';
import type { ConfusionContract } from '../../protocol/confusion.js';
import type { HealthContract } from '../../protocol/health.js';
import { highestRate, mostFolds, type FineTuningContract } from '../../protocol/fineTuning.js';
import { pointsAtOnce, type MapContract } from '../../protocol/map.js';
import { maxImageBytes } from '../../protocol/plain.js';
import { maxIllustrated, tableFormats, type PredictionContract } from '../../protocol/prediction.js';
import type { ReviewContract, ReviewFilter } from '../../protocol/review.js';

/** One schema a call of the contract. */
export type Checks<C extends Contract> = { readonly [K in keyof C['calls']]: z.ZodType<In<C['calls'][K]>> };

/** More rows than any screen shows; a page that asks for more is not ours. */
const maxRows = 2000;
const maxIds = 100_000;

const nothing = z.null();
const text = z.string().max(4096);
const index = z.int().min(-1).max(10_000_000);
const itemId = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((id) => id as ItemId) as unknown as z.ZodType<ItemId>;
const filter: z.ZodType<ReviewFilter> = z.strictObject({
  label: text.nullable(),
  predicted: text.nullable(),
  split: z.enum(['train', 'valid', 'test']).nullable(),
  kind: z.enum([...kindGroups, ...findingKinds]).nullable(),
  source: text.nullable(),
  text: z.string().max(500),
  show: z.enum(['all', 'undecided', 'decided', 'out']),
  arrange: z.enum(arrangements),
  alikeBits: z.int().min(0).max(10),
});
const viewName = z.strictObject({ name: z.string().min(1).max(100) });
const lastVisible = z.strictObject({ lastVisible: index });

const lookQuestion = {
  label: z.string().min(1).max(255),
  method: z.enum(['activation', 'occlusion']),
  cells: z.int().min(0).max(16),
};

export const reviewChecks: Checks<ReviewContract> = {
  open: nothing,
  rows: z
    .strictObject({ version: z.int(), from: index, to: index })
    .refine(({ from, to }) => to - from <= maxRows, { error: 'too many rows at once' }),
  ids: z
    .strictObject({ from: index, to: index })
    .refine(({ from, to }) => to - from <= maxIds, { error: 'too many photos at once' }),
  setFilter: z.strictObject({ filter }),
  decide: z.strictObject({
    ids: z.array(itemId).min(1).max(maxIds),
    action: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('relabel'), to: z.string().min(1).max(255) }),
      z.strictObject({ kind: z.literal('accept') }),
      z.strictObject({ kind: z.literal('keep') }),
      z.strictObject({ kind: z.literal('set-aside') }),
      z.strictObject({ kind: z.literal('trash'), as: z.enum(['ours', 'foreign']) }),
      z.strictObject({ kind: z.literal('restore') }),
    ]),
    lastVisible: index,
  }),
  undo: lastVisible,
  redo: lastVisible,
  resort: nothing,
  saveView: viewName,
  removeView: viewName,
  peek: z.strictObject({ id: itemId }),
  evidence: z.strictObject({ id: itemId }),
  listSimilar: z.strictObject({ id: itemId }),
  listAll: nothing,
  look: z.strictObject({ id: itemId, ...lookQuestion }),
  train: nothing,
  openFile: z.strictObject({ id: itemId }),
};

export const confusionChecks: Checks<ConfusionContract> = {
  open: nothing,
  showCell: z.strictObject({ actual: text.nullable(), predicted: text.nullable() }),
  train: nothing,
};

export const auditChecks: Checks<AuditContract> = {
  open: nothing,
  answer: z.strictObject({ id: itemId, label: z.string().min(1).max(255).nullable() }),
  undo: nothing,
  train: nothing,
  review: nothing,
};

export const healthChecks: Checks<HealthContract> = {
  open: nothing,
  refresh: nothing,
  review: z.strictObject({ kind: z.enum(findingKinds).nullable(), label: text.nullable() }),
  openFile: z.strictObject({ id: itemId }),
  audit: nothing,
  collect: nothing,
  stopCollecting: nothing,
  train: nothing,
};

/** Bytes arrive as a typed array, or as a bare buffer from older editors. */
const bytes = z
  .union([z.instanceof(Uint8Array), z.instanceof(ArrayBuffer).transform((buffer) => new Uint8Array(buffer))])
  .refine((array) => array.byteLength > 0 && array.byteLength <= maxImageBytes, {
    error: 'a pasted picture holds at most 25 MB',
  });

export const predictionChecks: Checks<PredictionContract> = {
  open: nothing,
  pickFiles: nothing,
  predictImage: z.strictObject({ name: z.string().max(512), bytes }),
  predictUris: z.strictObject({ uris: z.array(text).min(1).max(2000) }),
  chooseModel: nothing,
  augment: z.strictObject({ isOn: z.boolean() }),
  train: nothing,
  clear: nothing,
  stop: nothing,
  save: z.strictObject({ format: z.enum(tableFormats) }),
  addToDataset: z.strictObject({ key: z.string().max(64) }),
  findSimilar: z.strictObject({ key: z.string().max(64) }),
  look: z.strictObject({ key: z.string().max(64), ...lookQuestion }),
  illustrate: z.strictObject({ keys: z.array(z.string().max(64)).min(1).max(maxIllustrated) }),
  openFile: z.strictObject({ key: z.string().max(64), neighbour: z.int().min(0).max(100).nullable() }),
};

const settings = z.strictObject({
  resize: z.enum(resizes),
  padding: z.enum(paddings),
  isDihedral: z.boolean(),
  ...(Object.fromEntries(
    augmentNumbers.map((name) => [name, z.number().min(augmentBounds[name][0]).max(augmentBounds[name][1])]),
  ) as Record<AugmentNumber, z.ZodNumber>),
});

export const augmentChecks: Checks<AugmentContract> = {
  open: nothing,
  turn: z.strictObject({ by: z.int().min(-1000).max(1000) }),
  draw: z.strictObject({ settings, seed: z.int().min(0).max(1_000_000) }),
  save: z.strictObject({ settings: settings.nullable() }),
};

export const mapChecks: Checks<MapContract> = {
  open: nothing,
  points: z
    .strictObject({ version: z.int(), from: index, to: index })
    .refine(({ from, to }) => from >= 0 && to - from <= pointsAtOnce, { error: 'too many points at once' }),
  thumb: z.strictObject({ id: itemId }),
  showOne: z.strictObject({ id: itemId }),
  showMany: z.strictObject({ ids: z.array(itemId).min(1).max(maxIds) }),
  compute: nothing,
  cancel: nothing,
  train: nothing,
};

const runName = z.string().regex(/^[\w-]{1,64}$/);

const fineTuneChoice = z.strictObject({
  recipe: z.enum(['winnow', 'fastai']),
  epochs: z.int().min(1).max(1000),
  preset: z.enum(['none', 'standard', 'strong']).nullable(),
  rate: z.number().positive().max(highestRate).nullable(),
  folds: z.union([z.literal(0), z.int().min(2).max(mostFolds)]),
});

export const fineTuningChecks: Checks<FineTuningContract> = {
  open: nothing,
  start: fineTuneChoice,
  findRate: fineTuneChoice,
  stopFinding: nothing,
  resume: nothing,
  stop: nothing,
  cancel: nothing,
  show: z.strictObject({ run: runName }),
  compare: z.strictObject({ before: runName, after: runName }),
};
