/** The collection of nasty files through the whole intake, every rule but the decoder's off: each in a class of its own. */
import { spawn } from 'node:child_process';
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
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GatherReport } from '../../src/core/gather/report.js';
import { tarEntry } from '../node/import/tarEntry.js';

const root = path.resolve(import.meta.dirname, '../..');
const nasty = path.resolve(root, '../shared/nasty');
const MiB = 1024 * 1024;
let scratch: string;
beforeAll(() => void (scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-nasty-'))));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const kilobytes = (pid: string | number, field: string): number => {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
};
const childrenOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
      .split(' ')
      .filter(Boolean);
  } catch {
    return [];
  }
};

/** @returns the report, and the most memory that any engine of the run has held (0 where there is no /proc). */
const imported = async (
  dir: string,
  archive: string,
): Promise<{ code: number | null; out: GatherReport; peak: number }> => {
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.mjs'), 'import', dir, archive, '--json'], {
    cwd: scratch,
    env: { ...process.env, WINNOW_HOME: path.join(scratch, `${dir}-home`) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let peak = 0;
  const watch = setInterval(() => {
    // Its high-water mark is the system's own, so nothing is missed between two looks but the very end.
    for (const engine of childrenOf(child.pid!)) peak = Math.max(peak, kilobytes(engine, 'VmHWM') * 1024);
  }, 10);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const out = await text(child.stdout);
  const code = await ended;
  clearInterval(watch);
  return { code, out: JSON.parse(out) as GatherReport, peak };
};
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

    const { code, out, peak } = await imported('all', archiveOf('all.tar', files));
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
    const growth = Math.max(0, peak - before.peak);
    console.log(
      `engine: ${String(Math.round(before.peak / MiB))} MiB on 8 plain files, ${String(Math.round(growth / MiB))} MiB more on ${String(files.length)} nasty ones`,
    );
    if (process.platform === 'linux') expect(before.peak).toBeGreaterThan(0);
    expect(growth).toBeLessThan(200 * MiB);
  },
);
