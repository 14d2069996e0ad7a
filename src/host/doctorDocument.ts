/** What doctor found, as a document to read and copy; nothing to save, so closing it asks nothing. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../base/scope.js';

const uri = vscode.Uri.parse('winnow:Winnow Doctor');

export class DoctorDocument implements Disposable {
  readonly #scope = new Scope();
  readonly #changed = this.#scope.add(new vscode.EventEmitter<vscode.Uri>());
  #text = '';

  constructor() {
    this.#scope.add(
      vscode.workspace.registerTextDocumentContentProvider(uri.scheme, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: () => this.#text,
      }),
    );
  }

  async show(text: string): Promise<void> {
    this.#text = text;
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    this.#scope.dispose();
  }
}
