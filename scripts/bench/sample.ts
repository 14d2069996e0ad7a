// What a sample's pictures really show, and how well their mean colour alone would tell. For sample.mjs.
import path from 'node:path';
import sharp from 'sharp';
import { ordinaryPhotos, planSample } from '../../src/core/sample/plan.js';
import { thingKinds } from '../../src/core/sample/solids.js';
import { foldedLogistic } from '../../src/core/training/logisticRegression.js';

const [seed, dir] = [Number(process.argv[2]), process.argv[3]!];
// The ordinary photos: what was planted beside wrong labels comes after them.
const plain = planSample(seed)
  .files.slice(0, ordinaryPhotos)
  .flatMap(({ path: file, content }) =>
    content.kind === 'shot' && typeof content.shot.shows !== 'string'
      ? [{ path: file, kind: content.shot.shows[0]! }]
      : [],
  );
const rows = new Float32Array(plain.length * 6);
for (const [i, photo] of plain.entries()) {
  const { channels } = await sharp(path.join(dir, photo.path)).stats();
  rows.set(
    channels.flatMap(({ mean, stdev }) => [mean / 64, stdev / 64]),
    6 * i,
  );
}
const labels = Int32Array.from(plain, ({ kind }) => thingKinds.indexOf(kind));
const accuracies = [0.03, 0.3, 3, 30].map((c) => {
  const probs = foldedLogistic(rows, 6, labels, thingKinds.length, Int32Array.from(labels.keys()), {
    c,
    folds: 5,
    seed: 42,
  });
  let right = 0;
  for (let i = 0; i < plain.length; i++) {
    const row = probs.subarray(thingKinds.length * i, thingKinds.length * (i + 1));
    if (row.indexOf(Math.max(...row)) === labels[i]) right++;
  }
  return right / plain.length;
});
console.log(JSON.stringify({ plain, meanColour: Math.max(...accuracies) }));
