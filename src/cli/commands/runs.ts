/** `runs` and `compare`: what a dataset's trainings and fine-tunings have reached, on photos that they had not seen. */

import type { Command } from 'commander';
import { compareRuns, type ComparedRun } from '../../app/compareRuns.js';
import { unfinishedFineTunes } from '../../app/fineTune.js';
import { percentTenths } from '../../core/metrics/percent.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

export const addRunCommands = (command: (name: string, description: string) => Command, run: RunCommand): void => {
  command('runs', 'the trainings and fine-tunings of a dataset, newest first')
    .argument('<dir>')
    .action((dir: string, o: { json?: boolean }) => run((s) => runsCommand(s, dir), o.json === true));
  command('compare', 'two of them on the same photos, which neither has learned from')
    .argument('<dir>')
    .argument('<before>')
    .argument('<after>')
    .action((dir: string, before: string, after: string, o: { json?: boolean }) =>
      run((s) => compareCommand(s, dir, before, after), o.json === true),
    );
};

const runsCommand = async (session: Session, dir: string): Promise<Reply> => {
  const dataset = await session.open(dir);
  const { runs } = await dataset.snapshot(session.signal);
  const tunings = await dataset.store.fineTunes.list();
  const unfinished = await unfinishedFineTunes(dataset);
  const rows = [
    ...runs.map((each) => ({
      run: each.run,
      kind: 'train' as const,
      at: each.at,
      backbone: each.backbone.id,
      answers: each === runs[0],
      outOfFold: null,
    })),
    ...tunings.map((each) => ({
      run: each.run,
      kind: 'fine-tune' as const,
      at: each.at,
      backbone: each.backbone.id,
      answers: each.answers,
      outOfFold: each.outOfFold ?? null,
    })),
    ...unfinished.map((each) => ({
      run: each,
      kind: 'unfinished' as const,
      at: null,
      backbone: null,
      answers: false,
      outOfFold: null,
    })),
  ].sort((a, b) => (a.run < b.run ? 1 : -1));
  const lines = rows.map(({ run, kind, backbone, answers, outOfFold }) => {
    const folds = outOfFold
      ? `out of fold ${percentTenths(outOfFold.accuracy)} (${percentTenths(outOfFold.low)} to ${percentTenths(outOfFold.high)}) of ${String(outOfFold.items)}`
      : '';
    return `${run}  ${kind.padEnd(10)}  ${(backbone ?? '').padEnd(22)}  ${(answers ? 'answers' : '').padEnd(7)}  ${folds}`.trimEnd();
  });
  return ok({ runs: rows }, lines.length === 0 ? 'No run yet.' : lines.join('\n'));
};

const compareCommand = async (session: Session, dir: string, before: string, after: string): Promise<Reply> => {
  const report = await compareRuns(await session.open(dir), before, after);
  const { difference } = report;
  const interval = `${(100 * difference.low).toFixed(1)} to ${(100 * difference.high).toFixed(1)} points`;
  const verdict =
    difference.low > 0
      ? 'The second is better.'
      : difference.high < 0
        ? 'The first is better.'
        : 'No difference is shown.';
  const lines = [
    `${String(report.photos)} photos that neither learned from: ${runWords(report.before)}, ${runWords(report.after)}. Difference ${interval} (95 %). ${verdict}`,
    ...report.different.map((each) => `  ${each.setting}: ${each.before} → ${each.after}`),
    `${String(report.mended.length)} wrong → right, ${String(report.broken.length)} right → wrong`,
    ...report.broken
      .slice(0, 10)
      .map(({ path: file, label, before: was, after: is }) => `  ${file} (${label}): ${was} → ${is}`),
  ];
  return ok(report, lines.join('\n'));
};

const runWords = ({ run, by, accuracy, low, high }: ComparedRun): string =>
  `${run} (${by}) ${percentTenths(accuracy)} (${percentTenths(low)} to ${percentTenths(high)})`;
