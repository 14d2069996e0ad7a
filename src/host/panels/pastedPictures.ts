/** Pasted and dropped bytes: they lie on the disk as long as their cards do. */

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';

export class PastedPictures {
  readonly #folder: vscode.Uri;

  constructor(storageUri: vscode.Uri) {
    this.#folder = vscode.Uri.joinPath(storageUri, 'pasted', randomUUID());
  }

  /** Answers the absolute file. */
  async keep(bytes: Uint8Array): Promise<string> {
    // Judged by content: the name only says what to call it.
    const uri = vscode.Uri.joinPath(this.#folder, `${randomUUID()}.picture`);
    await vscode.workspace.fs.createDirectory(this.#folder);
    await vscode.workspace.fs.writeFile(uri, bytes);
    return uri.fsPath;
  }

  drop(): void {
    void vscode.workspace.fs.delete(this.#folder, { recursive: true }).then(undefined, () => undefined);
  }
}
