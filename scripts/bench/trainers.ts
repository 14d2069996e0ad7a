// A step of the whole MobileNetV2 on each device, in turn. argv: the model, devices ('cpu,cuda'), photos a step, steps.
import { makeHead } from '../../src/engine/training/graph/head.js';
import { scheduleOf, trainingGraph, type TrainingGraphOptions } from '../../src/engine/training/graph/trainingGraph.js';
import { openTraining } from '../../src/engine/training/openTraining.js';
import { readTrainable } from '../../src/engine/training/trainableNetwork.js';

const [file = '', devices = 'cpu', batchText = '8', roundsText = '6'] = process.argv.slice(2);
const [batch, classes, rounds] = [Number(batchText), 3, Number(roundsText)];
const recipe = { size: 224, normalise: 'signed' as const };
const network = await readTrainable({ id: 'mobilenet', file, sha256: '', recipe }, 'dense');
const body = await network.at(batch);
const shape = body.shapes.get(network.features)!.slice(1);
const head = makeHead('dense', network.features, shape, classes, { dropout: 0, seed: 1 });
const options: TrainingGraphOptions = { body, head, classes, groupOf: () => 0, bodyNorm: 'running' };
const graph = trainingGraph(options, network.name);
const dims = [...body.shapes.get(body.input)!];
const pictures = Float32Array.from({ length: dims.reduce((product, side) => product * side, 1) }, (_, at) =>
  Math.sin(at * 0.37),
);
const target = Float32Array.from({ length: batch * classes }, (_, at) =>
  at % classes === Math.floor(at / classes) % classes ? 1 : 0,
);
const trainers = [];
for (const device of devices.split(',') as ('cpu' | 'cuda' | 'webgpu')[]) {
  const session = await openTraining(device, options, graph, network.name);
  session.load(graph.state);
  trainers.push({ session, cpuMs: Infinity, wallMs: [] as number[], losses: [] as number[] });
}
for (let round = 1; round <= rounds; round++) {
  const schedule = scheduleOf(graph.vectors, { rates: [1e-3], momentum: 0.9, weightDecay: 0.01, stepOf: () => round });
  for (const each of trainers) {
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    const found = await each.session.step({
      [body.input]: { type: 'float32', dims, data: pictures },
      target: { type: 'float32', dims: [batch, classes], data: target },
      schedule: { type: 'float32', dims: [schedule.length], data: schedule },
    });
    const { user, system } = process.cpuUsage(cpu);
    each.losses.push((found['loss']!.data as Float32Array).reduce((sum, loss) => sum + loss, 0) / batch);
    // The first steps make buffers and choose kernels.
    if (round <= 2) continue;
    each.cpuMs = Math.min(each.cpuMs, (user + system) / 1000 / batch);
    each.wallMs.push(performance.now() - start);
  }
}
const told = trainers.map(({ session, cpuMs, wallMs, losses }) => {
  const stepMs = wallMs.sort((a, b) => a - b)[Math.floor(wallMs.length / 2)]!;
  const { provider } = session;
  return { provider, batch, stepMs, photosPerSecond: (1000 * batch) / stepMs, cpuMs, losses: losses.slice(0, 3) };
});
console.log(JSON.stringify(told));
for (const { session } of trainers) await session.dispose();
