/** Files → embeddings in the cache, decoding and looking at the same time on every core. */

import { WinnowError } from '../../base/errors.js';
import { inFlight } from '../../base/inFlight.js';
import type { ImageFacts, ItemId } from '../../core/dataset/item.js';
import type { OnProgress } from '../../ports/engine.js';
import type { BackboneRef, EmbedJob, EmbedResult, NetworkView, ViewId } from '../../protocol/engine.js';
import type { Bad } from '../images/decodeImage.js';
import { embeddingPath, findCached } from './embeddingCache.js';
import type { ImageAnswer, ImageSource } from './imageTask.js';
import { imageThreads } from './imageThreads.js';
import { reporter } from './reporter.js';

/** What computes. One call for each thread, so that all of them start and read the model at the same time. */
const openThreads = async (view: NetworkView, threads: number, signal?: AbortSignal): Promise<string> => {
  const open = (): Promise<ImageAnswer> => imageThreads().run({ kind: 'open', view }, signal);
  const [opened] = await Promise.all(Array.from({ length: threads }, open));
  return opened?.kind === 'opened' ? opened.provider : 'none';
};

/** Gets every thread ready to embed through that view. Throws `bad-model`. */
export const openNetwork = async (view: NetworkView, signal?: AbortSignal): Promise<void> => {
  await openThreads(view, imageThreads().count, signal);
};

/**
 * Every file embedded once; cached ones are not decoded again. A cancel rejects at once and keeps what is cached.
 * Throws `bad-model` before any picture is decoded when the backbone is no good.
 */
export const embedFiles = async (
  job: EmbedJob,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<EmbedResult> => {
  const start = performance.now();
  const { backbone, view: viewId, cacheDir, device } = job;
  const view: NetworkView = { backbone, view: viewId, device };
  const ids = job.files.map(({ id }) => id);
  const { cached, layout } = await findCached(cacheDir, backbone, viewId, ids);
  const todo = [...new Map(job.files.map((file) => [file.id, file])).values()].filter(({ id }) => !cached.has(id));
  const report = reporter('embed', job.files.length, onProgress);
  report.advance(job.files.length - todo.length);

  const failed: { id: ItemId; bad: Bad }[] = [];
  const facts: { id: ItemId; facts: ImageFacts }[] = [];
  const timing = { decode: 0, embed: 0 };
  let dim = layout?.[0] ?? 0;
  let provider = 'none';
  if (todo.length > 0) {
    provider = await openThreads(view, Math.min(imageThreads().count, todo.length), signal);
  }
  await inFlight(
    todo,
    async ({ id, file }) => {
      const target = embeddingPath(cacheDir, backbone, viewId, id);
      const answer = await imageThreads().run({ kind: 'embed', id, source: { file }, view, target }, signal);
      if (answer.kind === 'bad') failed.push({ id, bad: answer.bad });
      if (answer.kind === 'embedded') {
        if (answer.facts) facts.push({ id, facts: answer.facts });
        dim = answer.layout[0]!;
        timing.decode += answer.decodeMs;
        timing.embed += answer.embedMs;
      }
      report.advance(1);
    },
    { signal },
  );
  report.finish();
  const order = new Map(ids.map((id, at) => [id, at]));
  const byFile = (a: { id: ItemId }, b: { id: ItemId }): number => order.get(a.id)! - order.get(b.id)!;
  return {
    failed: failed.sort(byFile),
    facts: facts.sort(byFile),
    dim,
    hits: cached.size,
    misses: todo.length,
    inference: provider,
    timingMs: { decode: timing.decode, embed: timing.embed, wall: performance.now() - start },
  };
};

export type EmbedOne =
  | { readonly ok: true; readonly row: Float32Array; readonly layout: readonly number[] }
  | { readonly ok: false; readonly bad: Bad };

/** The embedding of one picture that need not be in the dataset; nothing is cached. */
export const embedOne = async (
  source: ImageSource,
  backbone: BackboneRef,
  view: ViewId,
  signal?: AbortSignal,
): Promise<EmbedOne> => {
  const looked: NetworkView = { backbone, view, device: 'auto' };
  const answer = await imageThreads().run({ kind: 'embed', id: null, source, view: looked, target: null }, signal);
  if (answer.kind === 'bad') return { ok: false, bad: answer.bad };
  if (answer.kind !== 'embedded' || !answer.row) throw new WinnowError('internal', `embedding answered ${answer.kind}`);
  return { ok: true, row: answer.row, layout: answer.layout };
};
