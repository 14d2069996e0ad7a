// `npm run test:editor`: the suite inside the real extension host, then the packaged VSIX end to end, each on its own
// copy of the sample. With --open (`npm run editor`): the same VSIX on the sample, for trying by hand.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildBundles, installPackages, root, run } from '../prepare.mjs';

installPackages();
// The sample is made by the product itself.
buildBundles();
const { makeSample } = await import('../demo/sample.mjs');
const node = (file, args = [], env = {}) =>
  run(process.execPath, [path.join(root, file), ...args], { stdio: 'inherit', env: { ...process.env, ...env } });
const must = (code) => {
  if (code !== 0) process.exit(code);
};

must(node('scripts/editor/setup.mjs'));
if (process.argv.includes('--open')) {
  const workspace = path.join(root, 'sample');
  if (!existsSync(path.join(workspace, 'kitchen'))) {
    await makeSample(path.join(workspace, 'kitchen'), 1, path.join(workspace, 'kitchen-key.json'));
  }
  must(node('scripts/editor/package.mjs'));
  process.exit(node('scripts/editor/run.mjs', ['open'], { WINNOW_WORKSPACE: workspace }));
}

const workspace = path.join(root, 'out', 'workspace');
await makeSample(path.join(workspace, 'kitchen'), 1, path.join(root, 'out', 'kitchen-key.json'));
const env = { WINNOW_WORKSPACE: workspace };
must(node('scripts/editor/buildSuite.mjs'));
const inside = node('scripts/editor/run.mjs', ['integration'], env);
// The package is a production build, which replaces dist: so it comes after the suite that runs from the checkout.
must(node('scripts/editor/package.mjs'));
// Scenarios of several minutes are played where `-- --all` asks for them.
const outside = node('scripts/editor/run.mjs', ['e2e', ...process.argv.filter((arg) => arg === '--all')], env);
process.exitCode = inside || outside;
