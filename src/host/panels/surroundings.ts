/** What the panels share with the rest of the host. */

import type * as vscode from 'vscode';
import type { OpenDataset } from '../../app/openDataset.js';
import type { Datasets } from '../datasets.js';
import type { Notices } from '../notices.js';
import type { OutputLog } from '../outputLog.js';
import type { FineTuning } from '../fineTuning.js';
import type { RateFinding } from '../rateFinding.js';
import type { Training } from '../training.js';
import { thumbnailRoot } from './thumbnails.js';
import type { PanelPlace } from './webviewPanel.js';

export interface Surroundings {
  readonly extensionUri: vscode.Uri;
  /** Ours to write to: pasted pictures lie there while they are looked at. */
  readonly storageUri: vscode.Uri;
  /** Of embeddings and thumbnails, shared by all datasets. */
  readonly cacheDir: string;
  /** Kept for this workspace across reloads. */
  readonly memory: vscode.Memento;
  readonly datasets: Datasets;
  readonly training: Training;
  readonly fineTuning: FineTuning;
  readonly rateFinding: RateFinding;
  readonly notices: Notices;
  readonly log: OutputLog;
  /** Trains and says what to do next; errors are shown, never thrown. */
  readonly train: (dataset: OpenDataset) => void;
}

export const placeOf = ({ extensionUri, cacheDir, log }: Surroundings): PanelPlace => ({
  extensionUri,
  log,
  thumbnailRoots: [thumbnailRoot(cacheDir)],
});
