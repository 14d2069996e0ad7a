import type { Engine } from '../../ports/engine.js';
import type { Inspection, SourceFile } from '../../protocol/engine.js';

const mostAtOnce = 32;

interface Waiting {
  readonly source: SourceFile;
  readonly resolve: (inspection: Inspection) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Inspects files as they come, one call of the engine at a time: what arrives meanwhile goes together in the next.
 * (Calls side by side would blame each other's files when the decoder crashes.)
 */
export class Inspector {
  readonly #engine: Engine;
  readonly #signal: AbortSignal;
  #waiting: Waiting[] = [];
  #isBusy = false;

  constructor(engine: Engine, signal: AbortSignal) {
    this.#engine = engine;
    this.#signal = signal;
  }

  /** Starts the engine while the first searches are under way. What is wrong with it is told by the first inspection. */
  warmUp(): void {
    this.#engine.inspect([], undefined, this.#signal).catch(() => undefined);
  }

  inspect(source: SourceFile): Promise<Inspection> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ source, resolve, reject });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostAtOnce);
      try {
        const results = await this.#engine.inspect(
          batch.map(({ source }) => source),
          undefined,
          this.#signal,
        );
        batch.forEach(({ source, resolve, reject }, at) => {
          const result = results[at];
          if (result) resolve(result);
          else reject(new Error(`nothing was said of ${source.file}`));
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isBusy = false;
  }
}
