/** The image files that “Predict” was asked about: files as they are, folders as the images below them. */

import path from 'node:path';
import * as vscode from 'vscode';
import type { OpenDataset } from '../app/openDataset.js';

const imageName = /\.(jpe?g|jfif|png|webp|gif|avif)$/i;

export interface PredictTargets {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Images that were left out because there are more than `limit`. */
  readonly leftOut: number;
}

/** Names of folders are walked in name order; hidden folders (ours among them) are skipped. */
export const imageFiles = async (uris: readonly vscode.Uri[], limit: number): Promise<PredictTargets> => {
  const files: string[] = [];
  let leftOut = 0;
  const take = (file: string): void => {
    if (files.length < limit) files.push(file);
    else leftOut++;
  };
  const walk = async (folder: vscode.Uri): Promise<void> => {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, type] of entries) {
      if (name.startsWith('.')) continue;
      // A link is not followed: it may lead back up.
      if (type === vscode.FileType.Directory) await walk(vscode.Uri.joinPath(folder, name));
      else if ((type & vscode.FileType.File) !== 0 && imageName.test(name)) take(path.join(folder.fsPath, name));
    }
  };
  for (const uri of uris) {
    const { type } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.Directory) !== 0) await walk(uri);
    else take(uri.fsPath);
  }
  return { files: [...new Set(files)], leftOut };
};

/** Remote windows name the files of their own machine `vscode-remote`; both mean this extension host's disk. */
export const isOfThisMachine = (uri: vscode.Uri): boolean => uri.scheme === 'file' || uri.scheme === 'vscode-remote';

/** Relative to the dataset when it lies there, else to the workspace. */
export const shownPath = (file: string, model: OpenDataset): string => {
  const inside = path.relative(model.store.dir, file);
  if (!inside.startsWith('..') && !path.isAbsolute(inside)) return inside.replaceAll('\\', '/');
  return vscode.workspace.asRelativePath(file);
};
