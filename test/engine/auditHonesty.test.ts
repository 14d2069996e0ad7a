/** Issue 5, "what it must show", 3: accepting one's own top suggestions on clean labels is never told as an improvement. */

import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerAudit, auditState } from '../../src/app/audit.js';
import { confusionReport, confusionState } from '../../src/app/confusion.js';
import { currentRanking } from '../../src/app/currentRanking.js';
import { decide } from '../../src/app/decide.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { ReviewSession } from '../../src/app/review/session.js';
import { defaultTrainOptions, train } from '../../src/app/train.js';
import { seededRandom } from '../../src/base/random.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import type { Ranking } from '../../src/core/findings/ranking.js';
import { auditResults, type AuditedItem } from '../../src/core/review/audit.js';
import { auditSentences } from '../../src/core/review/auditWords.js';
import { openStore } from '../../src/node/datasetStore.js';
import { EngineProcess } from '../../src/node/engineProcess.js';
import { quiet } from '../node/tempDataset.js';
import { bundleEngine } from './engineBundle.js';
import { hasShared, int8File, newFolder, shared, whyNoShared } from './fixtures.js';

const predictions = ({ items, unlabelled, vocab }: Ranking): Map<ItemId, string> =>
  new Map([...items, ...unlabelled].map(({ id, prediction }) => [id, vocab[prediction] ?? '']));

describe.skipIf(!hasShared)(`the judge's own top suggestions on clean trashnet${whyNoShared}`, () => {
  let engine: EngineProcess;
  let dataset: OpenDataset;
  let folder: string;
  let home: string;
  beforeAll(async () => {
    folder = newFolder();
    home = newFolder();
    const from = path.join(shared, 'data/trashnet');
    for (const name of readdirSync(from)) {
      const source = path.join(from, name);
      if (statSync(source).isDirectory()) cpSync(source, path.join(folder, name), { recursive: true });
    }
    engine = new EngineProcess({
      bundle: await bundleEngine('auditHonesty'),
      nodePath: null,
      rung: 'auto',
      log: quiet,
    });
    const folders = {
      cache: path.join(home, 'cache'),
      data: path.join(home, 'data'),
      state: path.join(home, 'state'),
    };
    dataset = new OpenDataset(await openStore(folder, { folders }), engine, quiet);
    await train(dataset, { ...defaultTrainOptions, backbone: int8File, views: '1' });
  }, 240_000);
  afterAll(() => {
    dataset.dispose();
    engine.dispose();
    for (const dir of [folder, home]) rmSync(dir, { recursive: true, force: true });
  });

  it('lifts agreement by points, and no page calls it better', async () => {
    const truth = new Map((await dataset.snapshot()).scan.items.map(({ id, folderLabel }) => [id, folderLabel ?? '']));
    const before = (await currentRanking(dataset))!.ranking;
    const agreementBefore = (await confusionReport(dataset)).accuracy!;
    for (const id of (await auditState(dataset)).progress!.next)
      await answerAudit(dataset, id, { label: truth.get(id)! }, 'test');
    expect((await confusionState(dataset)).message).toBeNull();

    const wrongOnes = before.items.filter((row) => row.suggestion !== null).slice(0, Math.round(truth.size / 10));
    for (const { id, suggestion } of wrongOnes)
      await decide(dataset, [id], { kind: 'relabel', to: before.vocab[suggestion!]!, allowNewClass: false }, 'test');

    const after = (await currentRanking(dataset))!.ranking;
    const agreementAfter = (await confusionReport(dataset)).accuracy!;
    const [was, is] = [predictions(before), predictions(after)];
    const right = (answers: Map<ItemId, string>): number =>
      [...truth].filter(([id, label]) => answers.get(id) === label).length / truth.size;
    const { results } = await auditState(dataset);
    const said = auditSentences(results!);
    const session = new ReviewSession(dataset, () => Promise.resolve(new Map()));
    const { header } = await session.open();
    session.dispose();

    // The lure: agreement with labels that the judge has chosen goes up by points, truth does not.
    expect(agreementAfter - agreementBefore).toBeGreaterThan(0.03);
    expect(right(is) - right(was)).toBeLessThan(0.04);
    expect(results!.accuracy!.verdict).not.toBe('better');
    expect(results!.accuracy!.difference.low).toBeLessThanOrEqual(0);
    expect(said.join(' ')).not.toMatch(/better/);
    expect((await confusionState(dataset)).message).toMatch(/not a sign that the model got better/);
    // The changed labels are mistakes now: the header must not count them as mended.
    expect(results!.wrongNow.count).toBeGreaterThan(results!.wrongBefore.count);
    expect(header.remaining).toMatchObject({ basis: 'audit' });
    expect(header.remaining!.low).toBeLessThanOrEqual(wrongOnes.length);
    expect(header.remaining!.high).toBeGreaterThanOrEqual(wrongOnes.length);

    // Not by luck of one sample: of 200 others hardly any claims it.
    const random = seededRandom(5);
    const ids = [...truth.keys()];
    const claims = Array.from({ length: 200 }, () => {
      const sample = random.shuffled(ids).slice(0, 60);
      const items = sample.map((id): AuditedItem => ({
        id,
        group: id,
        answer: truth.get(id)!,
        labelBefore: truth.get(id)!,
        labelNow: truth.get(id)!,
        predictionBefore: was.get(id) ?? null,
        predictionNow: is.get(id) ?? null,
      }));
      return auditResults(items, { labelled: 600, labelledNow: 600, mended: 60 }).accuracy!.verdict;
    }).filter((verdict) => verdict === 'better').length;
    console.log(
      JSON.stringify({
        accepted: wrongOnes.length,
        agreement: [agreementBefore, agreementAfter],
        onOriginalLabels: [right(was), right(is)],
        audit: results!.accuracy,
        remaining: header.remaining,
        claims: `${String(claims)} of 200 samples`,
        said,
      }),
    );
    expect(claims).toBeLessThanOrEqual(10);
  }, 120_000);
});
