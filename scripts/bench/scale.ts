// All findings of 100,000 photos of 1,280 synthetic numbers each, cold; near pairs of a million hashes. In a process of its own.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findingsOf } from '../../src/app/findings.js';
import type { DatasetSnapshot } from '../../src/app/openDataset.js';
import { seededRandom } from '../../src/base/random.js';
import type { ImageFacts, Item, ItemId, Scan } from '../../src/core/dataset/item.js';
import { defaultSpec } from '../../src/core/dataset/spec.js';
import type { Oddness } from '../../src/core/findings/oddness.js';
import type { Ranking } from '../../src/core/findings/ranking.js';
import { rankItems } from '../../src/core/findings/rankItems.js';
import { nearPairs } from '../../src/core/image/nearPairs.js';
import { replay } from '../../src/core/journal/replay.js';
import type { FeatureBlock, FeatureRows } from '../../src/core/training/featureBlock.js';
import { modelRows, type Model } from '../../src/core/training/model.js';
import { fitModel } from '../../src/core/training/fitModel.js';
import { findNeighbours, searchRows } from '../../src/core/training/neighbours.js';
import { prepareBlock } from '../../src/core/training/preparedBlock.js';
import { createRowStore } from '../../src/engine/embed/rowStore.js';
import { writeOddness } from '../../src/engine/fit/runOddness.js';
import { createLinearAlgebra } from '../../src/engine/session/createLinearAlgebra.js';

const [what = '', count = '100000'] = process.argv.slice(2);
const n = Number(count);
const random = seededRandom(42);
interface Stage {
  readonly ms: number;
  /** Of all threads. */
  readonly cpuMs: number;
  /** Resident: the most within the stage (Linux), and at its end; of that the numbers in arrays and what else the heap holds. */
  readonly peakMiB: number | null;
  readonly endMiB: number;
  readonly arraysMiB: number;
  readonly heapMiB: number;
}
const stages: Record<string, Stage> = {};
const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
/** The kernel's own mark of the most that was resident, since it was last wiped. */
const residentMark = {
  wipe: (): void => {
    if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
  },
  read: (): number | null =>
    process.platform === 'linux'
      ? mebibytes(1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]))
      : null,
};
const timed = async <T>(name: string, work: () => Promise<T> | T): Promise<T> => {
  residentMark.wipe();
  const started = performance.now();
  const before = process.cpuUsage();
  const done = await work();
  const { user, system } = process.cpuUsage(before);
  const ms = Math.round(performance.now() - started);
  const { rss, arrayBuffers, heapUsed } = process.memoryUsage();
  stages[name] = {
    ms,
    cpuMs: Math.round((user + system) / 1000),
    peakMiB: residentMark.read(),
    endMiB: mebibytes(rss),
    arraysMiB: mebibytes(arrayBuffers),
    heapMiB: mebibytes(heapUsed),
  };
  console.error(name, JSON.stringify(stages[name]));
  return done;
};
/** Tells whether two versions find the same, to the last digit. */
const digest = (found: unknown): string =>
  createHash('sha256').update(JSON.stringify(found)).digest('hex').slice(0, 16);
const digits = (length: number): string =>
  Array.from({ length }, () => Math.floor(random.next() * 16).toString(16)).join('');
/** Each hundredth a copy of the one before, two bits apart. */
const hashes = (): string[] => {
  const made: string[] = [];
  for (let i = 0; i < n; i++) {
    const before = made[i - 1];
    const isCopy = before !== undefined && i % 100 === 0;
    made.push(isCopy ? before.slice(0, 15) + (Number.parseInt(before[15]!, 16) ^ 3).toString(16) : digits(16));
  }
  return made;
};

const hashBench = async (): Promise<unknown> => {
  const made = hashes();
  const pairs = await timed('nearPairs', () => nearPairs(made, 6));
  return { hashes: n, pairs: pairs.length };
};

interface Made {
  readonly rows: FeatureRows;
  readonly vocab: readonly string[];
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly ids: readonly ItemId[];
}
const [width, classes, latent] = [1280, 20, 24];

/** Made-up photos, each hundredth a copy of the one before, their embeddings where the engine puts them. */
const madePhotos = (dir: string): Made => {
  const truth = Int32Array.from({ length: n }, (_, i) => (i % 100 === 0 && i > 0 ? i - 1 : i) % classes);
  const labels = truth.map((label) => (random.next() < 0.05 ? Math.floor(random.next() * classes) : label));
  const groups = Int32Array.from({ length: n }, (_, i) => (i % 100 === 0 && i > 0 ? i - 1 : i));
  const spread = Float32Array.from({ length: latent * width }, () => random.next() - 0.5);
  const centre = Float32Array.from({ length: classes * latent }, () => (random.next() - 0.5) * 3);
  const rows = createRowStore(dir, { count: n, width });
  const place = new Float32Array(latent);
  const row = new Float32Array(width);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < latent; k++) {
      place[k] = centre[truth[i]! * latent + k]! + (random.next() + random.next() + random.next() - 1.5) * 2;
    }
    for (let j = 0; j < width; j++) {
      let sum = random.next() - 0.5;
      for (let k = 0; k < latent; k++) sum += place[k]! * spread[k * width + j]!;
      row[j] = Math.max(0, sum);
    }
    rows.write(i, row);
  }
  const ids = Array.from({ length: n }, (_, i) => i.toString(16).padStart(8, '0').padEnd(64, '0') as ItemId);
  const vocab = Array.from({ length: classes }, (_, i) => `class ${String(i).padStart(2, '0')}`);
  return { rows, vocab, labels, groups, ids };
};

const rankingOf = (
  { ids, vocab, groups }: Made,
  now: Int32Array,
  predictor: Float64Array,
  judge: Float64Array,
  epsilon: number,
): Ranking =>
  rankItems({
    run: 'r1',
    vocab,
    items: ids.map((id, row) => ({ id, group: ids[groups[row]!]!, label: now[row]!, isOut: false })),
    ...{ predictor, judge, epsilon, classes },
  });

/** As `fitRun`: only the models, the ranking and what is written into the run outlive it. */
const fitted = async (
  dir: string,
  made: Made,
): Promise<{ readonly predictor: Model; readonly judge: Model; readonly ranking: Ranking }> => {
  const { rows, vocab, labels, groups } = made;
  const algebra = createLinearAlgebra();
  const block: FeatureBlock = { id: 'a', parts: [width], rows };
  const trained = Int32Array.from(labels.keys());
  const prepared = await timed('prepare', () => prepareBlock(algebra, block, trained, { seed: 42 }));
  const task = { blocks: [prepared], vocab, labels, groups, seed: 42 };
  const predictor = await timed('predictor', () => fitModel(algebra, { ...task, hasVotes: false }));
  const search = await timed('searchRows', () => searchRows(algebra, block, 42));
  const near = await timed('neighbours', () =>
    findNeighbours(algebra, search, { candidates: trained, groups, labels }),
  );
  const neighbours = { block: 'a', near } as const;
  const judge = await timed('judge', () =>
    fitModel(algebra, { ...task, hasVotes: true, sharing: predictor, neighbours }),
  );
  const ranking = await timed('ranking', () =>
    rankingOf(made, labels, predictor.probabilities, judge.probabilities, judge.model.pool.epsilon),
  );
  await timed('oddness', () =>
    writeOddness(algebra, dir, { block, search, near, fitted: predictor, labels, groups, seed: 42 }),
  );
  return { predictor: predictor.model, judge: judge.model, ranking };
};

const snapshotOf = ({ ids, vocab, labels }: Made): DatasetSnapshot => {
  const items = ids.map((id, row): Item => {
    const file = `${vocab[labels[row]!]!}/${id.slice(0, 8)}.jpg`;
    return { id, paths: [file], at: file, folderLabel: vocab[labels[row]!]!, givenSplit: null, groupValue: null };
  });
  const scan: Scan = { items, bad: [], ignored: [], files: n, vocab, notes: [] };
  return { spec: defaultSpec, scan, entries: [], runs: [], state: replay([], scan) };
};

const factsFor = (phash: string): ImageFacts => {
  const look = {
    ...{ brightest: 0.8 + random.next() / 5, darkest: random.next() / 5, entropy: 6 + random.next() * 2 },
    ...{ sharpness: 0.5 + random.next() / 2, isGrey: false, colour: [120, 120, 120, 50, 50, 50] },
  };
  const turns = [digits(16), digits(16), digits(16), digits(16)];
  const size = { width: 600 + Math.floor(random.next() * 200), height: 450 };
  return { ...size, format: 'jpeg', phash, isLowInformation: false, turns, look };
};

const findingsBench = async (): Promise<unknown> => {
  const dir = mkdtempSync(path.join(process.cwd(), 'node_modules', '.cache', 'winnow-bench-'));
  try {
    const phashes = hashes();
    const made = await timed('synthesis', () => madePhotos(dir));
    const started = performance.now();
    const { predictor, judge, ranking } = await fitted(dir, made);
    const { ids, vocab, labels } = made;
    const oddness = JSON.parse(readFileSync(path.join(dir, 'oddness.json'), 'utf8')) as Oddness;
    const facts = await timed('facts', () => new Map(ids.map((id, row) => [id, factsFor(phashes[row]!)])));
    const snapshot = await timed('replay', () => snapshotOf(made));
    const { findings } = await timed('findings', () =>
      findingsOf({ snapshot, ranking, oddness: { ids, oddness }, factsOf: (id) => facts.get(id) ?? null }),
    );
    const totalMs = Math.round(performance.now() - started);
    // What a decision costs then: both models on the labels as of now, and the order. The first finds cold code, and in
    // this one process what the list of findings has left to be collected.
    const now = labels.slice();
    const relabel = async (row: number): Promise<Ranking> => {
      now[row] = (now[row]! + 1) % classes;
      const own = await modelRows(predictor, now, vocab);
      const judged = await modelRows(judge, now, vocab);
      return rankingOf(made, now, own.probabilities, judged.probabilities, judge.pool.epsilon);
    };
    const relabelled = await timed('relabel', () => relabel(5));
    for (const row of [6, 7, 8]) await timed(`relabel, row ${row}`, () => relabel(row));
    const kinds: Record<string, number> = {};
    for (const { kind } of findings) kinds[kind] = (kinds[kind] ?? 0) + 1;
    const digests = {
      ranking: digest(ranking),
      oddness: digest(oddness),
      findings: digest(findings),
      relabelled: digest(relabelled),
    };
    return { items: n, width, totalMs, kinds, digests };
  } finally {
    rmSync(dir, { recursive: true });
  }
};

const result = what === 'hashes' ? await hashBench() : await findingsBench();
console.log(
  JSON.stringify({
    ...(result as object),
    stages,
    rssMiB: Math.max(
      mebibytes(1024 * process.resourceUsage().maxRSS),
      ...Object.values(stages).map(({ peakMiB }) => peakMiB ?? 0),
    ),
  }),
);
