// Installs the offline editor (Node 24 and code-server, both from npm) into the user's cache folder, once per lock file.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, entry, hostDir, hostNode, nodeDir, recipeDir, stamp, supported, unsupported } from './place.mjs';

const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(0);

function fail(message) {
  console.error(message);
  process.exit(1);
}

function missingPackages() {
  const has = (bin) => spawnSync('sh', ['-c', `command -v ${bin}`]).status === 0;
  const missing = ['python3', 'make', 'g++'].filter((bin) => !has(bin));
  if (!['/usr/include/gssapi/gssapi.h', '/usr/include/gssapi.h'].some((p) => fs.existsSync(p))) {
    missing.push('libkrb5-dev');
  }
  if (!chromium) missing.push('chromium');
  return missing;
}

function npm(args, env = {}) {
  // Under `npm run` the outer npm's user agent, with its Node's version, is inherited, and code-server's script reads it.
  const r = spawnSync('npm', args, {
    cwd: hostDir,
    stdio: 'inherit',
    env: { ...process.env, npm_config_user_agent: undefined, ...env },
  });
  if (r.status !== 0) fail(`npm ${args.join(' ')} failed (${r.status ?? r.signal}).`);
  console.log(`[${seconds()} s] npm ${args[0]} done`);
}

/** A rebuild that npm skipped ends with success as well, so only modules that load under the host's Node count. */
function assertBuilt() {
  const modules = path.join(hostDir, 'node_modules', 'code-server', 'lib', 'vscode', 'node_modules');
  const spdlog = path.join(modules, '@vscode', 'spdlog', 'build', 'Release', 'spdlog.node');
  // @parcel/watcher ships prebuilt files for the common systems and builds its own elsewhere: ask its own loader.
  for (const file of [spdlog, path.join(modules, '@parcel', 'watcher')]) {
    const r = spawnSync(hostNode, ['-e', `require(${JSON.stringify(file)})`], { encoding: 'utf8' });
    if (r.status !== 0) fail(`A native module of the editor does not load after npm rebuild:\n${r.stderr}`);
  }
}

function versionLine() {
  // code-server writes a config file under HOME at its first start, whatever it is asked for.
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'winnow-editor-setup-'));
  const r = spawnSync(hostNode, [entry, '--version'], {
    encoding: 'utf8',
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home },
  });
  fs.rmSync(home, { recursive: true, force: true });
  if (r.status !== 0) fail(`code-server --version failed:\n${r.stdout}${r.stderr}`);
  return r.stdout.trim().split('\n').at(-1);
}

if (!supported) fail(unsupported);
const missing = missingPackages();
if (missing.length) {
  fail(`Missing system packages: apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`);
}
if (fs.existsSync(stamp)) {
  console.log(`The offline editor is ready in ${hostDir} (${fs.readFileSync(stamp, 'utf8').trim()}).`);
  process.exit(0);
}

fs.mkdirSync(hostDir, { recursive: true });
for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
  fs.copyFileSync(path.join(recipeDir, name), path.join(hostDir, name));
}
// code-server asks for Node 24, and this first step runs under whatever node is there.
npm(['ci', '--ignore-scripts', '--engine-strict=false']);
// The project's own ignore-scripts=true reaches nested npm calls through the environment: say the opposite aloud.
npm(['rebuild', '--foreground-scripts', '--ignore-scripts=false'], {
  PATH: `${path.dirname(hostNode)}${path.delimiter}${process.env.PATH}`,
  npm_config_nodedir: nodeDir,
  JOBS: 'max',
});
assertBuilt();
const version = versionLine();
fs.writeFileSync(stamp, `${version}\n`);
console.log(`[${seconds()} s] The offline editor is ready in ${hostDir} (${version}).`);
