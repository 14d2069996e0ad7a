/** The command line's JSON is a contract: shapes are held by golden files, values by assertions. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSample } from '../../scripts/demo/sample.mjs';
import { expectShape, shapeOf } from './golden.js';
import { winnowIn } from './winnowIn.js';

let scratch: string;
let dir: string;

const winnow = winnowIn(() => scratch);

/** One of the class folder's ordinary photos that no test decides about, relative to the dataset. */
const photo = (kind: string, at: number): string => {
  const names = readdirSync(path.join(dir, kind)).filter((name) => /^photo-\d+\.jpg$/.test(name));
  return `${kind}/${names[20 + at]!}`;
};

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-cli-'));
  dir = path.join(scratch, 'kitchen');
  await makeSample(dir, 1, path.join(scratch, 'key.json'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe('the contract, in the order of an evening', () => {
  test('scan and verify', () => {
    const scanned = winnow('scan', 'kitchen');
    expect(scanned.code).toBe(0);
    expectShape('scan', { ...scanned.out, classes: {} });
    const verified = winnow('verify', 'kitchen');
    expect(verified.out).toMatchObject({ items: 203, files: 209 });
    const bad = verified.out['bad'] as { path: string; reason: string }[];
    // The table of the split is passed over by everything else, and verify says so.
    expect(
      bad
        .filter(({ path: at }) => at !== 'split.csv')
        .map(({ reason }) => reason)
        .sort(),
    ).toEqual(['empty', 'lfs-pointer', 'not-an-image', 'truncated']);
  });

  test('before a train: findings without a run; what needs one says so', () => {
    const findings = winnow('findings', 'kitchen');
    expect(findings.out['run']).toBeNull();
    const kinds = new Set((findings.out['findings'] as { kind: string }[]).map(({ kind }) => kind));
    for (const kind of ['label-conflict', 'bad-image', 'exact-duplicate', 'near-duplicate', 'dark', 'tiny']) {
      expect(kinds).toContain(kind);
    }
    for (const kind of ['label-issue', 'outlier', 'out-of-domain', 'ambiguous']) expect(kinds).not.toContain(kind);
    const losses = winnow('top-losses', 'kitchen');
    expect(losses.code).toBe(1);
    expect(losses.stderr).toMatch(/has not been trained yet/);
  });

  test('train, top-losses, findings, confusion', () => {
    const trained = winnow('train', 'kitchen');
    expect(trained.code, trained.stderr).toBe(0);
    expectShape('train', trained.out);
    const losses = winnow('top-losses', 'kitchen', '--top', '5');
    expectShape('top-losses', {
      ...losses.out,
      labelsAt: 'string',
      items: (losses.out['items'] as unknown[]).slice(0, 1),
    });
    const values = (losses.out['items'] as { lossNats: number }[]).map((item) => item.lossNats);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    const findings = winnow('findings', 'kitchen', '--kind', 'label-issue').out['findings'] as {
      kind: string;
      score: number;
    }[];
    expect(findings.every(({ kind }) => kind === 'label-issue')).toBe(true);
    expectShape('findings', findings.slice(0, 1));
    const confusion = winnow('confusion', 'kitchen');
    expectShape('confusion', {
      ...confusion.out,
      mostConfused: (confusion.out['mostConfused'] as unknown[]).slice(0, 1),
    });
    const total = (confusion.out['matrix'] as number[][]).flat().reduce((a, b) => a + b, 0);
    expect(total).toBe(196); // 203 items less two whose copies have two labels and five that nobody has labelled
  });

  test('health: figures where there are some, sentences where there are none', () => {
    const health = winnow('health', 'kitchen');
    expect(health.code, health.stderr).toBe(0);
    expectShape('health', health.out);
    const { accuracy, classes } = health.out as {
      accuracy: { value: number; low: number; high: number; of: number };
      classes: { label: string; photos: number }[];
    };
    expect(accuracy.of).toBe(196);
    expect(accuracy.low).toBeLessThan(accuracy.value);
    expect(accuracy.high).toBeGreaterThan(accuracy.value);
    expect(classes.map(({ label }) => label)).toEqual(['bottle', 'goblet', 'mug', 'plate']);
    expect(health.out['products']).toMatchObject({ known: null, missing: expect.stringMatching(/groupBy/) });
    expect(health.out['sites']).toMatchObject({ known: null, missing: expect.stringMatching(/web sites/) });
  });

  test('health with products: groups named in winnow.json are left out in turn', () => {
    const spec = path.join(dir, 'winnow.json');
    writeFileSync(spec, JSON.stringify({ version: 1, groupBy: { by: 'regex', pattern: '(\\d)\\.jpg$' } }));
    const health = winnow('health', 'kitchen');
    rmSync(spec);
    expect(health.code, health.stderr).toBe(0);
    const products = health.out['products'] as { known: { parts: number; photos: number }; missing: null };
    expectShape('health-left-out', products);
    expect(products.known).toMatchObject({ parts: 10 });
    expect(products.known.photos).toBeGreaterThan(150);
  });

  test('a second train finds everything in the cache', () => {
    const again = winnow('train', 'kitchen');
    expect(again.out['cache']).toMatchObject({ misses: 0 });
  });

  test('decide, undo, redo, history', () => {
    const [item] = winnow('top-losses', 'kitchen', '--top', '1').out['items'] as {
      id: string;
      path: string;
      label: string;
    }[];
    const other = item!.label === 'mug' ? 'plate' : 'mug';
    const relabelled = winnow('relabel', 'kitchen', item!.path, '--to', other);
    expectShape('decision', relabelled.out);
    const after = winnow('top-losses', 'kitchen', '--top', '200').out['items'] as {
      id: string;
      label: string;
      decision: string;
    }[];
    expect(after.find(({ id }) => id === item!.id)).toMatchObject({ label: other, decision: 'relabel' });
    expect(winnow('undo', 'kitchen').out['entries']).toMatchObject([{ kind: 'undo', items: [{ id: item!.id }] }]);
    expect(winnow('redo', 'kitchen').out['entries']).toMatchObject([{ kind: 'redo', items: [{ id: item!.id }] }]);
    expect(winnow('keep', 'kitchen', item!.id.slice(0, 8)).code).toBe(0);
    const history = winnow('history', 'kitchen');
    expectShape('history', { entries: (history.out['entries'] as unknown[]).slice(0, 1) });
  });

  test('wrong words: exit 2 with the nearest name, 4 when some items are unknown', () => {
    const typo = winnow('relabel', 'kitchen', 'mug', '--to', 'mgu');
    expect([typo.code, winnow('nonsense').code]).toEqual([4, 2]);
    const label = winnow(
      'relabel',
      'kitchen',
      (winnow('top-losses', 'kitchen').out['items'] as { path: string }[])[0]!.path,
      '--to',
      'mgu',
    );
    expect(label.code).toBe(2);
    expect(label.stderr).toMatch(/nearest is "mug"/);
    const some = winnow(
      'keep',
      'kitchen',
      'nothing.jpg',
      (winnow('top-losses', 'kitchen').out['items'] as { path: string }[])[0]!.path,
    );
    expect(some.code).toBe(4);
    expect(some.out['failed']).toEqual(['nothing.jpg']);
  });

  test('predict: held out for a photo of the dataset, new for another, an error for a broken one', () => {
    const inside = (winnow('top-losses', 'kitchen').out['items'] as { path: string }[])[0]!.path;
    cpSync(path.join(dir, photo('mug', 0)), path.join(scratch, 'new.jpg'));
    writeFileSync(
      path.join(scratch, 'new.jpg'),
      Buffer.concat([readFileSync(path.join(scratch, 'new.jpg')), Buffer.from('x')]),
    );
    writeFileSync(path.join(scratch, 'broken.jpg'), 'nothing');
    const answer = winnow('predict', 'kitchen', `kitchen/${inside}`, 'new.jpg', 'broken.jpg', 'gone.jpg');
    expect(answer.code).toBe(4);
    const predictions = answer.out['predictions'] as {
      basis?: string;
      error?: object;
      probabilities?: Record<string, number>;
    }[];
    expect(predictions.map(({ basis, error }) => basis ?? (error ? 'error' : ''))).toEqual([
      'held-out',
      'new',
      'error',
      'error',
    ]);
    expect(Object.values(predictions[1]!.probabilities!).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expectShape('prediction', { ...predictions[1], nearest: [] });
    expect(shapeOf(answer.out['byClass'])).toMatchObject([{ label: 'string', photos: 'number', sure: 'number' }]);
    expect(shapeOf((predictions[1] as { nearest?: unknown[] }).nearest)).toEqual([
      { id: 'string', path: 'string', label: 'string', distance: 'number' },
    ]);
  });

  test('similar: a photo of the dataset by path, any file by its name, a sentence for what is neither', () => {
    interface Similar {
      readonly of: { readonly path: string; readonly isInDataset: boolean };
      readonly photos: readonly { readonly id: string; readonly path: string; readonly distance: number }[];
    }
    const inside = winnow('similar', 'kitchen', photo('mug', 1), '--top', '5').out as unknown as Similar;
    expectShape('similar', inside);
    expect(inside.of).toMatchObject({ path: photo('mug', 1), isInDataset: true });
    expect(inside.photos).toHaveLength(5);
    expect(inside.photos.map(({ path: at }) => at)).not.toContain(photo('mug', 1));
    const distances = inside.photos.map(({ distance }) => distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    // The same picture with one more byte is a stranger whose nearest photo is the original.
    const outside = winnow('similar', 'kitchen', 'new.jpg').out as unknown as Similar;
    expect(outside.of).toMatchObject({ path: 'new.jpg', isInDataset: false });
    expect(outside.photos).toHaveLength(24);
    expect(outside.photos[0]).toMatchObject({ path: photo('mug', 0) });
    expect(outside.photos[0]!.distance).toBeLessThan(1e-3);
    const [gone, broken] = [winnow('similar', 'kitchen', 'gone.jpg'), winnow('similar', 'kitchen', 'broken.jpg')];
    expect([gone.code, broken.code]).toEqual([1, 1]);
    expect(gone.stderr).toMatch(/gone\.jpg/);
  });

  test('apply moves the files, undo and apply move them back', () => {
    const [item] = (
      winnow('top-losses', 'kitchen', '--top', '60').out['items'] as {
        path: string;
        label: string;
        decision: string | null;
      }[]
    ).filter(({ decision }) => decision === null);
    const other = item!.label === 'mug' ? 'plate' : 'mug';
    winnow('relabel', 'kitchen', item!.path, '--to', other);
    expect(winnow('apply', 'kitchen', '--dry-run').out).toMatchObject({ dryRun: true });
    expect(existsSync(path.join(dir, item!.path))).toBe(true);
    const applied = winnow('apply', 'kitchen');
    expectShape('apply', { ...applied.out, moved: (applied.out['moved'] as unknown[]).slice(0, 1) });
    const move = (applied.out['moved'] as { from: string; to: string }[]).find(({ from }) => from === item!.path)!;
    expect([existsSync(path.join(dir, move.from)), existsSync(path.join(dir, move.to))]).toEqual([false, true]);
    winnow('undo', 'kitchen');
    winnow('apply', 'kitchen');
    expect([existsSync(path.join(dir, move.from)), existsSync(path.join(dir, move.to))]).toEqual([true, false]);
  });

  test('report is one file without scripts or addresses', () => {
    expect(winnow('report', 'kitchen', '--out', 'report.html').code).toBe(0);
    const html = readFileSync(path.join(scratch, 'report.html'), 'utf8');
    expect(html).toMatch(/data:image\/jpeg;base64/);
    expect(html).not.toMatch(/<script|https?:/);
  });

  test('doctor says which rung runs', () => {
    const doctor = winnow('doctor');
    expect(doctor.out).toMatchObject({ isHealthy: true, engine: { rung: 'native' } });
  });
});

describe('folders that are no dataset', () => {
  const folder = (name: string, files: Record<string, string>): string => {
    for (const [file, from] of Object.entries({ ...files })) {
      mkdirSync(path.dirname(path.join(scratch, name, file)), { recursive: true });
      cpSync(path.join(dir, from), path.join(scratch, name, file));
    }
    mkdirSync(path.join(scratch, name), { recursive: true });
    return name;
  };

  test.each([
    ['no images', () => folder('empty', {}), 3, /no image/i],
    [
      'a flat folder',
      () => folder('flat', { 'a.jpg': photo('mug', 0), 'b.jpg': photo('mug', 1) }),
      1,
      /one folder per class/,
    ],
    ['one class', () => folder('one', { 'mug/a.jpg': photo('mug', 0), 'mug/b.jpg': photo('mug', 1) }), 1, /one class/],
    ['a folder that is not there', () => 'nowhere', 1, /nowhere/],
  ])('%s: one sentence and an exit code', (_, make, code, words) => {
    const answer = winnow('train', make());
    expect(answer.code).toBe(code);
    expect(answer.stderr).toMatch(words);
    expect(answer.stderr).not.toMatch(/ at .*\.mjs/);
  });

  test('a class of one image trains and is judged', () => {
    const name = folder('lonely', {
      'mug/a.jpg': photo('mug', 0),
      'mug/b.jpg': photo('mug', 1),
      'mug/c.jpg': photo('mug', 2),
      'plate/a.jpg': photo('plate', 0),
      'plate/b.jpg': photo('plate', 1),
      'bottle/a.jpg': photo('bottle', 0),
    });
    const answer = winnow('train', name);
    expect(answer.code, answer.stderr).toBe(0);
    expect(answer.out).toMatchObject({ items: 6 });
  });

  test('a model file that is not ONNX', () => {
    writeFileSync(path.join(scratch, 'fake.onnx'), 'not a model');
    const answer = winnow('train', 'kitchen', '--backbone', 'fake.onnx', '--normalise', 'unit', '--size', '64');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/ONNX/);
  });
});
