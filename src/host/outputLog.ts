/** host: the only room that knows the editor. This file: the Winnow output channel as a Log. */

import * as vscode from 'vscode';
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

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
