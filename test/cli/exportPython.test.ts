/** The exported ONNX in Python: onnx's own checker, and the same numbers as in Node from the same raw pixels. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSample } from '../../scripts/demo/sample.mjs';
import { openSession } from '../../src/engine/session/openSession.js';
import { floatsOf } from '../../src/engine/session/tensorSession.js';
import { coralFile, hasShared } from '../engine/fixtures.js';

/** Has numpy, onnx and onnxruntime; without one this file is not run (vitest.config.ts). */
const python = process.env['WINNOW_PYTHON'] ?? 'python3';

const script = `
import json, sys, numpy, onnx, onnxruntime
folder, shapes = sys.argv[1], json.loads(sys.argv[2])
onnx.checker.check_model(folder + "/model.onnx", full_check=True)
session = onnxruntime.InferenceSession(folder + "/model.onnx", providers=["CPUExecutionProvider"])
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
rows = []
for at, (height, width) in enumerate(shapes):
    pixels = numpy.fromfile(f"{folder}/{at}.raw", dtype=numpy.uint8).reshape(height, width, 3)
    rows.append(session.run(["probabilities"], {"pixels": pixels})[0][0].tolist())
print(json.dumps({"classes": classes, "rows": rows}))
`;

describe('an exported graph in Python', () => {
  const cli = path.resolve(import.meta.dirname, '../../dist/cli.mjs');
  let scratch: string;
  const winnow = (...args: string[]): void => {
    const env = { ...process.env, WINNOW_HOME: path.join(scratch, 'home') };
    const result = spawnSync(process.execPath, [cli, ...args], { cwd: scratch, env, encoding: 'utf8' });
    expect(result.status, result.stderr).toBe(0);
  };
  beforeAll(async () => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-python-'));
    await makeSample(path.join(scratch, 'kitchen'), 1, path.join(scratch, 'key.json'));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const backbones: readonly (readonly [string, readonly string[]])[] = [
    ['the embedded backbone', []],
    ...(hasShared ? [['a float MobileNetV2', ['--backbone', coralFile]] as const] : []),
  ];
  it.each(backbones)('with %s passes the checker and gives the same probabilities', async (_, args) => {
    winnow('train', 'kitchen', '--views', '1', ...args);
    winnow('export', 'kitchen', '--to', 'onnx', '--out', 'out');
    const folder = path.join(scratch, 'out');
    const session = await openSession(readFileSync(path.join(folder, 'model.onnx')));
    const own: Float32Array[] = [];
    const shapes: [number, number][] = [];
    for (const label of ['bottle', 'goblet', 'mug', 'plate']) {
      const names = readdirSync(path.join(scratch, 'kitchen', label)).filter((name) => /^photo-\d+\.jpg$/.test(name));
      for (const name of names.slice(0, 8)) {
        const { data, info } = await sharp(path.join(scratch, 'kitchen', label, name))
          .removeAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        writeFileSync(path.join(folder, `${String(shapes.length)}.raw`), data);
        shapes.push([info.height, info.width]);
        const pixels = { type: 'uint8', dims: [info.height, info.width, 3], data } as const;
        own.push(floatsOf((await session.run({ pixels }))['probabilities'], 'probabilities').slice());
      }
    }
    await session.dispose();
    expect(shapes.length).toBeGreaterThan(15);
    const result = spawnSync(python, ['-c', script, folder, JSON.stringify(shapes)], { encoding: 'utf8' });
    expect(result.status, result.stderr).toBe(0);
    const { classes, rows } = JSON.parse(result.stdout) as { classes: string[]; rows: number[][] };
    expect(classes).toEqual(['bottle', 'goblet', 'mug', 'plate']);
    // Answers that are all 0 or 1 would agree whatever is computed.
    expect(rows.flat().filter((p) => p > 0.001 && p < 0.999).length).toBeGreaterThan(5);
    const difference = Math.max(...rows.flatMap((row, at) => row.map((p, c) => Math.abs(p - own[at]![c]!))));
    console.log(`largest difference of a probability: ${difference.toExponential(1)}`);
    expect(difference).toBeLessThanOrEqual(1e-4);
  });
});
