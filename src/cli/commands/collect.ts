import type { Command } from 'commander';
import { collectReport } from '../../app/health/collect.js';
import { collectSentences } from '../../core/health/collectReport.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

export const addCollectCommand = (command: (name: string, description: string) => Command, run: RunCommand): void => {
  command('collect', 'what to collect and to label next, where the photos so far can tell')
    .argument('<dir>')
    .action((dir: string, o: { readonly json?: boolean }) => run((s) => collectCommand(s, dir), o.json === true));
};

const collectCommand = async (session: Session, dir: string): Promise<Reply> => {
  const dataset = await session.open(dir);
  const report = await collectReport(dataset, session.progress.show, session.signal);
  const lines = [
    ...collectSentences(report),
    ...report.pairs.map(
      ({ actual, predicted, count, terms }) =>
        `${actual} is taken for ${predicted} ${String(count)} times: search for ${terms.map((term) => `"${term}"`).join(', ')}`,
    ),
    ...(report.next.length === 0
      ? []
      : [`Label these of the ${String(report.unlabelled)} photos without a label next, most useful first:`]),
    ...report.next.map(({ path }) => `  ${path}`),
  ];
  return ok(report, lines.join('\n'));
};
