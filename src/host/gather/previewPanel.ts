/** The thumbnails that a term finds, beside the picker: a page without scripts that loads nothing but our own thumbnails. */

import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { Disposable } from '../../base/scope.js';

export interface PreviewPhoto {
  readonly title: string;
  /** Provider, licence, size. */
  readonly source: string;
  /** Absolute, a WebP of the thumbnail cache; null = it could not be shown. */
  readonly file: string | null;
}

export class PreviewPanel implements Disposable {
  readonly #root: vscode.Uri;
  #panel: vscode.WebviewPanel | undefined;

  /** @param cacheDir where thumbnails lie. */
  constructor(cacheDir: string) {
    this.#root = vscode.Uri.file(cacheDir);
  }

  /** @param photos by term, in the order of the terms. */
  show(title: string, photos: ReadonlyMap<string, readonly PreviewPhoto[]>): void {
    if (!this.#panel) {
      const place = { viewColumn: vscode.ViewColumn.Active, preserveFocus: true };
      const made = vscode.window.createWebviewPanel('winnow.preview', title, place, {
        enableScripts: false,
        localResourceRoots: [this.#root],
      });
      made.onDidDispose(() => (this.#panel = undefined));
      this.#panel = made;
    }
    const { webview } = this.#panel;
    this.#panel.title = title;
    webview.html = pageOf(
      webview.cspSource,
      [...photos].map(([term, list]) => ({
        term,
        photos: list.map((photo) => ({
          title: photo.title,
          source: photo.source,
          src: photo.file === null ? null : webview.asWebviewUri(vscode.Uri.file(photo.file)).toString(),
        })),
      })),
    );
  }

  dispose(): void {
    this.#panel?.dispose();
  }
}

interface Shown {
  readonly term: string;
  readonly photos: readonly { readonly title: string; readonly source: string; readonly src: string | null }[];
}

const pageOf = (cspSource: string, terms: readonly Shown[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${cspSource}; style-src 'sha256-${styleHash}'">
<title>Preview</title><style>${style}</style></head><body>
${terms
  .map(
    ({ term, photos }) =>
      `<h2>${escaped(term)}</h2><ul>${photos
        .map(({ title, source, src }) => {
          const text = escaped(title);
          const picture = src === null ? '<span class="none"></span>' : `<img src="${escaped(src)}" alt="${text}">`;
          return `<li>${picture}<span title="${text}">${text}</span><small>${escaped(source)}</small></li>`;
        })
        .join('')}</ul>`,
  )
  .join('')}
</body></html>`;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);

const style = `body{padding:110px 20px 20px}h2{font-size:1.1em;font-weight:600}ul{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px}li{display:flex;flex-direction:column;gap:4px;min-width:0}img,.none{width:100%;height:120px;object-fit:contain;background:var(--vscode-editorWidget-background)}li>span[title]{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;}small{color:var(--vscode-descriptionForeground)}`;

/** The policy allows this very style and no other. */
const styleHash = createHash('sha256').update(style).digest('base64');
