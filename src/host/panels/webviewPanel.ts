/** A panel and its wire: the page, what it may load, and one Endpoint for each life of the page. */

import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { Emitter } from '../../base/emitter.js';
import { Scope, type Disposable } from '../../base/scope.js';
import type { Contract, Handlers, In } from '../../protocol/contract.js';
import { Endpoint } from '../../protocol/endpoint.js';
import type { Frame } from '../../protocol/wire.js';
import type { PanelType } from '../commandIds.js';
import type { OutputLog } from '../outputLog.js';
import type { KeptPlace } from './keptPlace.js';
import { pageHtml } from './page.js';
import { refusal } from './refusal.js';
import type { Checks } from './schemas.js';

export interface Surface<C extends Contract> {
  readonly type: PanelType;
  readonly contract: C;
  /** The contract's schemas: loaded when the first panel opens, because the library is heavy to start. */
  readonly loadChecks: () => Promise<Checks<C>>;
}

export interface PanelPlace {
  readonly extensionUri: vscode.Uri;
  /** Where thumbnails lie: the only thing outside the extension that a page may load. */
  readonly thumbnailRoots: readonly vscode.Uri[];
  readonly log: OutputLog;
}

/** What every panel allows its page. */
export const webviewOptions = ({ extensionUri, thumbnailRoots }: PanelPlace): vscode.WebviewOptions => ({
  enableScripts: true,
  enableForms: false,
  enableCommandUris: false,
  localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview'), ...thumbnailRoots],
});

export const createPanel = (
  type: PanelType,
  title: string,
  place: PanelPlace,
  column: vscode.ViewColumn = vscode.ViewColumn.Active,
): vscode.WebviewPanel =>
  vscode.window.createWebviewPanel(type, title, column, {
    ...webviewOptions(place),
    retainContextWhenHidden: false,
    enableFindWidget: false,
  });

/** Tabs do not tint an icon: one for each kind of theme. */
export const panelIcon = (extensionUri: vscode.Uri): { readonly light: vscode.Uri; readonly dark: vscode.Uri } => ({
  light: vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'panel-light.svg'),
  dark: vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'panel-dark.svg'),
});

export class PanelWire<C extends Contract> implements Disposable {
  readonly #scope = new Scope();
  readonly #greeted = this.#scope.add(new Emitter<null>());
  /** After a page has said hello: at the start and each time it is reborn. */
  readonly onDidGreet = this.#greeted.event;
  readonly panel: vscode.WebviewPanel;
  readonly #surface: Surface<C>;
  readonly #handlers: Handlers<C['calls']>;
  readonly #log: OutputLog;
  readonly #place: KeptPlace;
  #endpoint: Endpoint<C['pushes'], C['calls']> | undefined;
  #receive: ((frame: unknown) => void) | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    surface: Surface<C>,
    handlers: Handlers<C['calls']>,
    place: PanelPlace,
    kept: KeptPlace,
  ) {
    this.#place = kept;
    this.panel = panel;
    this.#surface = surface;
    this.#handlers = handlers;
    this.#log = place.log;
    const checks = surface.loadChecks();
    let order: Promise<void> = Promise.resolve();
    this.#scope.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        // In order, though the first ones wait for the schemas.
        order = order
          .then(async () => this.#take(message, await checks))
          .catch((error: unknown) => this.#report(error));
      }),
    );
    this.#scope.add({ dispose: () => this.#endpoint?.end('the panel was closed') });
    const name = surface.type.slice('winnow.'.length);
    panel.webview.options = webviewOptions(place);
    const uri = (file: string): vscode.Uri => vscode.Uri.joinPath(place.extensionUri, 'dist', 'webview', file);
    const styles = ['codicon.css', `${name}.style.css`].map(uri).filter((style) => existsSync(style.fsPath));
    panel.webview.html = pageHtml({
      surface: name,
      cspSource: panel.webview.cspSource,
      scriptUri: panel.webview.asWebviewUri(uri(`${name}.js`)).toString(),
      styleUris: styles.map((style) => panel.webview.asWebviewUri(style).toString()),
      language: vscode.env.language,
      place: kept.json,
    });
  }

  /** A page has come up and speaks our protocol. */
  get hasGreeted(): boolean {
    return this.#endpoint?.isEnded === false;
  }

  /** Lost while the page is hidden: a reborn page asks again. */
  emit<K extends keyof C['pushes'] & string>(name: K, input: In<C['pushes'][K]>): void {
    this.#endpoint?.emit(name, input);
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #take(message: unknown, checks: Checks<C>): void {
    if (this.#scope.isDisposed) return;
    if (isPlace(message)) {
      this.#place.keep(message.state);
      return;
    }
    if (isHello(message)) this.#rebirth();
    const refused = refusal(message, checks);
    if (refused === null) {
      this.#receive?.(message);
      if (isHello(message)) this.#greeted.fire(null);
      return;
    }
    this.#log.warn(`${this.#surface.type}: a message was refused: ${refused.why}`);
    if (refused.id !== null) {
      this.#send({ t: 'err', id: refused.id, error: { code: 'protocol', message: refused.why } });
    }
  }

  /** A page that says hello is a new one (VS Code drops hidden pages): what the old one asked is nobody's question now. */
  #rebirth(): void {
    this.#endpoint?.end('the page was loaded again');
    this.#endpoint = new Endpoint<C['pushes'], C['calls']>(
      {
        send: (frame) => this.#send(frame),
        onFrame: (listener) => (this.#receive = listener),
        onEnd: () => undefined,
      },
      this.#handlers,
      (error, where) => this.#log.error(`${this.#surface.type} ${where}`, error),
      this.#surface.contract.version,
    );
  }

  #send(frame: Frame): void {
    if (!this.#scope.isDisposed) void this.panel.webview.postMessage(frame);
  }

  #report(error: unknown): void {
    this.#log.error(this.#surface.type, error);
  }
}

const isPlace = (message: unknown): message is { readonly t: 'place'; readonly state: unknown } =>
  typeof message === 'object' && message !== null && 't' in message && message.t === 'place' && 'state' in message;

const isHello = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 't' in message && message.t === 'hello';
