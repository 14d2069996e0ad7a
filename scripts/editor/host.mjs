// Starts and stops a real VS Code server in a throw-away profile, and installs a VSIX into it.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { URLSearchParams } from 'node:url';
import { entry, hostNode } from './place.mjs';

const settings = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.colorTheme': 'Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.reduceMotion': 'on',
  'window.commandCenter': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'git.enabled': false,
  'chat.disableAIFeatures': true,
};

/** A throw-away HOME, user data, extensions folder and workspace; the workspace is a copy of `from` when given. */
export function makeSandbox(from, overrides = {}) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'winnow-editor-'));
  const at = (...parts) => path.join(dir, ...parts);
  const sandbox = {
    dir,
    home: at('home'),
    data: at('data'),
    extensions: at('extensions'),
    workspace: at('workspace'),
  };
  for (const d of [sandbox.home, sandbox.extensions, sandbox.workspace, at('data', 'User'), at('data', 'Machine')]) {
    fs.mkdirSync(d, { recursive: true });
  }
  if (from) fs.cpSync(path.resolve(from), sandbox.workspace, { recursive: true });
  // Settings of the machine's own scope are read from their own file.
  for (const scope of ['User', 'Machine']) {
    fs.writeFileSync(at('data', scope, 'settings.json'), JSON.stringify({ ...settings, ...overrides }, null, 2));
  }
  fs.writeFileSync(at('config.yaml'), 'auth: none\n');
  return sandbox;
}

export function removeSandbox(sandbox) {
  fs.rmSync(sandbox.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

function environment(sandbox, extra) {
  const env = {
    ...process.env,
    HOME: sandbox.home,
    XDG_CONFIG_HOME: path.join(sandbox.home, '.config'),
    XDG_DATA_HOME: path.join(sandbox.home, '.local', 'share'),
    XDG_CACHE_HOME: path.join(sandbox.home, '.cache'),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  };
  // An outer editor's or npm's variables would configure the inner one.
  for (const key of Object.keys(env)) {
    if (/^(VSCODE_|npm_|ELECTRON_)/.test(key) || key === 'PORT') delete env[key];
  }
  return { ...env, ...extra };
}

const profile = (sandbox) => [
  ...['--config', path.join(sandbox.dir, 'config.yaml')],
  ...['--user-data-dir', sandbox.data],
  ...['--extensions-dir', sandbox.extensions],
];

export function installVsix(sandbox, vsix) {
  const args = [entry, ...profile(sandbox), '--install-extension', vsix, '--force'];
  const r = spawnSync(hostNode, args, { env: environment(sandbox), encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`Installing ${vsix} failed (${r.status}):\n${r.stdout}${r.stderr}`);
}

function listening(child, log) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`code-server did not listen within 60 s:\n${text}`)), 60_000);
    const read = (chunk) => {
      log.write(chunk);
      if (text === undefined) return;
      text += chunk;
      const found = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text);
      if (!found) return;
      text = undefined;
      clearTimeout(timer);
      resolve(Number(found[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`code-server exited with ${code}:\n${text ?? ''}`));
    });
  });
}

/**
 * Starts the server; `development` lets the URL name an extension under development and its tests; `hasTrust` leaves it to
 * the settings whether a folder is trusted.
 */
export async function startServer(sandbox, { env = {}, development = false, hasTrust = false } = {}) {
  const flags = [
    ...['--bind-addr', '127.0.0.1:0', '--auth', 'none', '--disable-telemetry', '--disable-update-check'],
    ...['--disable-getting-started-override', '--ignore-last-opened'],
    ...(hasTrust ? [] : ['--disable-workspace-trust']),
    // A built workbench reads the development payload only with this on; it also hides notification toasts.
    ...(development ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const child = spawn(hostNode, [entry, ...profile(sandbox), ...flags], {
    env: environment(sandbox, env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group, because the server forks and only the group's end ends all of them.
    detached: true,
  });
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      /* already gone */
    }
  };
  const reap = () => kill('SIGKILL');
  const bail = () => process.exit(130);
  const release = () => {
    process.off('exit', reap);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, bail);
  };
  process.once('exit', reap);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, bail);

  const log = fs.createWriteStream(path.join(sandbox.dir, 'server.log'));
  const port = await listening(child, log);
  const authority = `127.0.0.1:${port}`;
  return {
    port,
    authority,
    pid: child.pid,
    url(payload = [], folder = sandbox.workspace) {
      const all = [['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload];
      return `http://${authority}/?${new URLSearchParams({ folder, payload: JSON.stringify(all) })}`;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        kill('SIGTERM');
        const timer = setTimeout(reap, 5000);
        await gone;
        clearTimeout(timer);
      }
      // The leader may leave before the processes it forked.
      reap();
      release();
      log.end();
    },
  };
}
