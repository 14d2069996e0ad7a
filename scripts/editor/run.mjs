// node scripts/editor/run.mjs integration | e2e | open  [--theme light|dark|hc|hc-light] [--keep] [--only SCENARIO | --all]
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { stopwatch } from './browser.mjs';
import { themes, themeSettings } from './drive.mjs';
import { e2e, findVsix } from './e2e.mjs';
import { installVsix, makeSandbox, removeSandbox, startServer } from './host.mjs';
import { integration } from './integration.mjs';
import { requireHost } from './place.mjs';

const usage =
  'usage: node scripts/editor/run.mjs integration|e2e|open [--theme light|dark|hc|hc-light] [--keep] [--only SCENARIO | --all]';

/** Serves the editor on the folder itself, not on a copy, until Ctrl-C. */
async function open({ theme, keep, lap }) {
  const vsix = findVsix();
  // Someone looks at this one and may want more than the tests do.
  const sandbox = makeSandbox(undefined, { 'git.enabled': true, ...themeSettings(theme) });
  const folder = path.resolve(process.env.WINNOW_WORKSPACE || sandbox.workspace);
  if (!fs.existsSync(folder)) throw new Error(`WINNOW_WORKSPACE names no folder: ${folder}`);
  installVsix(sandbox, vsix);
  const server = await startServer(sandbox);
  // After the server's own listener, which kills what would still write there.
  process.once('exit', () => keep || removeSandbox(sandbox));
  lap(`The editor with Winnow is open on ${folder}; Ctrl-C ends it.`);
  console.log(server.url([], folder));
  await new Promise(() => setInterval(() => {}, 2 ** 30));
}

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      theme: { type: 'string' },
      keep: { type: 'boolean', default: false },
      only: { type: 'string' },
      all: { type: 'boolean', default: false },
    },
  });
  const mode = { integration, e2e, open }[positionals[0]];
  if (!mode || positionals.length !== 1 || (values.theme && !themes[values.theme])) {
    console.error(usage);
    return 2;
  }
  requireHost();
  const lap = stopwatch();
  const { passed, failed } = await mode({ ...values, lap });
  lap(positionals[0]);
  console.log(`${passed} passed, ${failed} failed`);
  return failed || !passed ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error.stack ?? error);
    process.exit(1);
  },
);
