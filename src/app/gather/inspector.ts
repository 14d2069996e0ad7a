import type { Engine } from '../../ports/engine.js';
import type { Inspection, SourceFile } from '../../protocol/engine.js';

/** Two calls of the engine side by side: while the last files of one are decoded, the cores are busy with the next. */
const lanes = 2;
const mostAtOnce = 16;

interface Waiting {
  readonly source: SourceFile;
  readonly resolve: (inspection: Inspection) => void;
  readonly reject: (error: unknown) => void;
}

/** Inspects files as they come; what arrives while the engine is busy goes together in the next call. */
export class Inspector {
  readonly #engine: Engine;
  readonly #signal: AbortSignal;
  readonly #waiting: Waiting[] = [];
  #busy = 0;

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
    if (this.#busy >= lanes) return;
    this.#busy++;
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
    this.#busy--;
  }
}
