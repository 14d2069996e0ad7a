// How long a person waits for the new order after a relabel: a running engine, as in the editor.
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { currentRanking } from '../../src/app/currentRanking.js';
import { decide } from '../../src/app/decide.js';
import { ReviewSession } from '../../src/app/review/session.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { openStore } from '../../src/node/datasetStore.js';
import { EngineProcess } from '../../src/node/engineProcess.js';

const [dir = '', bundle = ''] = process.argv.slice(2);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
// What the extension host does for the review, in the same order; how long its event loop was ever held.
const loop = monitorEventLoopDelay({ resolution: 1 });
loop.enable();
const engine = new EngineProcess({ bundle: path.resolve(bundle), nodePath: null, rung: 'auto', log: silent });
const dataset = new OpenDataset(await openStore(path.resolve(dir)), engine, silent);
const ranked = await currentRanking(dataset);
if (!ranked) throw new Error('train first');
const { items, vocab } = ranked.ranking;
const decideMs: number[] = [];
const rankMs: number[] = [];
for (let i = 0; i < 11; i++) {
  const item = items[i * 7]!;
  let started = performance.now();
  await decide(
    dataset,
    [item.id],
    { kind: 'relabel', to: vocab[(item.label + 1) % vocab.length]!, allowNewClass: false },
    'bench',
  );
  decideMs.push(performance.now() - started);
  started = performance.now();
  await currentRanking(dataset);
  rankMs.push(performance.now() - started);
}
const session = new ReviewSession(dataset, () => Promise.resolve(new Map()));
const shown = await session.open();
const { tiles } = await session.rows(0, 60);
await session.decide([tiles[0]!.id], { kind: 'keep' }, 20);
await dataset.refresh();
loop.disable();
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
// The first re-rank builds the factors from cached embeddings; the editor does that when the review opens.
console.log(
  JSON.stringify({
    items: items.length,
    firstMs: rankMs[0],
    medianMs: median(rankMs.slice(1)),
    worstMs: Math.max(...rankMs.slice(1)),
    decideMs: median(decideMs),
    shown: shown.total,
    longestHostTaskMs: loop.max / 1e6,
  }),
);
dataset.dispose();
engine.dispose();
