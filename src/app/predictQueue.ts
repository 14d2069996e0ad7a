/** Pictures that wait for an answer. The engine is asked about several at once, so that none of its threads idles. */

import { WinnowError } from '../base/errors.js';
import type { FailedPrediction, Prediction } from '../core/predict/prediction.js';
import type { PredictFile, PredictReport } from './predict.js';

export type Answer = Prediction | FailedPrediction;

interface Waiting {
  readonly file: PredictFile;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** As many as the engine looks at side by side. */
const atOnce = 16;

export class PredictQueue {
  readonly #ask: (files: readonly PredictFile[]) => Promise<Pick<PredictReport, 'predictions'>>;
  readonly #waiting: Waiting[] = [];
  #isBusy = false;

  constructor(ask: (files: readonly PredictFile[]) => Promise<Pick<PredictReport, 'predictions'>>) {
    this.#ask = ask;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Rejects with `cancelled` when the signal fires before its turn has come. */
  predict(file: PredictFile, signal?: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        waiting.reject(new WinnowError('cancelled', 'predict'));
      };
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      const waiting: Waiting = {
        file,
        resolve: (answer) => {
          settled();
          resolve(answer);
        },
        reject: (error) => {
          settled();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it came
          reject(error);
        },
      };
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#waiting.length > 0) await this.#answer(this.#waiting.splice(0, atOnce));
    this.#isBusy = false;
  }

  async #answer(some: readonly Waiting[]): Promise<void> {
    try {
      const { predictions } = await this.#ask(some.map(({ file }) => file));
      some.forEach((waiting, at) => waiting.resolve(predictions[at]!));
    } catch (error) {
      if (!WinnowError.is(error, 'peer-gone')) for (const waiting of some) waiting.reject(error);
      // A picture that takes the whole engine down must not cost the others their answer.
      else if (some.length > 1) for (const waiting of some) await this.#answer([waiting]);
      else for (const { file, resolve } of some) resolve({ path: file.path, error: crashed });
    }
  }
}

const crashed = {
  code: 'bad-image',
  message: 'The decoder crashed on this picture. Look at it in another program, or convert it.',
} as const;
