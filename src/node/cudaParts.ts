/** What TensorFlow 2.9, which TensorFlow.js 4.22 brings, needs on a machine to compute on a card: looked for, not loaded. */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface CudaMachine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (file: string) => boolean;
  /** The list of libraries that the dynamic linker of Linux keeps; '' where there is none. */
  readonly linkerCache: () => string;
}

export interface CudaParts {
  /** Whether TensorFlow.js has a build for cards here at all. */
  readonly isSupported: boolean;
  readonly hasDriver: boolean;
  /** Names of libraries that were not found. */
  readonly missing: readonly string[];
}

const libraries = {
  linux: { driver: 'libcuda.so.1', needed: ['libcudart.so.11.0', 'libcudnn.so.8'] },
  win32: { driver: 'nvcuda.dll', needed: ['cudart64_110.dll', 'cudnn64_8.dll'] },
} as const;

export const findCudaParts = (machine: CudaMachine = thisMachine): CudaParts => {
  const { platform, arch, exists } = machine;
  if ((platform !== 'linux' && platform !== 'win32') || arch !== 'x64') {
    return { isSupported: false, hasDriver: false, missing: [] };
  }
  const { driver, needed } = libraries[platform];
  const folders = foldersOf(machine);
  const listed = platform === 'linux' ? machine.linkerCache() : '';
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const isThere = (name: string): boolean =>
    listed.includes(name) || folders.some((folder) => exists(paths.join(folder, name)));
  return { isSupported: true, hasDriver: isThere(driver), missing: needed.filter((name) => !isThere(name)) };
};

/** Where the system's loader would look. */
const foldersOf = ({ platform, env }: CudaMachine): string[] => {
  const list = (name: string, between: string): string[] =>
    (env[name] ?? '').split(between).filter((each) => each !== '');
  if (platform === 'win32') {
    const system = path.win32.join(env['SystemRoot'] ?? 'C:\\Windows', 'System32');
    const toolkit = list('CUDA_PATH', ';').map((folder) => path.win32.join(folder, 'bin'));
    return [system, ...toolkit, ...list('PATH', ';'), ...list('Path', ';')];
  }
  const toolkits = ['/usr/local/cuda', '/usr/local/cuda-11', ...list('CUDA_HOME', ':')].map((each) => `${each}/lib64`);
  const usual = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib', '/usr/local/nvidia/lib64'];
  return [...list('LD_LIBRARY_PATH', ':'), ...toolkits, ...usual];
};

const thisMachine: CudaMachine = {
  platform: process.platform,
  arch: process.arch,
  env: process.env,
  exists: existsSync,
  linkerCache: () => {
    try {
      return readFileSync('/etc/ld.so.cache', 'latin1');
    } catch {
      return '';
    }
  },
};

/** Why TensorFlow.js would be of no use here whatever else is installed; null = it may be. */
export const whyNotInstall = (parts: CudaParts): string | null =>
  parts.isSupported && parts.hasDriver
    ? null
    : `There is nothing to install: ${whyNoCuda(parts, true)}. Fine-tuning works without it.`;

/**
 * The end of a sentence: what stands between this machine and its card, the first thing first.
 * @param isInstalled TensorFlow.js is there.
 */
export const whyNoCuda = ({ isSupported, hasDriver, missing }: CudaParts, isInstalled: boolean): string => {
  if (!isSupported) return 'TensorFlow.js computes on cards on Linux and Windows (x64) only';
  if (!hasDriver) return 'no NVIDIA driver was found';
  const lacks = missing.length === 0 ? null : `CUDA 11 and cuDNN 8 are not complete: ${missing.join(', ')} not found`;
  if (!isInstalled) {
    const also = lacks ? `; and ${lacks}` : '';
    return `TensorFlow.js for CUDA is not installed (Winnow: Install CUDA Support, or winnow install-cuda)${also}`;
  }
  return lacks ?? 'TensorFlow found no card that it can use';
};
