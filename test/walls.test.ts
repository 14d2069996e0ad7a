import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { afterEach, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const { forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: never[];
  options: object;
};

const summaryOf = async (): Promise<ICruiseResult['summary']> => {
  const { output } = await cruise(['src', 'webview'], {
    ruleSet: { forbidden },
    validate: true,
    baseDir: root,
    ...options,
  });
  return (output as ICruiseResult).summary;
};

const planted = path.join(root, 'src/core/planted');
afterEach(() => {
  rmSync(planted, { recursive: true, force: true });
});

test('the walls see the whole house and nothing breaches them', { timeout: 300_000 }, async () => {
  const summary = await summaryOf();
  expect(summary.violations).toEqual([]);
  expect(summary.totalCruised).toBeGreaterThan(100);
});

test('a planted breach is caught', { timeout: 300_000 }, async () => {
  mkdirSync(planted);
  writeFileSync(
    path.join(planted, 'breach.ts'),
    `import { openStore } from '../../node/datasetStore.js';\nimport sharp from 'sharp';\nimport type { Uri } from 'vscode';\nexport const y = [openStore, sharp] as const;\nexport type X = Uri;\n`,
  );
  const rules = (await summaryOf()).violations.map((violation) => violation.rule.name);
  expect(rules).toEqual(
    expect.arrayContaining(['room-core', 'sharp-only-in-images', 'vscode-only-in-host', 'pure-rooms-import-nothing']),
  );
});
