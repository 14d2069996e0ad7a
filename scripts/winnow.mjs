// `npm run --silent winnow -- <command>`: the command line from the checkout.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildBundles, installPackages, root } from './prepare.mjs';

installPackages();
const cli = path.join(root, 'dist', 'cli.mjs');
if (!existsSync(cli)) buildBundles();
// npm changes to the checkout; the paths that a person types are relative to where they stand.
const cwd = process.env.INIT_CWD ?? process.cwd();
const result = spawnSync(process.execPath, [cli, ...process.argv.slice(2)], { stdio: 'inherit', cwd });
process.exitCode = result.status ?? 1;
