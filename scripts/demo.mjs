// `npm run demo [-- --seed N] [--json] [--keep DIR]`: the whole evening in a minute, offline: a seeded sample with planted
// mistakes, then verify → train → findings → report by the command line, then planted against found.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildBundles, installPackages, root } from './prepare.mjs';

const argument = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const isJson = process.argv.includes('--json');
const seed = Number(argument('--seed') ?? 1);
if (!Number.isInteger(seed)) {
  console.error('--seed takes a whole number.');
  process.exit(2);
}
installPackages();
buildBundles();

const { makeSample } = await import('./demo/sample.mjs');
const { countFound } = await import('./demo/countFound.mjs');
const dir = path.resolve(argument('--keep') ?? path.join(root, 'sample', 'kitchen'));
const keyFile = path.join(path.dirname(dir), `${path.basename(dir)}-key.json`);
const say = (text) => {
  if (!isJson) console.log(text);
};

/** Runs one command of the product as a person would, and answers its JSON. */
const winnow = (...args) => {
  const result = spawnSync(process.execPath, [path.join(root, 'dist', 'cli.mjs'), ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', isJson ? 'ignore' : 'inherit'],
  });
  if (result.status !== 0) {
    console.error(`winnow ${args.join(' ')} ended with ${String(result.status)}`);
    process.exit(1);
  }
  return JSON.parse(result.stdout);
};

say(`Making a sample: 3 classes × 60 pictures with planted mistakes (seed ${seed}) …`);
await makeSample(dir, seed, keyFile);
const started = performance.now();
const verified = winnow('verify', dir);
say(`verify    ${verified.items} images, ${verified.bad.length} broken files`);
const trained = winnow('train', dir);
say(
  `train     ${(100 * trained.outOfFold.accuracy).toFixed(1)} % right without having seen them, ${(trained.timingMs.total / 1000).toFixed(1)} s on ${trained.backbone.id}`,
);
const found = winnow('findings', dir);
const key = JSON.parse(readFileSync(keyFile, 'utf8'));
const top = winnow('top-losses', dir, '--top', String(Math.ceil(1.5 * key.planted['label-issue'].length)));
const report = path.join(path.dirname(dir), 'report.html');
winnow('report', dir, '--out', report);

const counts = countFound(key, found.findings, top.items);
const seconds = (performance.now() - started) / 1000;
say('\nplanted against found');
for (const kind of Object.keys(counts.planted)) {
  say(`  ${kind.padEnd(16)} ${String(counts.found[kind]).padStart(3)} of ${counts.planted[kind]}`);
}
say(`\n${seconds.toFixed(1)} s. The report: ${path.relative(process.cwd(), report)}`);
say('Next:');
say(`  npm run --silent winnow -- top-losses ${path.relative(root, dir)} --top 20`);
say(`  npm run --silent winnow -- relabel ${path.relative(root, dir)} ${key.planted['label-issue'][0]} --to bottle`);
say('  npm run editor        the same in VS Code, in your browser');
if (isJson) {
  console.log(
    JSON.stringify({ seed, ...counts, accuracy: trained.outOfFold.accuracy, seconds: Number(seconds.toFixed(2)) }),
  );
}
