// Copies the packages that cannot be bundled (native code, WebAssembly) for one target, without what never runs.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './place.mjs';

const notice = (file) => /licen[cs]e|notice|copying/i.test(path.posix.basename(file));
const runs = (file) => notice(file) || !/\.(md|map|ts|mts|cts|c|cc|cpp|h|gyp|gypi)$/i.test(file);
const under = (file, folders) => folders.some((f) => file === f || file.startsWith(`${f}/`));

/** The folder of an installed package, looked up as Node would from `from`. */
function locate(name, from = root) {
  for (let dir = from; ; dir = path.dirname(dir)) {
    const found = path.join(dir, 'node_modules', name);
    if (fs.existsSync(path.join(found, 'package.json'))) return found;
    if (dir === path.dirname(dir)) return undefined;
  }
}

/** onnxruntime-node carries every system in one package; the CUDA and TensorRT providers are hundreds of MB. */
function ortNodeKeeps(file, os, cpu) {
  if (under(file, ['script', 'lib', 'node_modules']) || /providers_(cuda|tensorrt)/.test(file)) return false;
  const [, fileOs, fileCpu] = /^bin\/napi-v\d+\/(\w+)(?:\/(\w+))?/.exec(file) ?? [];
  if (fileOs && fileOs !== os) return false;
  if (fileCpu && fileCpu !== cpu) return false;
  // The loader asks for the versioned name; macOS has the same 44 MB file under two.
  return runs(file) && !(os === 'darwin' && /libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(file));
}

/** All that `import 'onnxruntime-web'` loads in Node: its Node build, and the plain SIMD WebAssembly with its loader. */
const ortWebFiles = [
  'package.json',
  'dist',
  'dist/ort.node.min.js',
  'dist/ort.node.min.mjs',
  'dist/ort-wasm-simd-threaded.mjs',
  'dist/ort-wasm-simd-threaded.wasm',
];

export function stageNatives(into, target) {
  const [os, cpu] = target.split('-');
  const staged = [];
  const stage = (name, keeps = runs, from = root) => {
    const source = locate(name, from);
    if (!source) return undefined;
    const relative = (file) => path.relative(source, file).split(path.sep).join('/');
    fs.cpSync(source, path.join(into, name), {
      recursive: true,
      dereference: true,
      filter: (file) => file === source || keeps(relative(file)),
    });
    staged.push(name);
    return source;
  };
  const required = (...args) => {
    const source = stage(...args);
    if (!source) throw new Error(`${args[0]} is not installed: npm ci.`);
    return source;
  };

  const sharp = required('sharp', (file) => runs(file) && !under(file, ['src', 'install', 'node_modules']));
  for (const name of ['@img/colour', 'detect-libc', 'semver']) required(name, undefined, sharp);
  const native = stage(`@img/sharp-${os}-${cpu}`, undefined, sharp);
  stage(`@img/sharp-libvips-${os}-${cpu}`, undefined, sharp);
  const wasm = stage('@img/sharp-wasm32', undefined, sharp);
  if (wasm) stage('@emnapi/runtime', undefined, wasm);
  if (!native && !wasm) {
    throw new Error(
      `sharp's binary for ${target} is not installed: npm install --no-save --os=${os} --cpu=${cpu} sharp`,
    );
  }

  const ort = locate('onnxruntime-node');
  required('onnxruntime-common', (file) => runs(file) && !under(file, ['lib']));
  required('onnxruntime-web', (file) => file === '' || ortWebFiles.includes(file));
  if (ort && fs.existsSync(path.join(ort, 'bin'))) {
    const has = fs.readdirSync(path.join(ort, 'bin')).some((v) => fs.existsSync(path.join(ort, 'bin', v, os, cpu)));
    // There is none for Intel Macs: onnxruntime-web does the work there.
    if (has) stage('onnxruntime-node', (file) => ortNodeKeeps(file, os, cpu));
  }
  return staged;
}
