/** One entry as one line: `{v,n,at,by,kind,…,p}` TAB crc32 LF. `p` is the crc of the line before it in the same file. */

import { isRecord } from '../base/record.js';
import { crc32 } from '../base/crc32.js';
import type { Entry, EntryBody, EntryKind, EntryStamp } from '../core/journal/entry.js';

/** Of the line before the first. */
export const noCrc = '00000000';

/** Kinds of this version with the fields that must be there; a line of another kind comes from a newer Winnow. */
const shapes: { readonly [K in EntryKind]: (body: Record<string, unknown>) => boolean } = {
  relabel: (body) => areSeen(body['items']) && typeof body['to'] === 'string',
  keep: (body) => areSeen(body['items']),
  'set-aside': (body) => areSeen(body['items']),
  trash: (body) => areSeen(body['items']),
  restore: (body) => areSeen(body['items']),
  dedupe: (body) => areSeen(body['items']) && typeof body['keep'] === 'string',
  undo: (body) => areStrings(body['refs']),
  redo: (body) => areStrings(body['refs']),
  split: ({ sides }) => isRecord(sides) && ['train', 'valid', 'test'].every((side) => areStrings(sides[side])),
  'audit-sample': (body) => areStrings(body['ids']),
  audit: ({ id, label }) => typeof id === 'string' && (label === null || typeof label === 'string'),
  'apply-begin': ({ plan }) => Array.isArray(plan) && plan.every(isMove),
  moved: (body) => isMove(body['move']),
  'apply-end': (body) => typeof body['outcome'] === 'string',
  gathered: ({ images }) => Array.isArray(images) && images.every(isGathered),
  purge: (body) => areStrings(body['ids']),
};

const areStrings = (value: unknown): boolean =>
  Array.isArray(value) && value.every((element) => typeof element === 'string');
const areSeen = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((item) => isRecord(item) && typeof item['id'] === 'string' && areStrings(item['paths']));
const isMove = (value: unknown): boolean =>
  isRecord(value) && ['id', 'from', 'to'].every((key) => typeof value[key] === 'string');
const isGathered = (value: unknown): boolean =>
  isRecord(value) &&
  ['id', 'path', 'label'].every((key) => typeof value[key] === 'string') &&
  isRecord(value['provenance']);

export interface EncodedLine {
  /** With its line end. */
  readonly text: string;
  readonly crc: string;
}

const hex = (crc: number): string => crc.toString(16).padStart(8, '0');

/** @param previousCrc of the line before it, {@link noCrc} for the first. */
export const encodeLine = (stamp: Omit<EntryStamp, 'writer'>, body: EntryBody, previousCrc: string): EncodedLine => {
  const { v, n, at, by } = stamp;
  const json = JSON.stringify({ v, n, at, by, ...body, p: previousCrc });
  const crc = hex(crc32(Buffer.from(json)));
  return { text: `${json}\t${crc}\n`, crc };
};

export type DecodedLine =
  | { readonly state: 'entry'; readonly entry: Entry; readonly crc: string; readonly p: string }
  /** Whole, but of a version or kind that this Winnow does not know. */
  | { readonly state: 'newer'; readonly n: number; readonly crc: string; readonly p: string }
  | { readonly state: 'bad' };

const bad: DecodedLine = { state: 'bad' };

/** @param line without its line end. */
export const decodeLine = (line: Uint8Array, writer: string): DecodedLine => {
  const tab = line.length - 9;
  if (tab < 2 || line[tab] !== 0x09) return bad;
  const json = line.subarray(0, tab);
  const crc = hex(crc32(json));
  if (Buffer.from(line.subarray(tab + 1)).toString('latin1') !== crc) return bad;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(json).toString('utf8'));
  } catch {
    return bad;
  }
  if (!isRecord(value)) return bad;
  const { p, v, n, at, by, kind, ...rest } = value;
  if (typeof p !== 'string' || typeof v !== 'number' || !isCount(n)) return bad;
  if (v !== 1 || typeof kind !== 'string' || !Object.hasOwn(shapes, kind)) return { state: 'newer', n, crc, p };
  const body = { kind, ...rest };
  if (typeof at !== 'string' || typeof by !== 'string' || !shapes[kind as EntryKind](body)) return bad;
  // The shape has just been checked field by field.
  return { state: 'entry', entry: { v, writer, n, at, by, ...(body as unknown as EntryBody) }, crc, p };
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
