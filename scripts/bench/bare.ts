// The named reference of the speed bench, in a process of its own: the CPU time of decoding and resizing every photo, and of
// the bare network on as many ready inputs, with one thread each and nothing around them.
import { readFile } from 'node:fs/promises';
import { decodeImage } from '../../src/engine/images/decodeImage.js';
import { cutNetwork } from '../../src/engine/onnx/cutNetwork.js';
import { writeOnnx } from '../../src/engine/onnx/onnxModel.js';
import { pixelRecipe } from '../../src/engine/onnx/pixelRecipe.js';
import { openSession } from '../../src/engine/session/openSession.js';

const [model = '', ...files] = process.argv.slice(2);
const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

const network = cutNetwork(await readFile(model), model, true);
const recipe = await openSession(
  writeOnnx(pixelRecipe({ view: 'crop', side: 224, normalise: 'signed', layout: network.input.layout })),
  { keepsArena: false },
);
const session = await openSession(writeOnnx(network.model), { device: 'cpu' });
let image;
const decodeStart = process.cpuUsage();
for (const file of files) {
  const decoded = await decodeImage(await readFile(file));
  if (!decoded.ok) continue;
  const { rgb, width, height } = decoded.pixels;
  image = (await recipe.run({ pixels: { type: 'uint8', dims: [height, width, 3], data: rgb } }))['image'];
}
const decodeMs = cpuMs(decodeStart);
if (!image) throw new Error('no photo could be decoded');
await session.run({ [network.input.name]: image });
const networkStart = process.cpuUsage();
for (let i = 0; i < files.length; i++) await session.run({ [network.input.name]: image });
console.log(JSON.stringify({ decodeMs, networkMs: cpuMs(networkStart) }));
