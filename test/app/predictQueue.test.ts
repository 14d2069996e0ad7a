import { describe, expect, it } from 'vitest';
import { PredictQueue } from '../../src/app/predictQueue.js';
import type { PredictFile } from '../../src/app/predict.js';
import { WinnowError } from '../../src/base/errors.js';

const file = (n: number): PredictFile => ({ file: `/${String(n)}`, path: String(n) });
const answerOf = ({ path }: PredictFile): never => ({ path, prediction: 'a' }) as never;

describe('the queue of pictures', () => {
  it('asks about all that wait at once, at most sixteen, and answers each with its own', async () => {
    const batches: number[] = [];
    const queue = new PredictQueue((files) => {
      batches.push(files.length);
      return Promise.resolve({ run: 'r', predictions: files.map(answerOf) });
    });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => queue.predict(file(n))));
    expect(answers.map(({ path }) => path)).toEqual(Array.from({ length: 40 }, (_, n) => String(n)));
    expect(batches).toEqual([1, 16, 16, 7]);
    expect(queue.length).toBe(0);
  });

  it('a picture that takes the engine down costs the others nothing', async () => {
    const queue = new PredictQueue((files) =>
      files.some(({ path }) => path === '5')
        ? Promise.reject(new WinnowError('peer-gone', 'crashed'))
        : Promise.resolve({ run: 'r', predictions: files.map(answerOf) }),
    );
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => queue.predict(file(n))));
    expect(answers.filter((answer) => 'error' in answer)).toMatchObject([{ path: '5', error: { code: 'bad-image' } }]);
  });

  it('whoever gives up before their turn is never asked about; another error reaches all of a batch', async () => {
    let fail: (error: unknown) => void = () => undefined;
    const asked: string[] = [];
    const queue = new PredictQueue((files) => {
      asked.push(...files.map(({ path }) => path));
      return new Promise((_, reject) => (fail = reject));
    });
    const first = queue.predict(file(0));
    const gone = new AbortController();
    const second = queue.predict(file(1), gone.signal);
    gone.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    await expect(queue.predict(file(2), gone.signal)).rejects.toMatchObject({ code: 'cancelled' });
    fail(new WinnowError('no-run', 'gone'));
    await expect(first).rejects.toMatchObject({ code: 'no-run' });
    expect(asked).toEqual(['0']);
  });
});
