/** What the extension says to a person: errors with a way on, questions before something irreversible. */

import * as vscode from 'vscode';
import { WinnowError } from '../base/errors.js';
import type { OutputLog } from './outputLog.js';

/** Asks before something that matters; a test answers instead of a person. */
export type Confirm = (message: string, detail: string, action: string) => Promise<boolean>;

export const askModally: Confirm = async (message, detail, action) =>
  (await vscode.window.showWarningMessage(message, { modal: true, detail }, action)) === action;

export class Notices {
  readonly #log: OutputLog;
  confirm: Confirm = askModally;

  constructor(log: OutputLog) {
    this.#log = log;
  }

  /** Shows an error once; a cancelled command says nothing. */
  failed(error: unknown, what: string): void {
    if (WinnowError.is(error, 'cancelled') || error instanceof vscode.CancellationError) return;
    this.#log.error(what, error);
    const showLog = vscode.l10n.t('Show Log');
    const isExpected = WinnowError.is(error) && error.code !== 'internal';
    const message = isExpected
      ? error.message
      : vscode.l10n.t(
          'Winnow could not finish this: {0}. Your decisions are safe; the log says more.',
          messageOf(error),
        );
    void vscode.window.showErrorMessage(message, showLog).then((chosen) => {
      if (chosen === showLog) this.#log.show();
    });
  }

  /** One next step, offered as a button; resolves without waiting for the person. */
  offer(message: string, action: string, next: () => void): void {
    void vscode.window.showInformationMessage(message, action).then((chosen) => {
      if (chosen === action) next();
    });
  }

  tell(message: string): void {
    void vscode.window.showInformationMessage(message);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
