// Speed and memory at sizes that no set of ../shared has; synthetic, so it needs none.
import { runBundled } from './speed.mjs';

export const scaleBench = async ({ photos = 100_000, hashes = 1_000_000 } = {}) => ({
  hashes: await runBundled('scale', ['hashes', String(hashes)]),
  findings: await runBundled('scale', ['findings', String(photos)]),
});
