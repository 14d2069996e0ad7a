/** engine: the only room with native numerics; a plain Node process that answers one wire. This file: its start and its end. */

import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { WinnowError } from '../base/errors.js';
import type { OnProgress } from '../ports/engine.js';
import { parentTransport } from '../node/processTransport.js';
import { userFolders } from '../node/userFolders.js';
import { Endpoint } from '../protocol/endpoint.js';
import type { Handlers } from '../protocol/contract.js';
import { engineContract, type EngineContract } from '../protocol/engine.js';
import { catalogueRows, resolveBackbone } from './backbones/resolveBackbone.js';
import { embedFiles, openNetwork } from './embed/embedFiles.js';
import { imageThreads } from './embed/imageThreads.js';
import { inspectFiles, makeThumbnails } from './embed/inspectFiles.js';
import { engineInfo } from './engineInfo.js';
import { fitRun } from './fit/fitRun.js';
import { exportRun } from './export/exportRun.js';
import { predictRun } from './fit/predictRun.js';
import { rankRun } from './fit/rankRun.js';
import { lookRun } from './fit/lookRun.js';
import { projectRun } from './fit/projectRun.js';
import { similarRun } from './fit/similarRun.js';
import { leaveOutRun } from './fit/leaveOut.js';
import { collectRun } from './fit/collectRun.js';
import { confidencesOfRun } from './fit/confidences.js';
import { readRows } from './fit/runRecord.js';
import { writeSample } from './sample/writeSample.js';
import { markProgress, startHeartbeat } from './heartbeat.js';
import type { TrainingEvent } from '../protocol/training.js';
import { augmentedThumbnails } from './training/augmentedThumbnails.js';
import { findRate } from './training/findRate.js';
import { fineTuneRun } from './training/fineTuneRun.js';
import { trainingSelfTest } from './training/selfTest.js';
import { createLinearAlgebra } from './session/createLinearAlgebra.js';

const algebra = createLinearAlgebra();

const progressFor =
  (progressId: number): OnProgress =>
  (progress) => {
    endpoint.emit('progress', { progressId, ...progress });
  };

/** Fine-tunings that were asked to end. */
const stopping = new Set<string>();

const handlers: Handlers<EngineContract['calls']> = {
  info: () => engineInfo(),
  inspect: async ({ files, progressId }, signal) => ({
    results: await inspectFiles(files, progressFor(progressId), signal),
  }),
  catalogue: () => Promise.resolve({ rows: catalogueRows(userFolders().cache) }),
  resolveBackbone: (request) =>
    resolveBackbone(request, {
      cacheDir: userFolders().cache,
      embedded: fileURLToPath(new URL('./backbone/embedded.onnx', import.meta.url)),
    }),
  openNetwork: async (view, signal) => {
    await openNetwork(view, signal);
    return null;
  },
  embed: ({ progressId, ...job }, signal) => embedFiles(job, progressFor(progressId), signal),
  fit: ({ progressId, ...job }, signal) => fitRun(job, { algebra }, progressFor(progressId), signal),
  heldOutRows: async ({ runDir }) => ({ probabilities: Array.from(await readRows(runDir, 'predictor.f32')) }),
  rank: (job) => rankRun(job, { algebra }),
  leaveOut: ({ progressId, ...job }, signal) => leaveOutRun(job, { algebra }, progressFor(progressId), signal),
  confidences: (job) => confidencesOfRun(job, { algebra }),
  collect: ({ progressId, ...job }, signal) => collectRun(job, { algebra }, progressFor(progressId), signal),
  predict: async ({ progressId, ...job }, signal) => ({
    answers: await predictRun(job, { algebra }, progressFor(progressId), signal),
  }),
  look: (job, signal) => lookRun(job, { algebra }, signal),
  project: ({ progressId, ...job }, signal) => projectRun(job, { algebra }, progressFor(progressId), signal),
  similar: (job, signal) => similarRun(job, { algebra }, signal),
  fineTune: async ({ progressId, ...job }, signal) => {
    const onEvent = (event: TrainingEvent): void => endpoint.emit('training', { progressId, event });
    try {
      return await fineTuneRun(
        job,
        { onEvent, wantsStop: () => stopping.has(job.run), onProgress: markProgress },
        signal,
      );
    } finally {
      stopping.delete(job.run);
    }
  },
  augmented: async (job, signal) => ({ paths: await augmentedThumbnails(job, signal) }),
  findRate: ({ progressId, ...job }, signal) =>
    findRate(
      job,
      { onEvent: (event) => endpoint.emit('finding', { progressId, event }), onProgress: markProgress },
      signal,
    ),
  stopFineTune: ({ run }) => {
    stopping.add(run);
    return Promise.resolve(null);
  },
  trainingSelfTest: ({ device, isTimed }) => trainingSelfTest(device, isTimed),
  exportRun: ({ progressId, ...job }, signal) =>
    exportRun(job, fileURLToPath(new URL('./webview', import.meta.url)), progressFor(progressId), signal),
  writeSample: ({ progressId, ...job }, signal) => writeSample(job, progressFor(progressId), signal),
  thumbnails: async (job, signal) => ({ paths: await makeThumbnails(job, signal) }),
};

const endpoint = new Endpoint<EngineContract['pushes'], EngineContract['calls']>(
  parentTransport(process),
  handlers,
  (error, where) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    endpoint.emit('log', { level: 'error', message: `${where}: ${text}` });
  },
  engineContract.version,
);

/** Threads are given a moment to end; a decoder that hangs must not keep an orphan alive. */
const leave = (): void => {
  setTimeout(() => process.exit(0), 2_000);
  void imageThreads()
    .dispose()
    .finally(() => process.exit(0));
};

process.once('disconnect', leave);
process.once('SIGTERM', leave);
// The terminal sends Ctrl-C to the whole group; the parent decides when the engine ends.
process.on('SIGINT', () => undefined);
process.on('unhandledRejection', (error) => {
  if (!WinnowError.is(error))
    process.stderr.write(`unhandled: ${error instanceof Error ? error.stack : String(error)}\n`);
});

try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Some containers forbid it; the engine is then as important as the editor.
}
startHeartbeat(new URL('./heartbeatThread.mjs', import.meta.url));
