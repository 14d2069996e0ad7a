/** A run as a service: the app of the static site, and answers about pictures that are sent to it. */

import { WinnowError } from '../base/errors.js';
import type { RunConfig } from '../ports/dataset.js';
import type { Log } from '../ports/log.js';
import { jsonType, refusal, type Service, type ServiceAnswer } from '../ports/service.js';
import { exportModel, type WriteFile } from './exportModel.js';
import type { OpenDataset } from './openDataset.js';
import { predictFiles } from './predict.js';
import { PredictQueue } from './predictQueue.js';

/** A folder of ours for the app's files, which are made when somebody first asks for them. */
export interface SiteFolder {
  /** Absolute. */
  readonly folder: string;
  readonly write: WriteFile;
  readonly read: (name: string) => Promise<Uint8Array>;
}

const siteTypes: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'ort-wasm-simd-threaded.wasm': 'application/wasm',
  'ort.webgpu.js': 'text/javascript; charset=utf-8',
  'ort-wasm-simd-threaded.asyncify.wasm': 'application/wasm',
  'model.onnx': 'application/octet-stream',
};

/** What the picture is called in the answer: a client names no file. */
const pictureName = 'picture';

/** Labels and run stay as they are now, so that page and answers agree until the service is started again. */
export const serveModel = (dataset: OpenDataset, { run, vocab }: RunConfig, site: SiteFolder, log: Log): Service => {
  const queue = new PredictQueue((files) => predictFiles(dataset, files, { run }));
  let files: Promise<ReadonlyMap<string, Uint8Array>> | undefined;
  const siteFiles = (): Promise<ReadonlyMap<string, Uint8Array>> =>
    (files ??= makeSite(dataset, run, site).catch((error: unknown) => {
      files = undefined;
      throw error;
    }));

  return {
    page: async (path) => {
      if (path === '/health') {
        return json({ status: 'ok', dataset: dataset.name, run, classes: vocab, waiting: queue.length });
      }
      const name = path === '/' ? 'index.html' : path.slice(1);
      const type = Object.hasOwn(siteTypes, name) ? siteTypes[name] : undefined;
      if (type === undefined) return null;
      try {
        const body = (await siteFiles()).get(name);
        return body ? { status: 200, type, body } : null;
      } catch (error) {
        return failure(error, log);
      }
    },
    predict: async (file, signal) => {
      try {
        const answer = await queue.predict({ file, path: pictureName }, signal);
        if ('error' in answer) return refusal(422, answer.error.code, answer.error.message);
        return json({ run, predictions: [answer] });
      } catch (error) {
        return failure(error, log);
      }
    },
  };
};

const json = (value: unknown): ServiceAnswer => ({ status: 200, type: jsonType, body: `${JSON.stringify(value)}\n` });

const failure = (error: unknown, log: Log): ServiceAnswer => {
  if (WinnowError.is(error, 'cancelled')) {
    return { ...refusal(503, 'busy', 'The answer took too long. Try again in a moment.'), retryAfter: 5 };
  }
  if (WinnowError.is(error)) return refusal(500, error.code, error.message);
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return refusal(500, 'internal', 'Something unexpected went wrong; the log of the server says what.');
};

const makeSite = async (
  dataset: OpenDataset,
  run: string,
  { folder, write, read }: SiteFolder,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const { files } = await exportModel(dataset, { to: 'site', out: folder, run }, write);
  const shown = files.filter((name) => Object.hasOwn(siteTypes, name));
  return new Map(await Promise.all(shown.map(async (name) => [name, await read(name)] as const)));
};
