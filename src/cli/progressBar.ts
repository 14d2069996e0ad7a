/** Progress on stderr: a bar on a terminal, a plain line every tenth elsewhere; nothing when quiet. */

import type { OnProgress } from '../ports/engine.js';

const words: Record<Parameters<OnProgress>[0]['stage'], string> = {
  inspect: 'checking',
  embed: 'looking at',
  fit: 'fitting',
  thumbnails: 'thumbnails',
  predict: 'predicting',
  export: 'comparing',
  sample: 'photographing',
  map: 'laying out',
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

  /** Several things at a time: one line together on a terminal; elsewhere a line for each that has come a step further. */
  readonly tell = (
    parts: readonly { readonly key: string; readonly step: string; readonly line: string; readonly detail: string }[],
  ): void => {
    if (this.#stream.isTTY) {
      const text = parts.map(({ line }) => line).join(' · ');
      this.#stream.write(`\r\u001b[2K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
      this.#isDrawn = true;
      return;
    }
    for (const { key, step, line, detail } of parts) {
      if (this.#said.get(`tell ${key}`) !== step) this.#stream.write(`${line}${detail}\n`);
      this.#said.set(`tell ${key}`, step);
    }
  };

  /** Takes the bar off the terminal, so that what follows starts on a clean line. */
  clear(): void {
    if (this.#isDrawn) this.#stream.write('\r\u001b[2K');
    this.#isDrawn = false;
  }
}
