import { describe, expect, it } from 'vitest';
import type { ItemId } from '../../../src/core/dataset/item.js';
import { cleaningOf, cleaningSentences, type CleanedPhoto } from '../../../src/core/health/cleaning.js';

const photo = (name: string, some: Partial<CleanedPhoto> = {}): CleanedPhoto => ({
  id: name as ItemId,
  path: `cat/${name}.jpg`,
  status: 'in',
  labelBefore: 'cat',
  labelNow: 'cat',
  predictionBefore: 'cat',
  predictionNow: 'cat',
  audited: null,
  ...some,
});
const noAudit = { asked: 60, answered: 12, results: null };

describe('after cleaning', () => {
  it('counts what changed, and takes no changed label for the truth', () => {
    const report = cleaningOf(
      [
        photo('same'),
        photo('relabelled', { labelNow: 'dog', predictionNow: 'dog' }),
        photo('relabelled too', { labelNow: 'dog' }),
        photo('out', { status: 'trashed' }),
        photo('aside', { status: 'set-aside', predictionBefore: 'dog' }),
        photo('mended', { predictionBefore: 'dog' }),
        photo('broken', { predictionNow: 'dog' }),
        photo('audited', { labelNow: 'dog', audited: 'dog', predictionNow: 'dog' }),
        photo('not judged', { predictionBefore: null }),
      ],
      noAudit,
      4,
    );
    expect(report).toMatchObject({ relabelled: 3, trashed: 1, setAside: 1, mended: 4 });
    expect(report.relabels).toEqual([{ from: 'cat', to: 'dog', count: 3 }]);
    expect(report.flips!.nowRight.map(({ id }) => id)).toEqual(['audited', 'mended']);
    expect(report.flips!.nowWrong.map(({ id }) => id)).toEqual(['broken']);
    const said = cleaningSentences(report).join(' ');
    expect(said).toMatch(/3 photos have another label, 1 is in the trash and 1 is set aside/);
    expect(said).toMatch(/only the audit can say: 12 of 60/);
    expect(said).toMatch(/not a measure of improvement/);
    expect(said).not.toMatch(/better by|improved/);
  });

  it('says nothing of models where none was asked, and that nothing changed', () => {
    const untouched = cleaningOf([photo('a', { predictionBefore: null, predictionNow: null })], noAudit, 0);
    expect(untouched.flips).toBeNull();
    expect(cleaningSentences(untouched)).toEqual(['Nothing has been changed yet: the labels are as they came.']);
  });
});
