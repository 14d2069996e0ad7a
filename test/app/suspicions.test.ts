import { describe, expect, it } from 'vitest';
import { decide, undo } from '../../src/app/decide.js';
import { listFindings } from '../../src/app/findings.js';
import { suspicionsOf } from '../../src/app/suspicions.js';
import { idOf, imageBytes, openTest, put, temporaryFolder } from '../node/tempDataset.js';

describe('what is suspicious about a file', () => {
  it('is said of each of its paths while nobody has decided, and of files that are no images', async () => {
    const dir = temporaryFolder();
    put(dir, 'cat/1.jpg');
    put(dir, 'cat/copy.jpg', imageBytes('cat/1.jpg'));
    put(dir, 'dog/2.jpg');
    const dataset = await openTest(dir, temporaryFolder());
    const now = async () => suspicionsOf(await dataset.snapshot(), (await listFindings(dataset)).findings);
    const before = await now();
    expect([...before.keys()].sort()).toEqual(['cat/1.jpg', 'cat/copy.jpg']);
    expect(before.get('cat/copy.jpg')).toMatchObject({ kinds: ['exact-duplicate'] });
    await decide(dataset, [idOf(imageBytes('cat/1.jpg'))], { kind: 'keep' }, 'user');
    expect((await now()).size).toBe(0);
    await undo(dataset, {}, 'user');
    expect((await now()).size).toBe(2);
  });
});
