// `npm run test:tfnode`: TensorFlow.js for real, by its native binding: our gradients, our steps, a whole fine-tuning.
import path from 'node:path';
import { installPackages, root, run } from '../prepare.mjs';
import { buildBinding, lacking } from './build.mjs';

installPackages();
const missing = lacking();
if (missing.length > 0) {
  console.log(`Skipped: building the binding of TensorFlow.js needs ${missing.join(', ')}. Nothing was tested.`);
  process.exit(process.env.WINNOW_REQUIRE_ALL === '1' ? 1 : 0);
}
const folder = buildBinding();
console.error(`TensorFlow.js lies in ${folder}.`);
process.exitCode = run(
  process.execPath,
  [path.join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'tfnode', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, WINNOW_TFNODE: folder } },
);
