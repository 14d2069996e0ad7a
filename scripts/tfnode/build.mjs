// TensorFlow.js with a native binding, from parts that package registries carry: the npm package without its install script,
// TensorFlow's libraries and headers out of its PyPI package, and a compiler. Kept in the user's cache folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { run } from '../prepare.mjs';

const tfjs = '4.22.0';
const tensorflow = '2.21.0';
const nodeGyp = '11.4.2';

const cacheFolder = () => {
  if (process.env.WINNOW_HOME) return path.join(process.env.WINNOW_HOME, 'cache');
  const { XDG_CACHE_HOME: named } = process.env;
  return path.join(named && path.isAbsolute(named) ? named : path.join(homedir(), '.cache'), 'winnow');
};

const answers = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
/** Where the headers of this Node lie; null = it came without. */
const headersOf = () => {
  const folder = path.resolve(path.dirname(process.execPath), '..');
  return existsSync(path.join(folder, 'include', 'node', 'node_api.h')) ? folder : null;
};

/** What a build needs that is not here; empty = nothing. */
export const lacking = () =>
  [
    [process.platform === 'linux' && process.arch === 'x64', 'Linux on x64'],
    [answers('python3', ['--version']), 'python3'],
    [answers('python3', ['-m', 'pip', '--version']), 'pip'],
    [answers('make', ['--version']) && answers('g++', ['--version']), 'make and g++'],
    [headersOf() !== null, 'the headers of this Node (include/node beside its bin)'],
  ]
    .filter(([isThere]) => !isThere)
    .map(([, what]) => what);

const must = (what, command, args, options) => {
  console.error(`${what} …`);
  const code = run(command, args, options);
  if (code !== 0) throw new Error(`${what} failed (${String(code)}); see above`);
};

/** @returns the folder whose node_modules holds @tensorflow/tfjs-node, made when it is not there. */
export const buildBinding = () => {
  const cache = cacheFolder();
  const folder = path.join(cache, `tfnode-${tfjs}-tensorflow-${tensorflow}`);
  if (existsSync(path.join(folder, 'DONE'))) return folder;
  const making = `${folder}.${String(process.pid)}.part`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  writeFileSync(path.join(making, 'package.json'), '{ "private": true }\n');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
  const packages = [`@tensorflow/tfjs-node@${tfjs}`, `node-gyp@${nodeGyp}`];
  must('Fetching TensorFlow.js from npm', 'npm', ['install', ...quiet, ...packages], { cwd: making });
  const wheels = path.join(cache, 'wheels');
  const isWheel = (name) => name.startsWith(`tensorflow_cpu-${tensorflow}-`) && name.endsWith('.whl');
  const wheel = () => (existsSync(wheels) ? readdirSync(wheels).find(isWheel) : undefined);
  if (!wheel()) {
    // Any Python takes it: only the libraries in it are wanted.
    const platform = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'];
    const tags = ['--platform', 'manylinux_2_27_x86_64', '--only-binary', ':all:', '--no-deps'];
    const wanted = ['--dest', wheels, `tensorflow-cpu==${tensorflow}`];
    must('Fetching TensorFlow from PyPI (261 MB)', 'python3', [
      '-m',
      'pip',
      'download',
      ...platform,
      ...tags,
      ...wanted,
    ]);
  }
  const binding = path.join(making, 'node_modules', '@tensorflow', 'tfjs-node');
  const extract = path.join(import.meta.dirname, 'extract.py');
  must('Unpacking its libraries', 'python3', [extract, path.join(wheels, wheel()), path.join(binding, 'deps')]);
  const gyp = path.join(making, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const where = [`--module_name=tfjs_binding`, `--module_path=${path.join(binding, 'lib', 'napi-v8')}`];
  const settings = [`--nodedir=${headersOf()}`, '--napi_build_version=8', ...where];
  must('Building the binding', process.execPath, [gyp, 'configure', 'build', ...settings], { cwd: binding });
  rmSync(path.join(binding, 'build'), { recursive: true, force: true });
  writeFileSync(path.join(making, 'DONE'), '');
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
  return folder;
};
