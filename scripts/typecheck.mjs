// tsc for each room's own project: what a room may not know (Node, DOM, vscode) is not in its `types`.
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { root, run } from './prepare.mjs';

const { references } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'));
let failed = 0;
for (const { path: project } of references) {
  const code = run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
  if (code !== 0) failed = code;
}
process.exitCode = failed;
