// `npm run bench [accuracy|flips|embed|backbone|second|thumbnails|relabel|memory|findings|scale|budget|sameFeatures|predict|calibration|app|sample|gather|fine-tune|fine-tune-fastai|fine-tune-time|fine-tune-steps|fine-tune-trainers …]`: the figures of docs/benchmarks.md, as JSON. Needs ../shared.
import { existsSync } from 'node:fs';
import os from 'node:os';
import { buildBundles, installPackages } from '../prepare.mjs';

installPackages();
buildBundles();
const { accuracyBench, flipsBench } = await import('./quality.mjs');
const { embedBench, secondTrainBench, relabelBench } = await import('./speed.mjs');
const { backboneBench } = await import('./backbone.mjs');
const { findingsBench } = await import('./findings.mjs');
const { calibrationBench, predictBench } = await import('./answers.mjs');
const { appBench } = await import('./app.mjs');
const { budgetBench, sameFeaturesBench } = await import('./review.mjs');
const { scaleBench } = await import('./scale.mjs');
const { sampleBench } = await import('./sample.mjs');
const { thumbnailsBench } = await import('./thumbnails.mjs');
const { memoryBench } = await import('./memory.mjs');
const { fastaiBench, fineTuneBench, fineTuneTimeBench, stepsBench, trainersBench } = await import('./fineTune.mjs');
const { gatherBench } = await import('./gather.mjs');
const { shared, takeBundles } = await import('./product.mjs');
takeBundles();

if (!existsSync(shared)) {
  console.error('The benches need ../shared (real photos and weights), which is not here.');
  process.exit(2);
}
const benches = {
  accuracy: accuracyBench,
  embed: embedBench,
  backbone: backboneBench,
  second: secondTrainBench,
  thumbnails: thumbnailsBench,
  relabel: relabelBench,
  predict: predictBench,
  calibration: calibrationBench,
  app: appBench,
  memory: memoryBench,
  findings: findingsBench,
  scale: scaleBench,
  flips: flipsBench,
  sample: sampleBench,
  budget: budgetBench,
  sameFeatures: sameFeaturesBench,
  gather: gatherBench,
  'fine-tune': fineTuneBench,
  'fine-tune-fastai': fastaiBench,
  'fine-tune-time': fineTuneTimeBench,
  'fine-tune-steps': stepsBench,
  'fine-tune-trainers': trainersBench,
};
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
const result = { node: process.version, cores: os.availableParallelism(), cpu: os.cpus()[0]?.model ?? '' };
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const started = performance.now();
  result[name] = await bench();
  console.error(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
console.log(JSON.stringify(result, null, 1));
