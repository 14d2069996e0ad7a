/** The browser app as text: one page that holds everything, or a page that names the files beside it. */

import type { Domain } from '../predict/domain.js';
import type { NearPhotos } from '../predict/nearPhotos.js';

/** Of 32: a stranger's file shares them with one of 100,000 photos by chance once in three thousand million. */
export const seenBytes = 6;

/** What a page knows of the photos that its model was made from. */
export interface PageFacts {
  /** Null = too few photos, or they are no longer known. */
  readonly near: NearPhotos | null;
  /** base64 of a small WebP for each photo of `near`, '' where there is none; null = no picture was to leave the folder. */
  readonly pictures: readonly string[] | null;
  /** base64 of the first `seenBytes` bytes of the sha-256 of each file that the run was made from, ascending. */
  readonly seen: string;
}

/** What the app is told about the model it runs; JSON in the page's element `settings`. */
export interface AppSettings {
  readonly name: string;
  readonly run: string;
  /** In the order of the graph's output. */
  readonly classes: readonly string[];
  /** Null = the run cannot tell strangers. */
  readonly domain: Domain | null;
  readonly facts: PageFacts;
  /** A site with the runtime for WebGPU beside it; absent = none. */
  readonly hasGpuRuntime?: boolean;
}

export interface InlineParts {
  readonly script: string;
  readonly style: string;
  /** CSP source of each, `sha256-…`, of exactly what `scriptText` and `styleText` give. */
  readonly scriptHash: string;
  readonly styleHash: string;
  /** base64 of gzip. */
  readonly model: string;
  readonly runtime: string;
}

/** A script's text as it may stand in a page: nothing in it can end its element. */
export const scriptText = (script: string): string =>
  script.replace(/\/\/# sourceMappingURL=.*$/m, '').replace(/<(?=\/script|!--)/gi, '\\x3c');

/** The app needs no network at all: the browser enforces that no picture leaves the page. */
export const onePage = (settings: AppSettings, parts: InlineParts): string =>
  page(
    settings,
    policy({ script: `'${parts.scriptHash}' 'wasm-unsafe-eval'`, style: `'${parts.styleHash}'`, connect: "'none'" }),
    `<style>${parts.style}</style>`,
    `${payload('runtime', parts.runtime)}\n${payload('model', parts.model)}\n<script type="module">${scriptText(parts.script)}</script>`,
  );

/** The same app with its script, style, runtime and model as files of the same folder. */
export const sitePage = (settings: AppSettings): string =>
  page(
    settings,
    policy({ script: "'self' 'wasm-unsafe-eval'", style: "'self'", connect: "'self'" }),
    '<link rel="stylesheet" href="app.css">',
    '<script type="module" src="app.js"></script>',
  );

const policy = (sources: { readonly script: string; readonly style: string; readonly connect: string }): string =>
  [
    "default-src 'none'",
    `script-src ${sources.script}`,
    `style-src ${sources.style}`,
    `connect-src ${sources.connect}`,
    'img-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

const payload = (id: string, base64: string): string =>
  `<script type="application/octet-stream" id="${id}">${base64}</script>`;

/** JSON that no reader of HTML can take for markup. */
const json = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const page = (settings: AppSettings, csp: string, head: string, tail: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Winnow">
<title>${escaped(settings.name)}</title>
${head}
</head>
<body>
<!-- Runs the network with onnxruntime-web, (c) Microsoft Corporation, MIT licence. -->
<div id="app"><main><h1>${escaped(settings.name)}</h1><p>This page needs JavaScript, which this browser or its settings do not allow.</p></main></div>
<script type="application/json" id="settings">${json(settings)}</script>
${tail}
</body>
</html>
`;
