/** The image thread: decodes the next picture while the network looks at this one. onnxruntime blocks the thread it runs on. */

import { parentPort } from 'node:worker_threads';
import { decodeSource, type Decoded } from '../images/decodeImage.js';
import { imageFacts } from '../images/imageFacts.js';
import { makeThumbnail } from '../images/thumbnail.js';
import { toWire } from '../../protocol/endpoint.js';
import type { NetworkView } from '../../protocol/engine.js';
import { writeEmbedding } from './embeddingCache.js';
import type { AnswerMessage, ImageAnswer, ImageTask, TaskMessage } from './imageTask.js';
import { encodeShot } from '../sample/encodeShot.js';
import { drawAugmented } from '../training/augmentedThumbnails.js';
import { makeExamples } from '../training/makeExamples.js';
import { noteInFlight } from './suspects.js';
import { channelMeans, coverTensor } from './coverTensor.js';
import { openPlacesModel, type PlacesModel } from './placesModel.js';
import { openViewModel, type ViewModel } from './viewModel.js';
import { floatsOf } from '../session/tensorSession.js';

/** Both views of one backbone; more would keep dead weights. */
const maxOpen = 2;
const open = new Map<string, Promise<ViewModel>>();

const modelFor = async (view: NetworkView): Promise<ViewModel> => {
  const { backbone, device } = view;
  const key = JSON.stringify([backbone.sha256, backbone.recipe, view.view, device]);
  let model = open.get(key);
  if (!model) {
    for (const [old, stale] of [...open].slice(0, Math.max(0, open.size - maxOpen + 1))) {
      open.delete(old);
      await (await stale.catch(() => null))?.dispose();
    }
    model = openViewModel(backbone, view.view, device);
    open.set(key, model);
    model.catch(() => open.delete(key));
  }
  return model;
};

let placesOf: { readonly key: string; readonly model: Promise<PlacesModel | null> } | null = null;

const placesModelFor = async ({ backbone }: NetworkView): Promise<PlacesModel | null> => {
  const key = backbone.sha256;
  if (placesOf?.key !== key) {
    await (await placesOf?.model.catch(() => null))?.dispose();
    const entry = { key, model: openPlacesModel(backbone) };
    placesOf = entry;
    entry.model.catch(() => {
      if (placesOf === entry) placesOf = null;
    });
  }
  return placesOf.model;
};

/** Networks look at one picture at a time, in the order the pictures were decoded. */
let looking: Promise<unknown> = Promise.resolve();
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const turn = looking.then(work);
  looking = turn.catch(() => null);
  return turn;
};

const perform = async (task: ImageTask): Promise<ImageAnswer> => {
  if (task.kind === 'open') return { kind: 'opened', provider: (await modelFor(task.view)).provider };
  if (task.kind === 'examples') return makeExamples(task);
  if (task.kind === 'shot') return { kind: 'shot', jpeg: await encodeShot(task.shot) };
  if (task.kind === 'covers') {
    const model = await modelFor(task.view);
    return inTurn(() => coveredRows(model, task));
  }
  const done = noteInFlight(task.id);
  try {
    if (task.kind === 'thumbnail') {
      const path = await makeThumbnail({ id: task.id, file: task.source.file }, task.size, task.cacheDir);
      return { kind: 'thumbnail', path };
    }
    if (task.kind === 'augmented') return await drawAugmented(task);
    const start = performance.now();
    const decoded: Decoded = await decodeSource(task.source);
    if (!decoded.ok) return { kind: 'bad', bad: decoded.bad };
    if (task.kind === 'inspect') {
      return { kind: 'inspected', facts: imageFacts(decoded.pixels), isAnimated: decoded.pixels.isAnimated };
    }
    // Of a picture that is only asked about nobody wants more than its features.
    const facts = task.kind === 'embed' && task.target !== null ? imageFacts(decoded.pixels) : null;
    const decodeMs = performance.now() - start;
    const model = await modelFor(task.view);
    if (task.kind === 'prepare') {
      const { width, height } = decoded.pixels;
      const places = await placesModelFor(task.view);
      return await inTurn(async () => {
        const image = await model.prepare(decoded.pixels);
        const { inputLayout, side } = model;
        const values = floatsOf(image, 'image').slice();
        const found = places && (await places.places(values, image.dims));
        return { kind: 'prepared', image: values, inputLayout, side, width, height, places: found };
      });
    }
    return await inTurn(async () => {
      const from = performance.now();
      const { layout, row } = await model.embed(decoded.pixels);
      if (task.target !== null) writeEmbedding(task.target, { layout, row });
      const embedMs = performance.now() - from;
      return { kind: 'embedded', facts, layout, row: task.target === null ? row : null, decodeMs, embedMs };
    });
  } finally {
    done();
  }
};

const coveredRows = async (
  model: ViewModel,
  { image, inputLayout, covers }: Extract<ImageTask, { readonly kind: 'covers' }>,
): Promise<ImageAnswer> => {
  const colour = channelMeans(image, inputLayout);
  const { side } = model;
  const dims = inputLayout === 'nchw' ? [1, 3, side, side] : [1, side, side, 3];
  const found: Float32Array[] = [];
  let layout: readonly number[] = [];
  for (const cover of covers) {
    const data = coverTensor(image, inputLayout, cover, colour);
    const embedding = await model.look({ type: 'float32', dims, data });
    layout = embedding.layout;
    found.push(embedding.row);
  }
  const rows = new Float32Array(found.reduce((length, row) => length + row.length, 0));
  let at = 0;
  for (const row of found) {
    rows.set(row, at);
    at += row.length;
  }
  return { kind: 'covered', layout, rows };
};

parentPort?.on('message', ({ ticket, task }: TaskMessage) => {
  perform(task).then(
    (answer) => {
      const moved = answer.kind === 'examples' ? [answer.values.buffer as ArrayBuffer] : [];
      parentPort?.postMessage({ ticket, answer } satisfies AnswerMessage, moved);
    },
    (error: unknown) => {
      parentPort?.postMessage({ ticket, error: toWire(error) } satisfies AnswerMessage);
    },
  );
});
