/** An audit host in the page: sixty pictures, answers kept across reloads as a journal would keep them. */

import type { ItemId } from '../../src/core/dataset/item.js';
import { auditResults } from '../../src/core/review/audit.js';
import { auditContract, type AuditPage } from '../../src/protocol/audit.js';
import { serve } from './fakeWire.js';
import { vocabOf, type Scenario } from './scenario.js';

const key = 'winnow-audit';

export const fakeAudit = (scenario: Scenario): void => {
  const vocab = vocabOf(scenario.classes);
  const asked = Math.min(60, scenario.rows);
  const idOf = (index: number): ItemId => index.toString(16).padStart(64, '0') as ItemId;
  /** A test begins anywhere: `rows` 1000 + k means that k are answered. */
  const first = Array.from({ length: Math.max(0, Math.min(60, scenario.rows - 1000)) }, () => vocab[0] ?? null);
  let answers = (JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? first) as (string | null)[];
  const shown = (): AuditPage => ({
    datasetName: 'animals',
    state: scenario.state === 'stale' ? 'ready' : scenario.state,
    message:
      scenario.state === 'stale' ? '3 photos of the sample are not in the dataset any more; they are not asked.' : null,
    readOnlyReason: scenario.readOnly ? 'The journal cannot be written: it comes from a newer Winnow.' : null,
    vocab,
    asked,
    answered: answers.length,
    photos: Array.from({ length: Math.min(3, asked - answers.length) }, (_, i) => ({
      id: idOf(answers.length + i),
      uri: `/thumb/${String(answers.length + i)}.png`,
    })),
    results:
      asked === 0 || answers.length < asked
        ? null
        : auditResults(
            answers.map((answer, i) => ({
              id: idOf(i),
              group: idOf(i),
              answer,
              labelBefore: i % 8 === 0 ? (vocab[1] ?? null) : (vocab[0] ?? null),
              labelNow: i % 16 === 0 ? (vocab[1] ?? null) : (vocab[0] ?? null),
              predictionBefore: (i % 5 === 0 ? vocab[1] : vocab[0]) ?? null,
              predictionNow: (i % 20 === 0 ? vocab[1] : vocab[0]) ?? null,
            })),
            { labelled: 620, labelledNow: 618, mended: 31 },
          ),
  });
  const keep = (next: (string | null)[]): AuditPage => {
    answers = next;
    sessionStorage.setItem(key, JSON.stringify(answers));
    return shown();
  };
  serve(auditContract, {
    open: () => shown(),
    answer: ({ id, label }) => {
      if (id !== idOf(answers.length)) throw new Error('an answer about another photo');
      return keep([...answers, label]);
    },
    undo: () => keep(answers.slice(0, -1)),
    train: () => null,
    review: () => null,
  });
};
