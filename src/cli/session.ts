/** cli: arguments → use case → text or JSON. This file: what every command needs, opened once and closed whatever happens. */

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { OpenDataset } from '../app/openDataset.js';
import { Scope } from '../base/scope.js';
import { openStore } from '../node/datasetStore.js';
import { EngineProcess } from '../node/engineProcess.js';
import type { Engine } from '../ports/engine.js';
import type { Log } from '../ports/log.js';
import { ProgressBar } from './progressBar.js';
import { exit, type ExitCode } from './exitCodes.js';

export interface Reply {
  /** Printed with --json: one line. */
  readonly json: unknown;
  /** Printed without. */
  readonly text: string;
  readonly exitCode?: ExitCode;
}

/** Runs one command; told whether to print JSON. Null = the command has printed what there was to say. */
export type RunCommand = (work: (session: Session) => Promise<Reply | null>, isJson: boolean) => Promise<void>;

export class Session {
  readonly #scope = new Scope();
  readonly #abort = new AbortController();
  readonly progress: ProgressBar;
  readonly cwd: string;
  #engine: Engine | undefined;

  constructor(
    private readonly stderr: NodeJS.WriteStream,
    cwd: string,
    /** Prints on stdout while the command goes on. */
    readonly announce: (reply: Reply) => Promise<void>,
  ) {
    this.cwd = cwd;
    this.progress = new ProgressBar(stderr);
    const stop = (): void => this.#abort.abort();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    this.#scope.add({
      dispose: () => {
        process.off('SIGINT', stop);
        process.off('SIGTERM', stop);
      },
    });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get log(): Log {
    const line = (text: string): void => {
      this.progress.clear();
      this.stderr.write(`${text}\n`);
    };
    return { debug: () => undefined, info: () => undefined, warn: line, error: line };
  }

  get engine(): Engine {
    return (this.#engine ??= this.startEngine());
  }

  /** One more process, ended with the session at the latest. */
  startEngine(): Engine {
    return this.#scope.add(
      new EngineProcess({
        bundle: path.join(path.dirname(fileURLToPath(import.meta.url)), 'engine.mjs'),
        nodePath: process.env['WINNOW_NODE'] ?? null,
        rung: process.env['WINNOW_RUNG'] === 'wasm' ? 'wasm' : 'auto',
        log: this.log,
      }),
    );
  }

  async open(dir: string): Promise<OpenDataset> {
    const dataset = this.#scope.add(
      new OpenDataset(await openStore(path.resolve(this.cwd, dir)), this.engine, this.log),
    );
    for (const note of dataset.store.journal.takeNotes()) this.log.warn(note);
    return dataset;
  }

  say(text: string): void {
    this.log.warn(text);
  }

  close(): void {
    this.progress.clear();
    this.#scope.dispose();
  }
}

export const ok = (json: unknown, text: string, exitCode: ExitCode = exit.ok): Reply => ({ json, text, exitCode });
