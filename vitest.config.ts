import { defineConfig } from 'vitest/config';

/** The one test that compares with Python runs where WINNOW_PYTHON names one with numpy, onnx and onnxruntime; the product needs none. */
const withoutPython = process.env['WINNOW_PYTHON'] === undefined ? ['test/cli/exportPython.test.ts'] : [];

/** Tests share nothing but what they import: one process for many of them saves half of the pure ones' time, and a quarter of the others'. */
const pure = 'test/{base,core,protocol}/**/*.test.ts';
const elsewhere = [...withoutPython, 'test/host/**', 'test/e2e/**', '**/node_modules/**'];
/** Minutes of software GPUs and trainings that only say something new when those rooms change. */
const long = 'test/**/*.long.test.ts';
const fault = 'test/fault/**/*.test.ts';
const browser = 'test/webview/**/*.test.ts';
/** Needs a native binding that `npm run test:tfnode` builds. */
const tfnode = 'test/**/*.tfnode.test.ts';

export default defineConfig({
  define: { WINNOW_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    testTimeout: 180_000,
    // Before the first test of a file the sample dataset may have to be photographed.
    hookTimeout: 240_000,
    pool: 'forks',
    // Most tests wait for a process or a browser; one worker a core less one would leave the machine idle.
    maxWorkers: 2,
    reporters: ['default', './test/closingLine.ts'],
    projects: [
      { extends: true, test: { name: 'pure', include: [pure], isolate: false } },
      {
        extends: true,
        test: {
          name: 'process',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...elsewhere, pure, browser, long, fault, tfnode],
        },
      },
      { extends: true, test: { name: 'browser', include: [browser] } },
      { extends: true, test: { name: 'long', include: [long] } },
      { extends: true, test: { name: 'fault', include: [fault] } },
      { extends: true, test: { name: 'tfnode', include: [tfnode] } },
    ],
  },
});
