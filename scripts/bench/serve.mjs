// node scripts/bench/serve.mjs [--minutes 10] [--set bears]: `winnow serve` under good, broken and hostile requests, as JSON.
// Needs ../shared (or WINNOW_SHARED) and dist/ as built.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { bundles, discard, photosOf, scratch, shared, takeBundles, winnow } from './product.mjs';
import { load } from './serveLoad.mjs';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, set: { type: 'string', default: 'bears' } },
});
takeBundles();
const dir = scratch();
const env = { WINNOW_HOME: path.join(dir, 'home') };
const set = path.join(shared, 'data', values.set);
cpSync(set, path.join(dir, 'photos'), { recursive: true });
winnow(['train', path.join(dir, 'photos'), '--views', '1'], env);
// Half of the pictures are unknown to the model: a byte behind the end makes another file of the same picture.
const pictures = photosOf(values.set)
  .filter((_, at) => at % 4 === 0)
  .map((photo, at) => {
    const bytes = readFileSync(path.join(set, photo.path));
    return at % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([0])]);
  });

const server = spawn(process.execPath, [path.join(bundles, 'cli.mjs'), 'serve', path.join(dir, 'photos'), '--json'], {
  env: { ...process.env, ...env },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let hasEnded = false;
server.on('exit', () => (hasEnded = true));
const [line] = await new Promise((resolve) => createInterface(server.stdout).once('line', (...said) => resolve(said)));
const port = Number(new URL(JSON.parse(line).url).port);

const rssOf = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const children = () =>
  readFileSync(`/proc/${String(server.pid)}/task/${String(server.pid)}/children`, 'utf8')
    .split(' ')
    .filter(Boolean);
const enginesSeen = new Set();
const memory = () => {
  for (const pid of children()) enginesSeen.add(pid);
  return { server: rssOf(server.pid), engine: children().reduce((sum, pid) => sum + rssOf(pid), 0) };
};

const ms = Number(values.minutes) * 60_000;
// The first requests start threads and read the model; memory is flat or not from there on.
await load({ port, pictures, seed: 7, isOver: (asked) => asked >= 1500 });
const samples = [memory()];
const started = performance.now();
const timer = setInterval(() => samples.push(memory()), 2_000);
const report = await load({ port, pictures, seed: 1, isOver: () => hasEnded || performance.now() - started > ms });
clearInterval(timer);
samples.push(memory());
const minutes = (performance.now() - started) / 60_000;
const at = (share) => report.goodMs[Math.min(report.goodMs.length - 1, Math.floor(share * report.goodMs.length))];
const third = Math.max(1, Math.floor(samples.length / 3));
const meanOf = (some, which) => some.reduce((sum, sample) => sum + sample[which], 0) / some.length;
const memoryOf = (which) => {
  const [first, last] = [meanOf(samples.slice(0, third), which), meanOf(samples.slice(-third), which)];
  return {
    startMiB: samples[0][which],
    endMiB: samples.at(-1)[which],
    peakMiB: Math.max(...samples.map((s) => s[which])),
    firstThirdMiB: first,
    lastThirdMiB: last,
    change: last / first - 1,
  };
};
const result = {
  minutes,
  asked: report.asked,
  perSecond: report.asked / minutes / 60,
  crashes: (hasEnded ? 1 : 0) + enginesSeen.size - 1,
  busy: report.busy,
  wrong: report.wrong.length,
  speechless: report.speechless.length,
  goodMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: report.goodMs.at(-1) },
  memory: { server: memoryOf('server'), engine: memoryOf('engine') },
  counts: report.counts,
  examples: report.wrong.slice(0, 5),
};
const ended = new Promise((resolve) => server.once('exit', resolve));
server.kill('SIGTERM');
const code = hasEnded ? null : await ended;
const left = path.join(env.WINNOW_HOME, 'cache', 'serve');
console.log(
  JSON.stringify({ ...result, exitCode: code, filesLeft: existsSync(left) ? readdirSync(left) : [] }, null, 1),
);
discard(dir);
process.exitCode = result.crashes + result.wrong + result.speechless === 0 ? 0 : 1;
