/** The editor's cancellation and progress as AbortSignal and OnProgress. */

import * as vscode from 'vscode';
import type { OnProgress } from '../ports/engine.js';

/** A signal that aborts when the token is cancelled. */
export const signalOf = (token: vscode.CancellationToken): AbortSignal => {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  else token.onCancellationRequested(() => abort.abort());
  return abort.signal;
};

/** Runs `work` under a cancellable notification; `onStep` hears the same sentences. */
export const withProgress = <T>(
  title: string,
  work: (onProgress: OnProgress, signal: AbortSignal) => Promise<T>,
  onStep: (sentence: string) => void = () => undefined,
): Thenable<T> =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) =>
      work((step) => {
        const sentence = stepSentence(step);
        progress.report({ message: sentence });
        onStep(sentence);
      }, signalOf(token)),
  );

const stepSentence = ({ stage, done, total }: Parameters<OnProgress>[0]): string => {
  const count = `${done.toLocaleString()} / ${total.toLocaleString()}`;
  switch (stage) {
    case 'inspect':
      return vscode.l10n.t('checking photos {0}', count);
    case 'embed':
      return vscode.l10n.t('looking at photos {0}', count);
    case 'fit':
      return vscode.l10n.t('judging every label');
    case 'thumbnails':
      return vscode.l10n.t('making thumbnails {0}', count);
    case 'export':
      return vscode.l10n.t('comparing the exported model {0}', count);
    case 'map':
      return vscode.l10n.t('laying out photos {0}', count);
    case 'sample':
      return vscode.l10n.t('photographing things {0}', count);
    case 'predict':
      return vscode.l10n.t('predicting {0}', count);
  }
};
