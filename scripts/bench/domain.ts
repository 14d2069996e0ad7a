// Out of domain on real photos (JUDGE § 2): own held-out refused, a class left out, another set. Bundled and run by domain.mjs.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../src/base/random.js';
import { fitDomain } from '../../src/core/predict/domain.js';
import { lookAlikes, type Print } from '../../src/core/image/lookAlikes.js';
import { printOf } from '../../src/app/photos.js';
import { groupsOf } from '../../src/core/split/groups.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { decodeSource } from '../../src/engine/images/decodeImage.js';
import { imageFacts } from '../../src/engine/images/imageFacts.js';
import { chooseSmootherHead, type Targets } from '../../src/core/training/chooseHeads.js';
import { gatherRows, rawUnitRows, rowsInMemory, type FeatureBlock } from '../../src/core/training/featureBlock.js';
import { prepareBlock } from '../../src/core/training/preparedBlock.js';
import { embedOne } from '../../src/engine/embed/embedFiles.js';
import { blocksOf } from '../../src/engine/fit/featureBlocks.js';
import { createLinearAlgebra } from '../../src/engine/session/createLinearAlgebra.js';

const [data = '', network = ''] = process.argv.slice(2);
const sets = ['bears', 'trashnet', 'caltech8'];
const backbone = {
  id: 'mobilenet',
  file: network,
  sha256: '0'.repeat(64),
  recipe: { size: 224, normalise: 'signed' },
} as const;

interface Photo {
  readonly set: string;
  readonly label: string;
  readonly row: Float32Array;
  readonly print: Print;
}

const photos: Photo[] = [];
for (const set of sets) {
  for (const label of readdirSync(path.join(data, set), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )) {
    for (const name of readdirSync(path.join(data, set, label.name)).sort()) {
      const file = path.join(data, set, label.name, name);
      const embedded = await embedOne({ file }, backbone, 'crop');
      const decoded = await decodeSource({ file });
      if (!decoded.ok) throw new Error(`${name}: ${decoded.bad.message}`);
      if (!embedded.ok) throw new Error(`${name}: ${embedded.bad.message}`);
      const [block] = blocksOf('crop', embedded.layout, embedded.row);
      photos.push({ set, label: label.name, row: block!.rows.slice(), print: printOf(imageFacts(decoded.pixels)) });
    }
  }
  console.error(`${set} embedded`);
}
const width = photos[0]!.row.length;
const rows = new Float32Array(photos.length * width);
photos.forEach(({ row }, at) => rows.set(row, at * width));
const block: FeatureBlock = { id: 'a', parts: [width], rows: rowsInMemory(rows, width) };
const units = rawUnitRows({ rows, parts: [width] });
const algebra = createLinearAlgebra();
/** Look-alikes are one group, as in the product: no group stands on both sides. */
const groups = (() => {
  const items = photos.map((_, at) => ({ id: String(at).padStart(6, '0') as ItemId, groupValue: null }));
  const pairs = lookAlikes(photos.map(({ print }) => print)).map(({ a, b }) => [a, b] as const);
  return Int32Array.from(groupsOf(items, pairs).values(), Number);
})();
console.error(`${String(photos.length - new Set(groups).size)} photos are in the group of another`);
/** A fifth of the rows, whole groups, and the others. */
const split = (rowsToSplit: readonly number[], seed: number): { asked: number[]; trained: Int32Array } => {
  const order = seededRandom(seed).shuffled([...new Set(rowsToSplit.map((at) => groups[at]!))]);
  const asked: number[] = [];
  const left = new Set(rowsToSplit);
  for (const group of order) {
    if (asked.length >= Math.round(rowsToSplit.length / 5)) break;
    for (const at of rowsToSplit) {
      if (groups[at] !== group) continue;
      asked.push(at);
      left.delete(at);
    }
  }
  return { asked, trained: Int32Array.from(left).sort() };
};

/** How strange each photo of all sets is to a model of `trained`, 0–100; its own photos held-out. */
const percentilesBy = async (trained: Int32Array, seed: number): Promise<Float32Array> => {
  const classes = [...new Set([...trained].map((at) => photos[at]!.label))].sort();
  const isTrained = new Set(trained);
  const labels = Int32Array.from(photos, ({ label }, at) => (isTrained.has(at) ? classes.indexOf(label) : -1));
  const targets: Targets = { groups, labels, classes: classes.length, seed };
  const prepared = await prepareBlock(algebra, block, trained, { seed });
  const { head } = await chooseSmootherHead(algebra, prepared, 'ridge', targets);
  const scores = await head.scorer.scores(labels, classes.length);
  const familiarity = Float32Array.from(photos.keys(), (at) =>
    Math.max(...scores.subarray(at * classes.length, (at + 1) * classes.length)),
  );
  const unitsOf = (some: Int32Array): Float32Array => gatherRows(units, width, some);
  return (await fitDomain(algebra, { unitsOf, width, trained, labels, groups, familiarity, seed }))!.percentiles;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
/** That a stranger's percentile is below one's own, ties half. */
const auroc = (strangers: readonly number[], own: readonly number[]): number =>
  mean(strangers.map((s) => mean(own.map((o) => (s < o ? 1 : s === o ? 0.5 : 0)))));
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
const rowsOf = (is: (photo: Photo) => boolean): number[] => [...photos.keys()].filter((at) => is(photos[at]!));

const result: Record<string, unknown> = {};
for (const set of sets) {
  const own = rowsOf((photo) => photo.set === set);
  const refused: number[] = [];
  const between: number[] = [];
  for (let seed = 0; seed < 20; seed++) {
    const { asked, trained } = split(own, 1000 + seed);
    const percentiles = await percentilesBy(trained, 42);
    refused.push(mean(asked.map((at) => (percentiles[at]! < 5 ? 1 : 0))));
    if (seed > 2) continue;
    const foreign = rowsOf((photo) => photo.set !== set).map((at) => percentiles[at]!);
    between.push(
      auroc(
        foreign,
        asked.map((at) => percentiles[at]!),
      ),
    );
  }
  const leftOut: Record<string, number> = {};
  for (const label of new Set(own.map((at) => photos[at]!.label))) {
    const kept = own.filter((at) => photos[at]!.label !== label);
    const { asked, trained } = split(kept, 7);
    const percentiles = await percentilesBy(trained, 42);
    const strangers = own.filter((at) => photos[at]!.label === label).map((at) => percentiles[at]!);
    leftOut[label] = rounded(
      auroc(
        strangers,
        asked.map((at) => percentiles[at]!),
      ),
    );
  }
  result[set] = {
    photos: own.length,
    refused: rounded(mean(refused)),
    between: rounded(mean(between)),
    leftOut,
    leftOutMean: rounded(mean(Object.values(leftOut))),
  };
  console.error(JSON.stringify(result[set]));
}
console.log(JSON.stringify(result, null, 1));
// The image threads would keep the process.
process.exit(0);
