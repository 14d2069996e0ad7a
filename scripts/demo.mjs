// `npm run demo [-- --seed N] [--json] [--keep DIR]`: the whole evening in a minute, offline: a seeded sample with planted
// mistakes is put behind a loopback image search, then gather → verify → train → findings → report by the command line,
// then planted against found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildBundles, installPackages, root } from './prepare.mjs';

const usage = 'npm run demo [-- --seed N] [--json] [--keep DIR]';
const asked = () => {
  try {
    const text = { type: 'string' };
    const flag = { type: 'boolean', default: false };
    return parseArgs({ options: { seed: { ...text, default: '1' }, keep: text, json: flag, help: flag } }).values;
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    return process.exit(2);
  }
};
const { seed: seedText, keep, json: isJson, help } = asked();
if (help) {
  console.log(usage);
  process.exit(0);
}
const seed = Number(seedText);
if (!Number.isInteger(seed)) {
  console.error('--seed takes a whole number.');
  process.exit(2);
}
installPackages();
buildBundles();

const { classes, handOverSplit, makeSample, unlabelledIn } = await import('./demo/sample.mjs');
const { startImageServer } = await import('./demo/imageServer.mjs');
const { countFound, gatheredKey, gatheredPaths } = await import('./demo/countFound.mjs');
const dir = path.resolve(keep ?? path.join(root, 'sample', 'kitchen'));
const beside = (name) => path.join(path.dirname(dir), `${path.basename(dir)}-${name}`);
const say = (line) => {
  if (!isJson) console.log(line);
};

/** Runs one command of the product as a person would, and answers its JSON. @param codes that are no failure. */
const winnow = async (args, codes = [0]) => {
  const child = spawn(process.execPath, [path.join(root, 'dist', 'cli.mjs'), ...args, '--json'], {
    stdio: ['ignore', 'pipe', isJson ? 'ignore' : 'inherit'],
  });
  const ended = once(child, 'close');
  const out = await text(child.stdout);
  const [code] = await ended;
  if (!codes.includes(code)) {
    console.error(`winnow ${args.join(' ')} ended with ${String(code)}`);
    process.exit(1);
  }
  return JSON.parse(out);
};

say(`Making a sample: 180 photographs of ${classes.length} classes and every sort of planted mistake (seed ${seed}) …`);
const source = beside('source');
await makeSample(source, seed, beside('key.json'));
rmSync(dir, { recursive: true, force: true });
const started = performance.now();
const terms = Object.fromEntries(classes.map((kind) => [`${kind} product photo`, kind]));
const server = await startImageServer(source, terms);
// More than there is, so that the search is exhausted: exit code 4, and every picture was looked at.
const gathered = await winnow(
  [
    ...['gather', dir, '--per-class', '80', '--per-host', '8', '--provider', 'openverse'],
    ...['--base-url', `openverse=${server.base}`, '--allow-private-host', server.host],
    ...Object.entries(terms).flatMap(([term, kind]) => ['--class', `${kind}=${term}`]),
  ],
  [0, 4],
);
await server.close();
const kept = gathered.rows.filter(({ outcome }) => outcome === 'gathered').length;
say(`gather    ${kept} images; ${gathered.rows.length - kept} copies and broken files were left out`);
const verified = await winnow(['verify', dir]);
say(`verify    ${verified.items} images, ${verified.bad.length} broken files`);
handOverSplit(source, dir, gatheredPaths(gathered.rows));
const trained = await winnow(['train', dir]);
say(
  `train     ${(100 * trained.outOfFold.accuracy).toFixed(1)} % right without having seen them, ${(trained.timingMs.total / 1000).toFixed(1)} s on ${trained.backbone.id}`,
);
const found = await winnow(['findings', dir]);
const key = gatheredKey(JSON.parse(readFileSync(beside('key.json'), 'utf8')), gathered.rows);
const top = await winnow(['top-losses', dir, '--top', String(Math.ceil(1.5 * key.planted['label-issue'].length))]);
const { predictions } = await winnow(['predict', dir, ...unlabelledIn(source)]);
const unseen = predictions.filter(({ certainty }) => certainty === 'unseen').length;
say(`predict   ${predictions.length} new pictures; ${unseen} of them like nothing it has ever seen`);
const report = path.join(path.dirname(dir), 'report.html');
await winnow(['report', dir, '--out', report]);

const counts = countFound(key, { findings: found.findings, top: top.items, rows: gathered.rows, predictions });
const seconds = (performance.now() - started) / 1000;
say('\nplanted against found');
for (const kind of Object.keys(counts.planted)) {
  say(`  ${kind.padEnd(16)} ${String(counts.found[kind]).padStart(3)} of ${counts.planted[kind]}`);
}
say(`\n${seconds.toFixed(1)} s. The report: ${path.relative(process.cwd(), report)}`);
say('Next:');
say(`  npm run --silent winnow -- top-losses ${path.relative(root, dir)} --top 20`);
const [worst] = top.items;
say(`  npm run --silent winnow -- relabel ${path.relative(root, dir)} ${worst.path} --to ${worst.prediction}`);
say('  npm run editor        the same in VS Code, in your browser');
if (isJson) {
  console.log(
    JSON.stringify({ seed, ...counts, accuracy: trained.outOfFold.accuracy, seconds: Number(seconds.toFixed(2)) }),
  );
}
