// `npm test`: packages when they are missing, then all that says within minutes whether a change is right. `npm run test:all`:
// everything that needs no editor and is not killed on the way (`npm run test:fault`). Installs nothing outside the checkout.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildBundles, installPackages, root, run } from './prepare.mjs';

installPackages();
const lacking = [
  [existsSync(path.join(root, '..', 'shared', 'data')), '../shared (real photos and weights): tests on them skip'],
  [
    process.env.WINNOW_CHROMIUM !== undefined ||
      ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some(existsSync),
    'a Chromium: browser tests skip',
  ],
].filter(([isThere]) => !isThere);
for (const [, what] of lacking) console.error(`This machine lacks ${what}.`);

const bin = (name) => path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const [all, rest] = process.argv[2] === '--all' ? [true, process.argv.slice(3)] : [false, process.argv.slice(2)];
// Somebody who names files means those, whatever they need.
const projects = rest.length > 0 && !all ? [] : ['pure', 'process', ...(all ? ['browser', 'long'] : [])];
const steps = [
  ['typecheck', process.execPath, ['scripts/typecheck.mjs']],
  ['lint', bin('eslint'), ['.', '--cache', '--cache-location', 'node_modules/.cache/eslint/']],
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '--cache', '.']],
  ['bundles', null, null],
  ['tests', bin('vitest'), ['run', ...projects.flatMap((name) => ['--project', name]), ...rest]],
];
for (const [name, command, args] of steps) {
  const started = performance.now();
  if (command === null) buildBundles();
  else {
    const isTests = name === 'tests';
    const code = run(command, args, isTests ? { stdio: 'inherit' } : {});
    if (code !== 0) {
      console.error(`${name} failed.`);
      process.exit(code);
    }
  }
  console.error(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
