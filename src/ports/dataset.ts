import type { WinnowError } from '../base/errors.js';
import type { DatasetSpec } from '../core/dataset/spec.js';
import type { BadFile, ImageFacts, ItemId, Scan } from '../core/dataset/item.js';
import type { LogLine } from '../core/gather/logLine.js';
import type { FineTuneResult, FineTuneSettings } from '../protocol/training.js';
import type { Entry, EntryBody, EntryRef, Move } from '../core/journal/entry.js';

/** `winnow.json`. */
export interface SpecStore {
  /** The default where there is none. Throws `bad-spec` with the line to mend. */
  read(): Promise<DatasetSpec>;
  write(spec: DatasetSpec): Promise<void>;
  exists(): Promise<boolean>;
}

/** Lists and hashes the files; remembers (path, size, mtime, inode) → hash, and what decoding has told. */
/** A file was whole at its place, with the bytes of `id`, at that time (ms since 1970). */
export interface Placed {
  readonly id: ItemId;
  readonly at: number;
}

export interface Scanner {
  /**
   * @param moves finished and pending moves of all applies in order, to see a file's first label through them.
   * Files known not to decode (from the index) come as `bad`; new ones are items until an inspection says otherwise.
   * Throws `not-found` when there is no such folder.
   */
  scan(spec: DatasetSpec, moves: readonly Move[], signal?: AbortSignal): Promise<Scan>;
  factsOf(id: ItemId): ImageFacts | null;
  /** Of a file by its path, as last read; null when it changed too lately to be remembered. */
  bytesOf(path: string): number | null;
  badOf(id: ItemId): Pick<BadFile, 'reason' | 'message'> | null;
  /** @param placed by path: files just written, which the next scan need not read unless they were touched since. */
  remember(
    facts: ReadonlyMap<ItemId, ImageFacts>,
    bad: ReadonlyMap<ItemId, Pick<BadFile, 'reason' | 'message'>>,
    placed?: ReadonlyMap<string, Placed>,
  ): Promise<void>;
}

/** The journal of one dataset, over all writers' files. */
export interface Journal {
  readonly writer: string;
  /** All entries in (n, writer) order, re-read when a file has grown; of a damaged file those before the damage. The same array while nothing is new. */
  read(): Promise<readonly Entry[]>;
  /** Why nothing can be appended (`journal-broken`, `journal-newer`), as of the last read; null = it can. */
  readonly problem: WinnowError | null;
  /** Resolves when the entry is on the disk (fdatasync returned). Throws `read-only`, `disk-full`, `journal-*`. */
  append(body: EntryBody, by: string): Promise<Entry>;
  /** Sentences about what recovery did since the last call (a torn tail saved aside …). */
  takeNotes(): readonly string[];
}

/** The only hands that move a user's files. */
export interface Mover {
  /** Renames without overwriting, syncing both folders; a link to the same file at `to` counts as half done and is finished. Throws `usage` (place taken, path outside), `not-found`, `read-only`, `disk-full`. */
  move(move: Move): Promise<void>;
  /** The same for many at once, each with its own outcome; each folder is synced once, at the end. */
  moveAll(moves: readonly Move[]): Promise<readonly PromiseSettledResult<void>[]>;
  exists(path: string): Promise<boolean>;
  /** Writes why a file lies in the trash, beside it. */
  explain(trashPath: string, why: unknown): Promise<void>;
  /** Removes a folder only when it is empty. */
  removeEmptyFolder(path: string): Promise<void>;
  /** Deletes a file of the trash for good. Throws outside `.winnow/trash`. */
  purge(trashPath: string): Promise<void>;
  listTrash(): Promise<readonly { readonly path: string; readonly id: ItemId; readonly bytes: number }[]>;
  /** Replaces a text file atomically. */
  writeText(path: string, text: string): Promise<void>;
  readText(path: string): Promise<string | null>;
}

export interface Placing {
  /** Absolute. */
  readonly file: string;
  readonly id: ItemId;
  /** Relative to the dataset folder. */
  readonly to: string;
}

/** What gatherings leave on the disk besides images: their log, and files under way. All but `readLog` only under the gather lock. */
export interface GatherFiles {
  /** In order; a torn or garbled line is left out. */
  readLog(): Promise<readonly LogLine[]>;
  /** Disposable, so not synced: whatever it lacks after a power cut is asked or fetched again. */
  appendLog(lines: readonly LogLine[]): Promise<void>;
  /** Absolute folder for `.part` files, made when it is not there. */
  partFolder(): Promise<string>;
  /** Removes what lies in that folder, but for the files with these names. */
  sweepParts(keep: ReadonlySet<string>): Promise<void>;
  /** A file of that folder by its name, absolute, when it is there with these bytes. */
  partWith(name: string, sha256: string): Promise<string | null>;
  /** Removes one file of that folder. */
  dropPart(file: string): Promise<void>;
  /** Another file under way with the same bytes, for a second class; null when the first holds others by now or is gone. */
  copyPart(file: string, sha256: string): Promise<string | null>;
  /** What a file is by its first bytes ('jpeg', 'html' …); null when nothing is known. */
  typeOf(file: string): Promise<string | null>;
  /**
   * Puts files at their places in the dataset, whole and on the disk; never over another one.
   * 'taken' = a file with other bytes is there. In their order. Throws `usage` (outside), `read-only`, `disk-full`.
   */
  place(files: readonly Placing[]): Promise<readonly ('placed' | 'taken')[]>;
}

export type OperationName = 'apply' | 'gather' | 'purge';

export interface Locks {
  /** Runs `work` alone among all windows and command lines. Throws `busy` naming the holder. */
  withOperation<T>(name: OperationName, work: () => Promise<T>): Promise<T>;
}

export interface RunConfig {
  readonly run: string;
  readonly at: string;
  readonly labelsAt: EntryRef | null;
  readonly backbone: { readonly id: string; readonly sha256: string; readonly dim: number; readonly file: string };
  readonly vocab: readonly string[];
  readonly items: number;
  readonly seed: number;
  /** The JSON that `train` printed. */
  readonly summary: unknown;
}

/** What networks that had not seen a photo answer about it, over all photos that a fine-tuning learned from or was measured on. */
export interface OutOfFoldScores {
  readonly folds: number;
  readonly items: number;
  readonly accuracy: number;
  /** Of the accuracy, 95 %. */
  readonly low: number;
  readonly high: number;
  /** Nats. */
  readonly loss: number;
  /** The predictor's held-out answers on the same photos, and both together; null before the first train. */
  readonly predictor: AnswerScores | null;
  readonly together: AnswerScores | null;
}

export interface AnswerScores {
  readonly accuracy: number;
  /** Nats. */
  readonly loss: number;
}

/** A finished fine-tuning. */
export interface FineTuneConfig {
  readonly run: string;
  readonly at: string;
  readonly labelsAt: EntryRef | null;
  readonly backbone: { readonly id: string; readonly sha256: string; readonly file: string };
  readonly vocab: readonly string[];
  readonly settings: FineTuneSettings;
  readonly photos: { readonly train: number; readonly valid: number };
  readonly result: FineTuneResult;
  /** Whether it answers about new photos from now on: both together were surer of the truth than the predictor alone. */
  readonly answers: boolean;
  /** Null without folds, and where it was stopped before they were through; absent from before there were any. */
  readonly outOfFold?: OutOfFoldScores | null;
}

export interface RunFolders<Config extends { readonly run: string }> {
  /** Makes the folder of a new run; names sort by time. */
  create(): Promise<{ readonly run: string; readonly dir: string }>;
  /** Writes config.json and then DONE. */
  finish(config: Config): Promise<void>;
  /** Finished runs, newest first. */
  list(): Promise<readonly Config[]>;
  /** Unfinished ones whose process is gone, newest first. */
  abandoned(): Promise<readonly string[]>;
  /** Marks an unfinished run as this process's. */
  claim(run: string): Promise<void>;
  /** Gives it up again: anybody may go on with it. */
  release(run: string): Promise<void>;
  dirOf(run: string): string;
  readJson(run: string, file: string): Promise<unknown>;
  writeJson(run: string, file: string, value: unknown): Promise<void>;
  /** Removes what crashes left, but for what is worth going on with. */
  sweep(isKept?: (run: string) => boolean): Promise<void>;
}
export type Runs = RunFolders<RunConfig>;

/** Everything the use cases know about one dataset's disk. */
export interface DatasetStore {
  /** Absolute folder. */
  readonly dir: string;
  readonly spec: SpecStore;
  readonly scanner: Scanner;
  readonly journal: Journal;
  readonly mover: Mover;
  readonly locks: Locks;
  readonly runs: Runs;
  readonly fineTunes: RunFolders<FineTuneConfig>;
  readonly gathering: GatherFiles;
  /** Disposable, shared by all datasets: embeddings, thumbnails. */
  readonly cacheDir: string;
  /** False for a folder that cannot be written: reviewing works, apply is refused. */
  readonly isWritable: boolean;
  absolute(path: string): string;
  /** sha-256 of any file's bytes. Throws `not-found`. */
  hashOf(file: string): Promise<ItemId>;
}
