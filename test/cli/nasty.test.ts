/** The collection of nasty files through the whole intake, every rule but the decoder's off: each in a class of its own. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GatherReport } from '../../src/core/gather/report.js';
import { tarEntry } from '../node/import/tarEntry.js';
import { runWatched, type Watched } from './peakMemory.js';

const nasty = path.resolve(import.meta.dirname, '../../../shared/nasty');
const MiB = 1024 * 1024;
let scratch: string;
beforeAll(() => void (scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-nasty-'))));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const imported = (dir: string, archive: string): Promise<Watched<GatherReport>> =>
  runWatched(['import', dir, archive], scratch, path.join(scratch, `${dir}-home`));
const archiveOf = (name: string, files: readonly string[]): string => {
  const parts = files.flatMap((file, at) => [
    tarEntry({ name: `${String(at)}.jpg`, body: readFileSync(file) }),
    tarEntry({ name: `${String(at)}.cls`, body: `class ${String(at)}` }),
  ]);
  writeFileSync(path.join(scratch, name), Buffer.concat([...parts, Buffer.alloc(1024)]));
  return name;
};
const anyRule = JSON.stringify({ version: 1, gather: { minSide: 1, keepAnimated: true } });

const whyNot = existsSync(nasty) ? '' : ' (skipped: needs ../shared)';
test.skipIf(!existsSync(nasty))(
  `every bad file is named, no good one refused, the engine stays small${whyNot}`,
  async () => {
    const rows: { file: string; expected: string }[] = parse(readFileSync(path.join(nasty, 'expected.csv')), {
      columns: true,
    });
    const files = rows.map(({ file }) => path.join(nasty, file));
    for (const dir of ['plain', 'all']) {
      mkdirSync(path.join(scratch, dir));
      writeFileSync(path.join(scratch, dir, 'winnow.json'), anyRule);
    }
    const good = files.filter((file, at) => rows[at]!.expected === 'good' && statSync(file).size < 100_000);
    const before = await imported('plain', archiveOf('plain.tar', good.slice(0, 8)));
    expect(before.out.rows.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 8 }, () => 'gathered'));

    const { code, out, engine } = await imported('all', archiveOf('all.tar', files));
    expect(code).toBe(0);
    const reasons = new Map(out.rows.map(({ label, reason, message }) => [label, { reason, message }]));
    const wrong = rows.flatMap(({ file, expected }, at) => {
      const found = reasons.get(`class ${String(at)}`);
      const said = found === undefined ? 'no row' : (found.reason ?? 'gathered');
      const isRight =
        expected === 'either'
          ? found !== undefined
          : expected === 'good'
            ? said === 'gathered'
            : expected === 'unsupported'
              ? said === 'unsupported-format'
              : !['no row', 'gathered', 'unsupported-format'].includes(said);
      return isRight && said !== 'decoder-crash' ? [] : [`${file} (${expected}): ${said}`];
    });
    expect(wrong).toEqual([]);
    expect(out.rows.every(({ message }) => message.length > 0)).toBe(true);
    expect(readdirSync(path.join(scratch, 'all', '.winnow', 'tmp'))).toEqual([]);
    const growth = Math.max(0, engine - before.engine);
    console.log(
      `engine: ${String(Math.round(before.engine / MiB))} MiB on 8 plain files, ${String(Math.round(growth / MiB))} MiB more on ${String(files.length)} nasty ones`,
    );
    if (process.platform === 'linux') expect(before.engine).toBeGreaterThan(0);
    expect(growth).toBeLessThan(200 * MiB);
  },
);
