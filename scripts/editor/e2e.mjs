// Installs the packaged VSIX, opens the workbench in a browser, and plays the scenarios of test/e2e, each in an editor of its own.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { withEditor } from './browser.mjs';
import { driver, themeSettings } from './drive.mjs';
import { root } from './place.mjs';

/** The newest package for this machine, from the repository root or out/. */
export function findVsix() {
  const found = [root, path.join(root, 'out')]
    .filter((dir) => fs.existsSync(dir))
    .flatMap((dir) => fs.readdirSync(dir).map((name) => path.join(dir, name)))
    .filter((file) => /^winnow-.*\.vsix$/.test(path.basename(file)))
    .filter((file) => !/-(darwin|win32|alpine|linux-arm\w+)-/.test(path.basename(file)))
    .sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs);
  if (!found.length) throw new Error('No winnow-*.vsix: run `npm run package` first.');
  return found[0];
}

class Stop extends Error {}

/** A step helper that records each result, photographs the first failure and ends the scenario there. */
function stepper({ results, shot, lap }) {
  return async (name, fn) => {
    try {
      await fn();
      const result = { name, ok: true };
      results.push(result);
      lap(`passed ${name}`);
      return result;
    } catch (error) {
      results.push({ name, ok: false, error: error?.stack ?? String(error) });
      const file = await shot(`failure-${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}`).catch(() => undefined);
      lap(`failed ${name}\n${error?.stack ?? error}${file ? `\nscreenshot: ${path.relative(root, file)}` : ''}`);
      throw new Stop(name);
    }
  };
}

async function openWorkbench(page, server) {
  await page.goto(server.url());
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 90_000 });
  await page.locator('.activitybar').getByRole('tab').first().waitFor({ timeout: 60_000 });
}

const folder = path.join(root, 'test', 'e2e');

/**
 * @param only the name of one scenario; else all of them.
 * @param all those of several minutes too (`*.long.mjs`).
 */
export async function e2e({ lap, keep, theme, only, all }) {
  const isAsked = (name) =>
    only ? [`${only}.mjs`, `${only}.long.mjs`].includes(name) : all || !name.endsWith('.long.mjs');
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.mjs') && isAsked(name));
  if (files.length === 0) throw new Error(`No scenario ${only ?? ''} in test/e2e.`);
  const sum = { passed: 0, failed: 0 };
  for (const name of files.sort()) {
    lap(name);
    const { passed, failed } = await play(path.join(folder, name), { lap, keep, theme });
    sum.passed += passed;
    sum.failed += failed;
  }
  return sum;
}

/** A scenario may export `prepare`: it answers {settings, hasTrust, close} before the editor starts. */
async function play(file, { lap, keep, theme }) {
  const { scenario, prepare } = await import(pathToFileURL(file));
  const vsix = findVsix();
  const results = [];
  const prepared = await prepare?.();
  const settings = { ...themeSettings(theme), ...prepared?.settings };
  const { hasTrust } = prepared ?? {};
  const options = { workspace: process.env.WINNOW_WORKSPACE, settings, hasTrust, vsix, keep, lap };
  await withEditor(options, async (editor) => {
    const tools = driver(editor);
    const step = stepper({ results, shot: tools.shot, lap });
    try {
      await step('the workbench opens', () => openWorkbench(editor.page, editor.server));
      const returned = await scenario({ ...editor, ...tools, step, lap, prepared });
      // What came through step() has been counted already.
      const seen = new Set(results.map((r) => r.name));
      if (Array.isArray(returned)) results.push(...returned.filter((r) => !seen.has(r.name)));
    } catch (error) {
      // Outside any step, a thrown error is a failure of its own.
      if (!(error instanceof Stop)) {
        results.push({ name: 'scenario', ok: false });
        lap(`failed scenario\n${error?.stack ?? error}`);
        await tools.shot('failure-scenario').catch(() => {});
      }
    }
    return results.every((r) => r.ok);
  });
  await prepared?.close();
  return { passed: results.filter((r) => r.ok).length, failed: results.filter((r) => !r.ok).length };
}
