// The embedded backbone's time a picture beside MobileNetV2's, one core, one picture at a time, in turns.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { root } from '../prepare.mjs';
import { seeded } from '../seeded.mjs';
import { mobilenet } from './product.mjs';

const networks = [
  { name: 'embedded', file: path.join(root, 'media/backbone/embedded.onnx'), side: 112 },
  { name: 'mobilenet-v2', file: mobilenet, side: 224 },
];

export const backboneBench = async ({ rounds = 60 } = {}) => {
  const random = seeded(1);
  const open = await Promise.all(
    networks.map(async ({ name, file, side }) => {
      const session = await ort.InferenceSession.create(readFileSync(file), { intraOpNumThreads: 1 });
      const [input] = session.inputMetadata;
      const dims = input.shape[1] === 3 ? [1, 3, side, side] : [1, side, side, 3];
      const data = Float32Array.from({ length: 3 * side * side }, () => random.next());
      const feeds = { [input.name]: new ort.Tensor('float32', data, dims) };
      return { name, session, feeds, wall: [], cpu: [] };
    }),
  );
  for (let round = -5; round < rounds; round++) {
    for (const { session, feeds, wall, cpu } of open) {
      const [started, used] = [performance.now(), process.cpuUsage()];
      await session.run(feeds);
      if (round < 0) continue;
      wall.push(performance.now() - started);
      const { user, system } = process.cpuUsage(used);
      cpu.push((user + system) / 1000);
    }
  }
  const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  return open.map(({ name, wall, cpu }) => ({
    name,
    medianMs: middle(wall),
    leastMs: Math.min(...wall),
    medianCpuMs: middle(cpu),
  }));
};
