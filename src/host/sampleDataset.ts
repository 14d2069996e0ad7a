/** Winnow: Open Sample Dataset: a dataset to try everything on, made on this machine. */

import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { makeSample } from '../app/makeSample.js';
import { inNewFolder } from '../node/newFolder.js';
import type { Engine } from '../ports/engine.js';
import { withProgress } from './progress.js';
import { requireTrust } from './trustedEngine.js';

const folderName = 'winnow-sample';

/**
 * The sample's folder; made when it is not there yet.
 * @param given where to put it, without asking.  @returns null when the person dismissed the question.
 */
export const sampleFolder = async (engine: Engine, given: unknown): Promise<string | null> => {
  requireTrust();
  const parent = typeof given === 'string' ? given : await chooseParent();
  if (parent === null) return null;
  const dir = path.join(parent, folderName);
  // Somebody who made it before has decisions in it: it is opened as it is.
  if (existsSync(dir)) return dir;
  await withProgress(vscode.l10n.t('Making the sample dataset'), (onProgress, signal) =>
    makeSample(engine, { dir, seed: 1 }, inNewFolder, onProgress, signal),
  );
  return dir;
};

const chooseParent = async (): Promise<string | null> => {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Where shall the folder {0} be made?', folderName),
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t('Make It Here'),
      ...(vscode.workspace.workspaceFolders?.[0] ? { defaultUri: vscode.workspace.workspaceFolders[0].uri } : {}),
    })) ?? [];
  return chosen?.fsPath ?? null;
};
