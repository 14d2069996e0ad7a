/** host: the only room that knows the editor. This file: the Winnow output channel as a Log. */

import * as vscode from 'vscode';
import { WinnowError } from '../base/errors.js';
import type { Disposable } from '../base/scope.js';
import type { Log } from '../ports/log.js';
import { redact } from './redact.js';

export interface OutputLog extends Log, Disposable {
  show(): void;
}

export const createOutputLog = (): OutputLog => {
  const channel = vscode.window.createOutputChannel('Winnow', { log: true });
  return {
    debug: (message) => channel.debug(redact(message)),
    info: (message) => channel.info(redact(message)),
    warn: (message) => channel.warn(redact(message)),
    error: (message, error) => channel.error(redact(error === undefined ? message : `${message}: ${textOf(error)}`)),
    show: () => channel.show(true),
    dispose: () => channel.dispose(),
  };
};

/** What was to be expected is said in a sentence; where in the code it was said helps only with what was not. */
const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return WinnowError.is(error) && error.code !== 'internal' && error.cause === undefined
    ? error.message
    : (error.stack ?? `${error.name}: ${error.message}`);
};
