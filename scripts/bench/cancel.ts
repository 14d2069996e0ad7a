// How long a predict of many files goes on after it was cancelled, in a running engine: `cancel.mjs DATASET ENGINE FILE…`, as JSON.
import { OpenDataset } from '../../src/app/openDataset.js';
import { predictFiles } from '../../src/app/predict.js';
import { WinnowError } from '../../src/base/errors.js';
import { openStore } from '../../src/node/datasetStore.js';
import { EngineProcess } from '../../src/node/engineProcess.js';

const [dir = '', bundle = '', ...files] = process.argv.slice(2);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const engine = new EngineProcess({ bundle, nodePath: null, rung: 'auto', log: silent });
const dataset = new OpenDataset(await openStore(dir), engine, silent);
const asked = files.map((file) => ({ file, path: file }));
await predictFiles(dataset, asked.slice(0, 4));
const cancelMs: number[] = [];
let answered = 0;
for (const after of [50, 150, 300]) {
  const abort = new AbortController();
  let at = 0;
  await predictFiles(dataset, asked, {
    signal: abort.signal,
    onProgress: ({ done }) => {
      answered = done;
      if (done < after || at > 0) return;
      at = performance.now();
      abort.abort();
    },
  }).catch((error: unknown) => {
    if (!WinnowError.is(error, 'cancelled')) throw error;
    cancelMs.push(performance.now() - at);
  });
}
// The engine must be ready for the next question, not busy with the old ones.
const started = performance.now();
await predictFiles(dataset, asked.slice(0, 1));
const nextMs = performance.now() - started;
dataset.dispose();
engine.dispose();
console.log(JSON.stringify({ files: files.length, answered, cancelMs, nextMs }));
