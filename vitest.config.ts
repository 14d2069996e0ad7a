import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { WINNOW_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/host/**', 'test/e2e/**', '**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Most tests wait for a process or a browser; one worker a core less one would leave the machine idle.
    maxWorkers: 2,
    reporters: ['default', './test/closingLine.ts'],
  },
});
