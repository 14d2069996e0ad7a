/** TensorFlow.js for CUDA, fetched when a person says so: what is missing is said first, and what came of it at the end. */

import * as vscode from 'vscode';
import { cudaLine } from '../app/doctor.js';
import { findCudaParts, whyNotInstall } from '../node/cudaParts.js';
import { installTensorflow, tensorflowFolder } from '../node/installTensorflow.js';
import type { StartEngine } from '../app/trainingDevice.js';
import type { Notices } from './notices.js';
import type { OutputLog } from './outputLog.js';
import { signalOf } from './progress.js';
import { requireTrust } from './trustedEngine.js';

interface InstallCuda {
  readonly startEngine: StartEngine;
  readonly notices: Notices;
  readonly log: OutputLog;
}

export const installCuda = async ({ startEngine, notices, log }: InstallCuda): Promise<void> => {
  requireTrust();
  const parts = findCudaParts();
  const refusal = whyNotInstall(parts);
  if (refusal !== null) {
    notices.tell(refusal);
    return;
  }
  const lacking =
    parts.missing.length === 0
      ? ''
      : vscode.l10n.t(
          ' It will not run before CUDA 11 and cuDNN 8 are complete: {0} not found.',
          parts.missing.join(', '),
        );
  const isMeant = await notices.confirm(
    vscode.l10n.t('Install TensorFlow.js for CUDA?'),
    vscode.l10n.t(
      'npm fetches several hundred MB from its registry and from storage.googleapis.com into {0}. Nothing of yours is sent.{1}',
      tensorflowFolder(),
      lacking,
    ),
    vscode.l10n.t('Install'),
  );
  if (!isMeant) return;
  const line = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Installing TensorFlow.js for CUDA'),
      cancellable: true,
    },
    async (progress, token) => {
      await installTensorflow({
        signal: signalOf(token),
        onLine: (message) => {
          log.info(message);
          progress.report({ message: message.slice(0, 80) });
        },
      });
      progress.report({ message: vscode.l10n.t('trying it') });
      return cudaLine(startEngine);
    },
  );
  notices.tell(line);
};
