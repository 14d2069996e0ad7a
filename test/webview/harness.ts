/** A loopback server with the surfaces as the editor serves them (same HTML, same policy) and a browser to drive them. */

import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild, { type Metafile } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import sharp from 'sharp';
import { pageHtml, contentSecurityPolicy } from '../../src/host/panels/page.js';
import { productBuilds } from '../productBuilds.js';
import { toQuery, type Scenario } from './scenario.js';
import { themeCss, type Theme } from './themes.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Surface = 'review' | 'confusion' | 'prediction' | 'audit' | 'health' | 'training' | 'augment' | 'map';
export const surfaces: readonly Surface[] = [
  'review',
  'confusion',
  'prediction',
  'audit',
  'health',
  'training',
  'augment',
  'map',
];

export interface Opened {
  readonly page: Page;
  /** Policy violations, page errors and console errors so far. */
  readonly faults: readonly string[];
}

export interface Look {
  readonly theme?: Theme;
  readonly scenario?: Partial<Scenario>;
  readonly width?: number;
  readonly height?: number;
  /** Where an earlier page was, as the host gives it to one that stands in for it. */
  readonly place?: unknown;
}

/** Where Chromium lies, or null. */
export const chromiumPath = ((): string | null => {
  const places = [
    process.env['WINNOW_CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  return places.find((place) => place !== undefined && existsSync(place)) ?? null;
})();

/** Tests of the pages skip, visibly, where there is no browser; never when everything is required. */
export const mustSkip = chromiumPath === null && process.env['WINNOW_REQUIRE_ALL'] !== '1';
export const why = mustSkip ? ' (skipped: no Chromium found; set WINNOW_CHROMIUM)' : '';

/** `WINNOW_SLOWNESS=8` makes every page eight times slower: what a test only sees on a quick machine fails then. */
const slowness = Number(process.env['WINNOW_SLOWNESS'] ?? 1);

interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly metafile: Metafile;
}

/** The surfaces, bundled in memory with the options of the product's own build. */
export const bundleSurfaces = async (): Promise<Bundle> => {
  const options = (await productBuilds()).webview();
  const surface = await esbuild.build({ ...options, write: false, metafile: true, sourcemap: false });
  const host = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { fakeHost: 'test/webview/fakeHost.ts' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    outdir: 'dist/webview',
  });
  const files = [...surface.outputFiles, ...host.outputFiles].map(
    (file) => [`/${path.basename(file.path)}`, file.contents] as const,
  );
  return { files: new Map(files), metafile: surface.metafile };
};

export class Harness {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #origin: string;
  /** Windows that a test has closed: a new one costs the browser more than most tests do. */
  readonly #spare: Page[] = [];
  #panels = 0;

  private constructor(server: Server, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
    this.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<Harness> {
    const [{ files }, thumbs] = await Promise.all([bundleSurfaces(), makeThumbs()]);
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
      const send = (type: string, body: string | Uint8Array, headers: Record<string, string> = {}): void => {
        response.writeHead(200, { 'content-type': type, ...headers });
        response.end(body);
      };
      const file = files.get(url.pathname);
      const thumb = /^\/thumb\/(\d+)\.png$/.exec(url.pathname);
      const page = /^\/page\/(\w+)\/([\w-]+)$/.exec(url.pathname);
      if (file) send(typeOf(url.pathname), file);
      else if (thumb) send('image/png', thumbs[Number(thumb[1]) % thumbs.length] ?? '');
      else if (url.pathname.startsWith('/theme/')) send('text/css', themeCss(url.pathname.slice(7) as Theme));
      else if (page) {
        const shown = framed(page[1] as Surface, page[2] as Theme, url.origin, url.searchParams.get('place'));
        send('text/html', shown.html, { 'content-security-policy': shown.policy });
      } else response.writeHead(url.pathname === '/favicon.ico' ? 204 : 404).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    if (chromiumPath === null) throw new Error('no Chromium found; set WINNOW_CHROMIUM');
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--disable-gpu',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    });
    return new Harness(server, browser);
  }

  /** A page, drawn and at rest, with a state of its own. */
  async open(surface: Surface, look: Look = {}): Promise<Opened> {
    const viewport = { width: look.width ?? 1100, height: look.height ?? 800 };
    const page = this.#spare.pop() ?? (await this.#newPage());
    await page.setViewportSize(viewport);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`console: ${message.text()}`);
    });
    const given = look.place === undefined ? '' : `&place=${encodeURIComponent(JSON.stringify(look.place))}`;
    const query = `scenario=${toQuery(look.scenario ?? {})}&panel=${String(this.#panels++)}${given}`;
    await page.goto(`${this.#origin}/page/${surface}/${look.theme ?? 'dark'}?${query}`);
    await page.locator('h1').waitFor();
    return { page, faults };
  }

  async #newPage(): Promise<Page> {
    const context = await this.#browser.newContext({ reducedMotion: 'reduce' });
    // What the fakes keep for a reload is no other panel's.
    await context.addInitScript(() => {
      const panel = new URLSearchParams(location.search).get('panel');
      if (panel === null || sessionStorage.getItem('panel') === panel) return;
      sessionStorage.clear();
      sessionStorage.setItem('panel', panel);
    });
    const page = await context.newPage();
    if (slowness > 1) {
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: slowness });
    }
    return page;
  }

  /** Ends what `open` began. A test that fails before leaves its window to `stop`. */
  async close(page: Page): Promise<void> {
    page.removeAllListeners('pageerror');
    page.removeAllListeners('console');
    await page.goto('about:blank');
    await page.mouse.move(0, 0);
    this.#spare.push(page);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await new Promise((closed) => this.#server.close(closed));
  }
}

/** Changes an open page's theme as the editor does: other variables and another class, the same document. */
export const dress = async (page: Page, theme: Theme): Promise<void> => {
  await page.evaluate(async (name) => {
    const { body } = document;
    const sheet = document.querySelector<HTMLLinkElement>('link[href*="/theme/"]');
    if (!sheet) throw new Error('the page has no theme');
    const href = sheet.href.replace(/[\w-]+$/, name);
    if (href !== sheet.href) {
      const loaded = new Promise((resolve) => sheet.addEventListener('load', resolve, { once: true }));
      sheet.href = href;
      await loaded;
    }
    body.classList.remove(body.dataset['vscodeThemeKind'] ?? '');
    body.classList.add(`vscode-${name}`);
    body.dataset['vscodeThemeKind'] = `vscode-${name}`;
  }, theme);
};

const typeOf = (name: string): string =>
  name.endsWith('.js') ? 'text/javascript' : name.endsWith('.css') ? 'text/css' : 'font/ttf';

/** The editor's page for a surface, with the fake host's script and the theme put in as the editor would. */
const framed = (
  surface: Surface,
  theme: Theme,
  origin: string,
  place: string | null,
): { readonly html: string; readonly policy: string } => {
  const html = pageHtml({
    surface,
    cspSource: origin,
    scriptUri: `${origin}/${surface}.js`,
    styleUris: [`${origin}/codicon.css`, `${origin}/${surface}.style.css`],
    language: 'en',
    place,
  });
  const nonce = /nonce="([^"]+)"/.exec(html)?.[1] ?? '';
  return {
    policy: contentSecurityPolicy(origin, nonce),
    html: html
      .replace('</title>', `</title><link rel="stylesheet" href="${origin}/theme/${theme}">`)
      .replace('<body ', `<body class="vscode-${theme}" data-vscode-theme-kind="vscode-${theme}" `)
      .replace(
        '<script type="module"',
        `<script type="module" nonce="${nonce}" src="${origin}/fakeHost.js"></script><script type="module"`,
      ),
  };
};

/** 24 pictures of different shapes and colours. */
const makeThumbs = (): Promise<Buffer[]> =>
  Promise.all(
    Array.from({ length: 24 }, (_, i) => {
      const width = [256, 256, 144, 256][i % 4] ?? 256;
      const height = [170, 256, 256, 96][i % 4] ?? 256;
      const raw = Buffer.alloc(width * height * 3);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (Math.min(width, height) / 3) ** 2;
          raw[(y * width + x) * 3] = inside ? (i * 37) % 256 : 200 - (y * 80) / height;
          raw[(y * width + x) * 3 + 1] = inside ? (i * 91) % 256 : 190;
          raw[(y * width + x) * 3 + 2] = inside ? (i * 53) % 256 : 120 + (x * 100) / width;
        }
      }
      return sharp(raw, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
    }),
  );
