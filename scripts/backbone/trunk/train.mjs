// Trains the trunk with the engine's own trainer.
// node train.mjs BANKDIR OUT LOSS STEPS FAMILY…: goes on from OUT's checkpoint when there is one; `--seconds N` ends a
// piece early. The bank holds `--pictures` (6) of each class and `--views` (3) of each picture.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mapLength, mapScale } from './bank.mjs';
import { losses } from './losses.mjs';
import { constantsOf, firstWeights, mapChannels, mapSide, trunkNodes } from './trunk.mjs';
import * as trainer from './trainerWords.mjs';
import { node } from '../onnxWords.mjs';
import { seeded } from '../../seeded.mjs';

const batch = 64;

/** Banks end to end. Rows are numbered [class, picture, view]. */
export const openBank = (dir, families, pictures, views) => {
  const each = pictures * views;
  const files = families.map((family) => {
    const file = path.join(dir, `${family}.bank`);
    return { bytes: readFileSync(file), classes: statSync(file).size / (each * mapLength) };
  });
  const starts = [];
  let classes = 0;
  for (const file of files) {
    starts.push(classes);
    classes += file.classes;
  }
  const rowAt = (row) => {
    const of = Math.floor(row / each);
    let at = starts.length - 1;
    while (starts[at] > of) at--;
    const from = (row - starts[at] * each) * mapLength;
    return files[at].bytes.subarray(from, from + mapLength);
  };
  return {
    classes,
    rowAt,
    classOf: (row) => Math.floor(row / each),
    draw: (random) => random.below(classes * each),
    /** Another picture of the same class. */
    partner: (random, row) => {
      const of = Math.floor(row / each);
      const picture = Math.floor((row % each) / views);
      const other = (picture + 1 + random.below(pictures - 1)) % pictures;
      return of * each + other * views + random.below(views);
    },
  };
};

/** Mean and 1 / deviation of each channel over 2,000 rows. */
const momentsOf = (bank, random) => {
  const [sum, squares] = [new Float64Array(mapChannels), new Float64Array(mapChannels)];
  const places = mapSide * mapSide;
  const rows = 2000;
  for (let i = 0; i < rows; i++) {
    const row = bank.rowAt(bank.draw(random));
    for (let c = 0, at = 0; c < mapChannels; c++) {
      for (let p = 0; p < places; p++, at++) {
        const v = row[at] / mapScale;
        sum[c] += v;
        squares[c] += v * v;
      }
    }
  }
  const n = rows * places;
  const means = sum.map((s) => s / n);
  return { means, scales: squares.map((s, c) => 1 / Math.sqrt(s / n - means[c] ** 2 + 1e-4)) };
};

/** @returns {{weights, curve}} the trunk's weights by name; mean loss of each hundredth of the steps so far. */
export const train = async ({ bank, loss: kind, steps, seed, rate, runDir, seconds, threads, onLoss }) => {
  const loss = losses[kind];
  const first = firstWeights(seeded(seed), momentsOf(bank, seeded(seed + 1)));
  const shape = [batch, mapChannels, mapSide, mapSide];
  const body = await trainer.staticNetwork(
    {
      node: [
        ...trunkNodes('maps'),
        node('GlobalAveragePool', ['four'], 'pooled'),
        node('Flatten', ['pooled'], 'features'),
      ],
      initializer: constantsOf(first),
      input: [],
      output: [],
      valueInfo: [],
    },
    'maps',
    shape,
    ['features'],
  );
  const classes = loss.logits({ classes: bank.classes, batch });
  const head = loss.head(seeded(seed + 2), { classes: bank.classes, batch });
  const isFixed = new Set(['means', 'scales', 'head/self']);
  const groupOf = ({ name }) => (isFixed.has(name) ? null : 0);
  const graph = trainer.trainingGraph({ body, head, classes, groupOf, bodyNorm: 'running' }, 'the trunk');
  const outputs = graph.model.graph.output.map(({ name }) => name);
  const session = await trainer.openStateful(
    trainer.writeOnnx(graph.model),
    { device: 'cpu', outputs, threads },
    trainer.copyGraph,
  );
  const kept = runDir ? await trainer.readCheckpoint(runDir) : null;
  session.load(kept?.checkpoint.state ?? graph.state);
  let step = kept?.checkpoint.step ?? 0;
  const curve = [...(kept?.checkpoint.epochs ?? [])];
  let running = kept?.checkpoint.running ?? { loss: 0, photos: 0 };
  const started = performance.now();
  const save = async () => {
    if (!runDir) return;
    const state = await session.read();
    const rest = { phase: 0, step, batch, epochs: curve, running, best: null, state };
    await trainer.writeCheckpoint(runDir, step, rest);
  };
  const pictures = new Float32Array(batch * mapLength);
  while (step < steps) {
    // Each step's draw depends on seed and step alone, so that a training in pieces is the same training.
    const random = seeded(seed * 1_000_003 + step);
    const { rows, targets } = loss.batch(random, batch, bank);
    rows.forEach((row, at) => {
      const bytes = bank.rowAt(row);
      const start = at * mapLength;
      for (let i = 0; i < mapLength; i++) pictures[start + i] = bytes[i] / mapScale;
    });
    const target = new Float32Array(batch * classes);
    targets.forEach((of, at) => (target[at * classes + of] = 1));
    const hypers = trainer.oneCycle({ rates: [rate], rise: 0.15, div: 10, divFinal: 100 }, step / steps);
    const schedule = trainer.scheduleOf(graph.vectors, { ...hypers, weightDecay: 0.05, stepOf: () => step + 1 });
    const found = await session.step({
      maps: { type: 'float32', dims: shape, data: pictures },
      target: { type: 'float32', dims: [batch, classes], data: target },
      schedule: { type: 'float32', dims: [schedule.length], data: schedule },
    });
    const mean = found.loss.data.reduce((sum, v) => sum + v, 0) / batch;
    running = { loss: running.loss + mean, photos: running.photos + 1 };
    step++;
    if (step % Math.max(1, Math.floor(steps / 50)) === 0) {
      curve.push({ epoch: step, trainLoss: running.loss / running.photos });
      onLoss?.(step, running.loss / running.photos);
      running = { loss: 0, photos: 0 };
    }
    if (seconds && performance.now() - started > 1000 * seconds) break;
  }
  await save();
  const state = await session.read();
  await session.dispose();
  const weights = new Map([...first].map(([name, tensor]) => [name, { ...tensor }]));
  for (const { name, slots } of graph.vectors) {
    const { data } = state.get(name);
    for (const slot of slots) {
      if (weights.has(slot.name)) {
        weights.get(slot.name).data = data.slice(slot.offset, slot.offset + slot.length);
      }
    }
  }
  return { weights, curve, step };
};

/** name, dims and float32 values of each weight, as one JSON head and one body. */
export const writeWeights = (file, weights) => {
  const list = [...weights].map(([name, { dims }]) => ({ name, dims }));
  const body = Buffer.concat(
    [...weights.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  );
  writeFileSync(`${file}.json`, JSON.stringify(list));
  writeFileSync(`${file}.f32`, body);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const argv = process.argv.slice(2);
  const option = (name, fallback) => {
    const at = argv.indexOf(name);
    return at < 0 ? fallback : Number(argv.splice(at, 2)[1]);
  };
  const seconds = option('--seconds', 0);
  const threads = option('--threads', 2);
  const rate = option('--rate', 2e-3);
  const [pictures, views] = [option('--pictures', 6), option('--views', 3)];
  const [bankDir, out, loss, steps, ...families] = argv;
  const bank = openBank(bankDir, families, pictures, views);
  mkdirSync(out, { recursive: true });
  const cpu = process.cpuUsage();
  const started = performance.now();
  const { weights, curve, step } = await train({
    bank,
    loss,
    steps: Number(steps),
    seed: 7,
    rate,
    runDir: out,
    seconds,
    threads,
    onLoss: (at, value) => console.log(at, value.toFixed(3)),
  });
  writeWeights(path.join(out, 'weights'), weights);
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    JSON.stringify({
      families,
      loss,
      step,
      last: curve.at(-1)?.trainLoss,
      cpuSeconds: (user + system) / 1e6,
      wallSeconds: (performance.now() - started) / 1000,
    }),
  );
}
