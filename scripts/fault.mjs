// `npm run test:fault`: 1,000 seeded kills (WINNOW_KILLS=n for another number, WINNOW_SEED=n for others).
import path from 'node:path';
import { buildBundles, installPackages, root, run } from './prepare.mjs';

installPackages();
buildBundles();
process.exitCode = run(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'test/fault'], {
  stdio: 'inherit',
  env: { ...process.env, WINNOW_KILLS: process.env.WINNOW_KILLS ?? '1000' },
});
