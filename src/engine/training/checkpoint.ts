/**
 * Checkpoints of a training: where it is, and every number it needs to go on exactly. Files `checkpoint-<step>.bin`: uint32
 * length of the JSON head, the head (blank-padded to 4 bytes) with the sha-256 of what follows, then float32 vectors end to end.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { removeOwnFile, writeOwnFile } from '../../node/ownFiles.js';
import type { EpochRow } from '../../protocol/training.js';
import type { StateTensor } from '../session/statefulSession.js';

export interface Checkpoint {
  /** Index of the phase, and steps done in it. */
  readonly phase: number;
  readonly step: number;
  readonly batch: number;
  readonly epochs: readonly EpochRow[];
  /** Sum of losses and number of photos since the epoch began. */
  readonly running: { readonly loss: number; readonly photos: number };
  /** The best epoch so far and its loss. */
  readonly best: { readonly epoch: number; readonly loss: number } | null;
  readonly state: ReadonlyMap<string, StateTensor>;
}

const name = /^checkpoint-(\d+)\.bin$/;
const keptCount = 3;

const encode = ({ state, ...rest }: Checkpoint): Uint8Array => {
  const tensors = [...state].map(([key, { dims, data }]) => ({ name: key, dims, length: data.length }));
  const values = new Float32Array(tensors.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { data } of state.values()) {
    values.set(data, at);
    at += data.length;
  }
  const body = new Uint8Array(values.buffer);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const text = JSON.stringify({ version: 1, ...rest, tensors, sha256 });
  const head = new TextEncoder().encode(
    text.padEnd(Math.ceil(Buffer.byteLength(text) / 4) * 4 + text.length - Buffer.byteLength(text)),
  );
  const out = new Uint8Array(4 + head.length + body.length);
  new DataView(out.buffer).setUint32(0, head.length, true);
  out.set(head, 4);
  out.set(body, 4 + head.length);
  return out;
};

/** Null when the bytes are not whole. */
const decode = (bytes: Uint8Array): Checkpoint | null => {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Omit<Checkpoint, 'state'> & {
      readonly version: number;
      readonly tensors: readonly { readonly name: string; readonly dims: number[]; readonly length: number }[];
      readonly sha256: string;
    };
    // A copy: a Buffer's own slice would start in the middle of another file's memory.
    const body = Uint8Array.from(bytes.subarray(4 + length));
    if (head.version !== 1 || createHash('sha256').update(body).digest('hex') !== head.sha256) return null;
    const values = new Float32Array(body.buffer, 0, body.length / 4);
    const state = new Map<string, StateTensor>();
    let at = 0;
    for (const { name: key, dims, length: size } of head.tensors) {
      state.set(key, { dims, data: values.slice(at, at + size) });
      at += size;
    }
    return { ...head, state };
  } catch {
    return null;
  }
};

const steps = async (dir: string): Promise<number[]> => {
  const names = await readdir(dir).catch(() => []);
  return names.flatMap((each) => (name.test(each) ? [Number(name.exec(each)![1])] : [])).sort((a, b) => b - a);
};

/** Written whole or not at all; the last three are kept. @param serial rises from checkpoint to checkpoint. */
export const writeCheckpoint = async (dir: string, serial: number, checkpoint: Checkpoint): Promise<void> => {
  await writeOwnFile(path.join(dir, `checkpoint-${String(serial)}.bin`), encode(checkpoint));
  for (const old of (await steps(dir)).slice(keptCount)) {
    await removeOwnFile(path.join(dir, `checkpoint-${String(old)}.bin`));
  }
};

/** The newest that is whole; null when there is none. */
export const readCheckpoint = async (dir: string): Promise<{ serial: number; checkpoint: Checkpoint } | null> => {
  for (const serial of await steps(dir)) {
    const bytes = await readFile(path.join(dir, `checkpoint-${String(serial)}.bin`)).catch(() => null);
    const checkpoint = bytes && decode(bytes);
    if (checkpoint) return { serial, checkpoint };
  }
  return null;
};

const best = 'best.bin';

export const writeBest = (dir: string, checkpoint: Checkpoint): Promise<void> =>
  writeOwnFile(path.join(dir, best), encode(checkpoint));

export const readBest = async (dir: string): Promise<Checkpoint | null> => {
  const bytes = await readFile(path.join(dir, best)).catch(() => null);
  return bytes && decode(bytes);
};

/** A finished run needs none of them. */
export const dropCheckpoints = async (dir: string): Promise<void> => {
  for (const serial of await steps(dir)) await removeOwnFile(path.join(dir, `checkpoint-${String(serial)}.bin`));
  await removeOwnFile(path.join(dir, best));
};
