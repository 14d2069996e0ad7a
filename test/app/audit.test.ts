import { describe, expect, it } from 'vitest';
import { answerAudit, auditedRemaining, auditState, undoAnswer } from '../../src/app/audit.js';
import { decide, redo, undo } from '../../src/app/decide.js';
import type { OpenDataset } from '../../src/app/openDataset.js';
import { seededRandom } from '../../src/base/random.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import type { Entry } from '../../src/core/journal/entry.js';
import { replay } from '../../src/core/journal/replay.js';
import { openTest, put, temporaryFolder } from '../node/tempDataset.js';

const animals = async (): Promise<OpenDataset> => {
  const dir = temporaryFolder();
  for (let i = 0; i < 6; i++) put(dir, `${i % 2 === 0 ? 'cat' : 'dog'}/${i}.jpg`);
  return openTest(dir, temporaryFolder());
};
const withSample = async (): Promise<{ dataset: OpenDataset; ids: readonly ItemId[] }> => {
  const dataset = await animals();
  const ids = (await dataset.snapshot()).scan.items.slice(0, 4).map((item) => item.id);
  await dataset.store.journal.append({ kind: 'audit-sample', ids }, 'auto');
  await dataset.reread();
  return { dataset, ids };
};
const nextOf = async (dataset: OpenDataset): Promise<readonly ItemId[]> =>
  (await auditState(dataset)).progress?.next ?? [];

describe('the audit of a dataset', () => {
  it('has nothing to ask before the first train', async () => {
    const dataset = await animals();
    expect(await auditState(dataset)).toEqual({ progress: null, results: null, trouble: null });
    const [item] = (await dataset.snapshot()).scan.items;
    await expect(answerAudit(dataset, item!.id, 'cannot-tell', 'user')).rejects.toMatchObject({ code: 'no-run' });
  });

  it('asks, takes an answer, takes it back, and asks again', async () => {
    const { dataset } = await withSample();
    const before = await nextOf(dataset);
    const [first, second] = before;
    await answerAudit(dataset, first!, { label: 'cat' }, 'user');
    await answerAudit(dataset, second!, 'cannot-tell', 'user');
    expect((await auditState(dataset)).progress).toMatchObject({ asked: 4, answered: 2, next: before.slice(2) });
    expect(await undoAnswer(dataset, 'user')).toBe(second);
    expect(await undoAnswer(dataset, 'user')).toBe(first);
    expect(await nextOf(dataset)).toEqual(before);
    await expect(undoAnswer(dataset, 'user')).rejects.toMatchObject({ code: 'nothing-to-do' });
  });

  it('refuses strangers and unknown labels, and changes nothing', async () => {
    const { dataset, ids } = await withSample();
    const stranger = (await dataset.snapshot()).scan.items.find((item) => !ids.includes(item.id))!;
    await expect(answerAudit(dataset, stranger.id, { label: 'cat' }, 'user')).rejects.toMatchObject({
      code: 'unknown-item',
    });
    await expect(answerAudit(dataset, ids[0]!, { label: 'dgo' }, 'user')).rejects.toMatchObject({
      code: 'unknown-label',
      detail: { nearest: 'dog' },
    });
    expect((await dataset.snapshot()).entries).toHaveLength(1);
  });

  it('does not ask about what is trashed or set aside; an answer given before still counts', async () => {
    const { dataset } = await withSample();
    const [first, second, third] = await nextOf(dataset);
    await answerAudit(dataset, first!, { label: 'cat' }, 'user');
    await decide(dataset, [first!, second!], { kind: 'trash', as: 'ours' }, 'user');
    await decide(dataset, [third!], { kind: 'set-aside' }, 'user');
    expect((await auditState(dataset)).progress).toMatchObject({ asked: 2, answered: 1, gone: 2 });
  });

  it('sums up once all is answered', async () => {
    const { dataset, ids } = await withSample();
    expect(auditedRemaining(await dataset.snapshot())).toBeNull();
    for (const id of ids) await answerAudit(dataset, id, { label: 'cat' }, 'user');
    const { results, trouble } = await auditState(dataset);
    expect(trouble).toBeNull();
    // The first four of six: three cats and a dog.
    expect(results).toMatchObject({ judged: 4, wrongBefore: { count: 1, of: 4 }, mended: 0, accuracy: null });
    expect(auditedRemaining(await dataset.snapshot())).toEqual(results?.remaining);
  });

  it('is never a decision, never a label, never training input', async () => {
    const { dataset, ids } = await withSample();
    await decide(dataset, [ids[0]!], { kind: 'keep' }, 'user');
    const before = (await dataset.snapshot()).state;
    for (const id of ids) await answerAudit(dataset, id, { label: 'dog' }, 'user');
    await undoAnswer(dataset, 'user');
    expect((await dataset.snapshot()).state).toEqual(before);
    // Undo and redo of decisions pass it by.
    await undo(dataset, {}, 'user');
    const undone = (await dataset.snapshot()).state;
    expect(undone.undoable).toEqual([]);
    expect((await auditState(dataset)).progress).toMatchObject({ answered: 3 });
    await redo(dataset, 'user');
    expect((await dataset.snapshot()).state.undoable).toEqual(before.undoable);
  });

  it('moves nothing that replay says, wherever answers and their undoing come in between', async () => {
    const { dataset, ids } = await withSample();
    await decide(dataset, [ids[0]!], { kind: 'relabel', to: 'dog', allowNewClass: false }, 'user');
    await decide(dataset, [ids[1]!], { kind: 'trash', as: 'ours' }, 'user');
    await undo(dataset, {}, 'user');
    const { entries, scan } = await dataset.snapshot();
    const plain = replay(entries, scan);
    const random = seededRandom(3);
    for (let trial = 0; trial < 200; trial++) {
      const mixed: Entry[] = [];
      let n = 0;
      for (const entry of entries) {
        mixed.push(entry);
        while (random.next() < 0.5) {
          const stamp = { v: 1, writer: 'audit', n: ++n, at: '', by: 'user' } as const;
          const isUndo = n > 1 && random.next() < 0.4;
          mixed.push(
            isUndo
              ? { ...stamp, kind: 'undo', refs: [`audit:${1 + random.below(n - 1)}`] }
              : { ...stamp, kind: 'audit', id: ids[random.below(4)]!, label: random.next() < 0.2 ? null : 'cat' },
          );
        }
      }
      const { labelsAt, ...rest } = replay(mixed, scan);
      const { labelsAt: before, ...others } = plain;
      expect(rest).toEqual(others);
      // An undo of an undo is no answer's: only those may show up.
      if (!mixed.some((entry) => entry.kind === 'undo' && entry.writer === 'audit')) expect(labelsAt).toBe(before);
    }
  });
});
