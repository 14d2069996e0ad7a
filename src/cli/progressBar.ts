/** Progress on stderr: a bar on a terminal, a plain line every tenth elsewhere; nothing when quiet. */

import type { OnProgress } from '../ports/engine.js';

const words: Record<Parameters<OnProgress>[0]['stage'], string> = {
  inspect: 'checking',
  embed: 'looking at',
  fit: 'fitting',
  thumbnails: 'thumbnails',
  predict: 'predicting',
  export: 'comparing',
};

export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  /** The last line of each stage: stages may overlap. */
  readonly #said = new Map<string, string>();
  #isDrawn = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  readonly show: OnProgress = ({ stage, done, total }) => {
    if (total === 0) return;
    if (this.#stream.isTTY) {
      const width = 24;
      const filled = Math.round((width * done) / total);
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
      this.#stream.write(`\r\u001b[2K${bar} ${words[stage]} ${done}/${total}`);
      this.#isDrawn = true;
      return;
    }
    const line = `${words[stage]} ${Math.floor((10 * done) / total) * 10} % of ${total}`;
    if (this.#said.get(stage) !== line) this.#stream.write(`${line}\n`);
    this.#said.set(stage, line);
  };

  /** Takes the bar off the terminal, so that what follows starts on a clean line. */
  clear(): void {
    if (this.#isDrawn) this.#stream.write('\r\u001b[2K');
    this.#isDrawn = false;
  }
}
