// Opens a page of the offline editor's workbench in a headless Chromium that reaches nothing but this machine.
import { chromium as playwright } from 'playwright-core';
import fs from 'node:fs';
import path from 'node:path';
import { installVsix, makeSandbox, removeSandbox, startServer } from './host.mjs';
import { chromium } from './place.mjs';

const chromiumArgs = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

export function stopwatch() {
  const started = performance.now();
  return (message) => console.log(`[${((performance.now() - started) / 1000).toFixed(1)} s] ${message}`);
}

/** Runs `use` with a started server and a blank page, cleans up, and says whether `use` returned true. */
export async function withEditor({ workspace, settings, vsix, env, development, hasTrust, keep, lap }, use) {
  const sandbox = makeSandbox(workspace, settings);
  let server;
  let browser;
  let ok = false;
  try {
    if (vsix) {
      installVsix(sandbox, vsix);
      lap(`installed ${path.basename(vsix)}`);
    }
    server = await startServer(sandbox, { env: env?.(sandbox), development, hasTrust });
    lap(`server listening on port ${server.port}`);
    browser = await playwright.launch({ executablePath: chromium, headless: true, args: chromiumArgs });
    const context = await browser.newContext({
      viewport: { width: 1400, height: 900 },
      locale: 'en-US',
      reducedMotion: 'reduce',
    });
    const origin = `http://${server.authority}`;
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
    const page = await context.newPage();
    const log = fs.createWriteStream(path.join(sandbox.dir, 'browser.log'));
    page.on('console', (m) => log.write(`${m.type()} ${m.text()}\n`));
    page.on('pageerror', (e) => log.write(`pageerror ${e}\n`));
    ok = await use({ page, context, server, sandbox });
    return ok;
  } finally {
    await browser?.close().catch(() => {});
    await server?.stop();
    if (ok && !keep) removeSandbox(sandbox);
    else console.log(`The profile, its logs and the workspace are kept in ${sandbox.dir}`);
  }
}
