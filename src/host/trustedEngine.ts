/** The engine behind the workspace's trust: no process is started before the workspace is trusted. */

import * as vscode from 'vscode';
import { WinnowError } from '../base/errors.js';
import type { Engine } from '../ports/engine.js';

export class TrustedEngine implements Engine {
  readonly #start: () => Promise<Engine>;
  #engine: Promise<Engine> | undefined;

  /** @param start makes the real engine; called at the first use in a trusted workspace, and again after `restart`. */
  constructor(start: () => Promise<Engine>) {
    this.#start = start;
  }

  readonly info: Engine['info'] = async (...given) => (await this.#real()).info(...given);
  readonly inspect: Engine['inspect'] = async (...given) => (await this.#real()).inspect(...given);
  readonly catalogue: Engine['catalogue'] = async (...given) => (await this.#real()).catalogue(...given);
  readonly resolveBackbone: Engine['resolveBackbone'] = async (...given) =>
    (await this.#real()).resolveBackbone(...given);
  readonly openNetwork: Engine['openNetwork'] = async (...given) => (await this.#real()).openNetwork(...given);
  readonly embed: Engine['embed'] = async (...given) => (await this.#real()).embed(...given);
  readonly fit: Engine['fit'] = async (...given) => (await this.#real()).fit(...given);
  readonly rank: Engine['rank'] = async (...given) => (await this.#real()).rank(...given);
  readonly leaveOut: Engine['leaveOut'] = async (...given) => (await this.#real()).leaveOut(...given);
  readonly confidences: Engine['confidences'] = async (...given) => (await this.#real()).confidences(...given);
  readonly collect: Engine['collect'] = async (...given) => (await this.#real()).collect(...given);
  readonly exportRun: Engine['exportRun'] = async (...given) => (await this.#real()).exportRun(...given);
  readonly heldOutRows: Engine['heldOutRows'] = async (...given) => (await this.#real()).heldOutRows(...given);
  readonly fineTune: Engine['fineTune'] = async (...given) => (await this.#real()).fineTune(...given);
  readonly augmented: Engine['augmented'] = async (...given) => (await this.#real()).augmented(...given);
  readonly findRate: Engine['findRate'] = async (...given) => (await this.#real()).findRate(...given);
  readonly stopFineTune: Engine['stopFineTune'] = async (...given) => (await this.#real()).stopFineTune(...given);
  readonly trainingSelfTest: Engine['trainingSelfTest'] = async (...given) =>
    (await this.#real()).trainingSelfTest(...given);
  readonly predict: Engine['predict'] = async (...given) => (await this.#real()).predict(...given);
  readonly similar: Engine['similar'] = async (...given) => (await this.#real()).similar(...given);
  readonly project: Engine['project'] = async (...given) => (await this.#real()).project(...given);
  readonly writeSample: Engine['writeSample'] = async (...given) => (await this.#real()).writeSample(...given);
  readonly look: Engine['look'] = async (...given) => (await this.#real()).look(...given);
  readonly thumbnails: Engine['thumbnails'] = async (...given) => (await this.#real()).thumbnails(...given);

  /** Ends the process; the next call starts one with the settings as they are then. */
  restart(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    void engine?.then((real) => real.dispose()).catch(() => undefined);
  }

  dispose(): void {
    this.restart();
  }

  #real(): Promise<Engine> {
    if (!vscode.workspace.isTrusted) return Promise.reject(untrusted());
    if (!this.#engine) {
      this.#engine = this.#start();
      // A start that failed must not be the answer for ever.
      this.#engine.catch(() => (this.#engine = undefined));
    }
    return this.#engine;
  }
}

export const untrusted = (): WinnowError =>
  new WinnowError(
    'read-only',
    vscode.l10n.t(
      'This workspace is in Restricted Mode, so Winnow only shows what is there. Trust the workspace to go on.',
    ),
  );

/** Throws `read-only` in Restricted Mode: called by everything that writes or starts something. */
export const requireTrust = (): void => {
  if (!vscode.workspace.isTrusted) throw untrusted();
};
