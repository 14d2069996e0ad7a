/** What is said of a machine that has no CUDA, or only parts of it. */

import { describe, expect, it } from 'vitest';
import { findCudaParts, whyNoCuda, type CudaMachine } from '../../src/node/cudaParts.js';

const machine = (
  platform: NodeJS.Platform,
  files: readonly string[],
  more: Partial<CudaMachine> = {},
): CudaMachine => ({
  platform,
  arch: 'x64',
  env: {},
  exists: (file) => files.includes(file),
  linkerCache: () => '',
  ...more,
});
const sentence = (here: CudaMachine, isInstalled = true): string => whyNoCuda(findCudaParts(here), isInstalled);

describe('what CUDA needs', () => {
  it('is looked for where the linker of Linux would find it', () => {
    const env = { LD_LIBRARY_PATH: '/opt/cuda/lib' };
    const files = ['/usr/lib/x86_64-linux-gnu/libcuda.so.1', '/opt/cuda/lib/libcudart.so.11.0'];
    const linkerCache = (): string => 'x\0libcudnn.so.8\0/somewhere/libcudnn.so.8\0';
    expect(findCudaParts(machine('linux', files, { env, linkerCache }))).toEqual({
      isSupported: true,
      hasDriver: true,
      missing: [],
    });
    expect(findCudaParts(machine('linux', files, { env })).missing).toEqual(['libcudnn.so.8']);
  });

  it('is looked for where Windows would find it', () => {
    const env = { CUDA_PATH: 'C:\\CUDA', Path: 'D:\\cudnn;D:\\more' };
    const files = ['C:\\Windows\\System32\\nvcuda.dll', 'C:\\CUDA\\bin\\cudart64_110.dll', 'D:\\cudnn\\cudnn64_8.dll'];
    expect(findCudaParts(machine('win32', files, { env })).missing).toEqual([]);
  });

  it('is told one thing at a time, the first to be mended first', () => {
    const driver = '/usr/lib64/libcuda.so.1';
    expect(sentence(machine('darwin', []))).toMatch(/Linux and Windows \(x64\) only/);
    expect(sentence(machine('linux', [], { arch: 'arm64' }))).toMatch(/only/);
    expect(sentence(machine('linux', []), false)).toBe('no NVIDIA driver was found');
    expect(sentence(machine('linux', [driver]), false)).toBe(
      'TensorFlow.js for CUDA is not installed (Winnow: Install CUDA Support, or winnow install-cuda); and CUDA 11 and cuDNN 8 are not complete: libcudart.so.11.0, libcudnn.so.8 not found',
    );
    expect(sentence(machine('linux', [driver]))).toMatch(/^CUDA 11 and cuDNN 8 are not complete/);
    const whole = [driver, '/usr/lib/libcudart.so.11.0', '/usr/lib/libcudnn.so.8'];
    expect(sentence(machine('linux', whole))).toMatch(/no card/);
  });
});
