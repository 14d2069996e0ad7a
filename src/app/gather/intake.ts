/** Files on their way into a dataset: decoded, compared with what the class holds, given a name, kept. */

import { WinnowError } from '../../base/errors.js';
import { classNameProblem } from '../../core/dataset/className.js';
import { folderName } from '../../core/dataset/folderName.js';
import type { ImageFacts, ItemId } from '../../core/dataset/item.js';
import { hasSplitFolders } from '../../core/dataset/labelling.js';
import { collisionKey, folderOf, joined, nameOf, rootPrefix } from '../../core/dataset/paths.js';
import { folderOfClass } from '../../core/dataset/spec.js';
import type { Candidate, Gathered } from '../../core/gather/candidate.js';
import { Shelf } from '../../core/gather/shelf.js';
import { gatheredOf } from '../../core/gather/sources.js';
import type { DatasetSnapshot, OpenDataset } from '../openDataset.js';
import { gatheredCounts } from './gatheredCounts.js';
import { Inspector } from './inspector.js';
import { Keeper } from './keeper.js';

export interface IntakeRules {
  /** Pixels. */
  readonly minSide: number;
  readonly keepAnimated: boolean;
  /** Who did it, for the journal. */
  readonly by: string;
}

export interface Verified {
  readonly id: ItemId;
  /** Absolute. */
  readonly file: string;
  readonly facts: ImageFacts;
}

/** A reason is a `BadReason` or 'too-small', 'animated', 'exact-duplicate', 'near-duplicate'. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

export interface Admission {
  /** Relative to the dataset folder. */
  readonly path: string;
  readonly lookAlike: string | null;
}

interface ClassShelf {
  readonly shelf: Shelf;
  readonly folder: string;
  /** Files that a gathering put there and did not live to write down. */
  readonly orphans: Map<ItemId, string>;
  /** Gathered images in the class now. */
  gathered: number;
}

const extensions: Readonly<Record<ImageFacts['format'], string>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  avif: 'avif',
};

export class Intake {
  readonly #dataset: OpenDataset;
  readonly #rules: IntakeRules;
  readonly #inspector: Inspector;
  readonly #classes = new Map<string, ClassShelf>();
  /** `label imageUrl` and `label id` of what the journal has. */
  readonly #journaled = new Set<string>();
  readonly #taken: Set<string>;
  readonly #keeper: Keeper;

  private constructor(dataset: OpenDataset, snapshot: DatasetSnapshot, rules: IntakeRules, signal: AbortSignal) {
    this.#dataset = dataset;
    this.#rules = rules;
    this.#inspector = new Inspector(dataset.engine, signal);
    this.#keeper = new Keeper(dataset.store, rules.by);
    const { items, bad, ignored } = snapshot.scan;
    this.#taken = new Set(
      [...items.flatMap(({ paths }) => paths), ...bad.map(({ path }) => path), ...ignored].map(collisionKey),
    );
    for (const { id, label, provenance } of gatheredOf(snapshot.entries)) {
      this.#journaled.add(`${label} ${provenance.imageUrl}`).add(`${label} ${id}`);
    }
  }

  /** Reads what the classes hold already. Throws `bad-spec`, `usage` (a class that can be no folder). */
  static async open(
    dataset: OpenDataset,
    snapshot: DatasetSnapshot,
    labels: readonly string[],
    rules: IntakeRules,
    signal: AbortSignal,
  ): Promise<Intake> {
    const { label } = snapshot.spec;
    if (label.by !== 'folder' || label.level !== 1) {
      throw new WinnowError(
        'bad-spec',
        'winnow.json: images can only be gathered where the label is the folder right below root ("label": {"by": "folder", "level": 1}). Gather into a folder of its own; nothing was changed.',
      );
    }
    const intake = new Intake(dataset, snapshot, rules, signal);
    for (const name of labels) {
      const folder = folderOfClass(snapshot.spec.classes, name);
      const problem = classNameProblem(folder);
      if (problem !== null) {
        const better = JSON.stringify(folderName(name));
        throw new WinnowError(
          'usage',
          `${problem} Rename the class, or write "folder": ${better} beside its name in winnow.json; nothing was gathered.`,
        );
      }
      await intake.#fill(snapshot, name, signal);
    }
    return intake;
  }

  warmUp(): void {
    this.#inspector.warmUp();
  }

  /** Gathered images of the class that are in the dataset now. */
  countOf(label: string): number {
    return this.#class(label).gathered;
  }

  /** Whether the journal holds this URL for the class. */
  has(label: string, imageUrl: string): boolean {
    return this.#journaled.has(`${label} ${imageUrl}`);
  }

  /** A file with these bytes that a gathering put into the class and did not live to write down; absolute. */
  orphan(label: string, id: ItemId): string | null {
    const path = this.#class(label).orphans.get(id);
    return path === undefined ? null : this.#dataset.store.absolute(path);
  }

  /** Absolute. */
  fileAt(path: string): string {
    return this.#dataset.store.absolute(path);
  }

  /** Decodes a file that has come. */
  async verify(id: ItemId, file: string): Promise<Verified | Rejection> {
    const inspection = await this.#inspector.inspect({ id, file });
    if ('bad' in inspection) return inspection.bad;
    const { facts, isAnimated } = inspection;
    const { minSide, keepAnimated } = this.#rules;
    if (Math.min(facts.width, facts.height) < minSide) {
      const size = `${String(facts.width)} × ${String(facts.height)}`;
      return { reason: 'too-small', message: `The picture has ${size} pixels; ${String(minSide)} a side are wanted.` };
    }
    if (isAnimated && !keepAnimated) {
      return { reason: 'animated', message: 'An animation; set "keepAnimated" to take its first frame.' };
    }
    return { id, file, facts };
  }

  /** Decides whether the class takes it; what it takes counts from now on, so the order of calls matters. */
  judge(label: string, provider: string, { id, facts }: Verified): Admission | Rejection {
    const known = this.#class(label);
    const { shelf } = known;
    const found = shelf.compare(id, facts);
    if (found.kind !== 'new') {
      const what = found.kind === 'exact-duplicate' ? 'The same file is' : 'Nearly the same picture is';
      return { reason: found.kind, message: `${what} in the class already (${found.of}).` };
    }
    const path = known.orphans.get(id) ?? this.#freeName(known.folder, provider, id, facts);
    known.orphans.delete(id);
    shelf.add(id, path, facts);
    this.#taken.add(collisionKey(path));
    known.gathered++;
    return { path, lookAlike: found.lookAlike };
  }

  /** Resolves when the image lies at its place and the journal says so. */
  keep(
    { id, file, facts }: Verified,
    label: string,
    candidate: Candidate,
    { path }: Admission,
    fetchedAt: string,
  ): Promise<Gathered> {
    return this.#keeper.keep({ id, file, facts, label, candidate, fetchedAt, path });
  }

  /** Waits for what is being written, and remembers what decoding has told. */
  close(): Promise<void> {
    return this.#keeper.close();
  }

  #class(label: string): ClassShelf {
    const known = this.#classes.get(label);
    if (!known) throw new WinnowError('internal', `the class ${label} was not opened`);
    return known;
  }

  #freeName(folder: string, provider: string, id: ItemId, facts: ImageFacts): string {
    const names = [10, 16, 32, 64].map((digits) =>
      joined(folder, `${provider}-${id.slice(0, digits)}.${extensions[facts.format]}`),
    );
    return names.find((name) => !this.#taken.has(collisionKey(name))) ?? names.at(-1)!;
  }

  async #fill(snapshot: DatasetSnapshot, label: string, signal: AbortSignal): Promise<void> {
    const { scanner } = this.#dataset.store;
    const { items } = snapshot.scan;
    const folder = folderFor(snapshot, label);
    const known: ClassShelf = { shelf: new Shelf(), folder, orphans: new Map(), gathered: 0 };
    this.#classes.set(label, known);
    const lies = (path: string): boolean => collisionKey(folderOf(path)) === collisionKey(folder);
    const here = items.filter(
      ({ id, paths }) => snapshot.state.items.get(id)?.label === label || paths.some((path) => lies(path)),
    );
    const held = here.filter(({ id, paths }) => {
      const orphan = this.#journaled.has(`${label} ${id}`) ? undefined : paths.find((path) => isOurName(path, id));
      if (orphan !== undefined && lies(orphan)) known.orphans.set(id, orphan);
      return !known.orphans.has(id);
    });
    const unknown = held.filter(({ id }) => scanner.factsOf(id) === null);
    if (unknown.length > 0) {
      const sources = unknown.map(({ id, at }) => ({ id, file: this.#dataset.store.absolute(at) }));
      const results = await this.#dataset.engine.inspect(sources, undefined, signal);
      await scanner.remember(
        new Map(results.flatMap((result) => ('facts' in result ? [[result.id, result.facts] as const] : []))),
        new Map(results.flatMap((result) => ('bad' in result ? [[result.id, result.bad] as const] : []))),
      );
    }
    for (const { id, paths } of held) known.shelf.add(id, paths[0] ?? '', scanner.factsOf(id));
    known.gathered = gatheredCounts(snapshot).get(label) ?? 0;
  }
}

/** The class's folder as it is spelled on the disk, if it is there. New images of a divided dataset are trained on. */
const folderFor = ({ spec, scan }: DatasetSnapshot, label: string): string => {
  const paths = scan.items.flatMap((item) => item.paths);
  const own = folderOfClass(spec.classes, label);
  const folder = joined(rootPrefix(spec.root), hasSplitFolders(spec, paths) ? 'train' : '', own);
  return paths.map(folderOf).find((path) => collisionKey(path) === collisionKey(folder)) ?? folder;
};

/** Whether a gathering has given the file its name: `<provider>-<beginning of the id>.<extension>`. */
const isOurName = (path: string, id: ItemId): boolean => {
  const digits = /^[a-z0-9-]+-([0-9a-f]{10,64})\.\w+$/.exec(nameOf(path))?.[1];
  return digits !== undefined && id.startsWith(digits);
};
