import type { Command } from 'commander';
import { healthReport } from '../../app/health/health.js';
import type { HealthReport } from '../../core/health/healthReport.js';
import {
  between,
  calibrationSentence,
  findingPhrase,
  leftOutLines,
  lookAlikeSentences,
  productWords,
  siteWords,
} from '../../core/health/healthWords.js';
import { cleaningSentences } from '../../core/health/cleaning.js';
import { percent } from '../../core/metrics/percent.js';
import { agreementSentence, auditSentences } from '../../core/review/auditWords.js';
import { exit } from '../exitCodes.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

export const addHealthCommand = (command: (name: string, description: string) => Command, run: RunCommand): void => {
  command('health', 'how the dataset is: classes, accuracy, calibration, look-alikes, web sites')
    .argument('<dir>')
    .action((dir: string, o: { readonly json?: boolean }) => run((s) => healthCommand(s, dir), o.json === true));
};

const healthCommand = async (session: Session, dir: string): Promise<Reply> => {
  const dataset = await session.open(dir);
  const report = await healthReport(dataset, session.progress.show, session.signal);
  return ok(report, linesOf(report).join('\n'), report.images === 0 ? exit.nothingFound : exit.ok);
};

const linesOf = (report: HealthReport): string[] => {
  const { accuracy, calibration } = report;
  const width = Math.max(5, ...report.classes.map(({ label }) => label.length));
  const share = (value: number | null): string => percent(value).padStart(7);
  return [
    `${report.name}: ${String(report.images)} photos, ${String(report.labelled)} with a label.`,
    accuracy
      ? `Judged without having seen them, ${percent(accuracy.value)} of the photos get the label they have (95 %: ${between(accuracy)}).`
      : 'Not trained yet: winnow train DIR tells how well the classes are known.',
    ...(report.cleaning.mended > 0 && accuracy ? [agreementSentence(report.cleaning.mended)] : []),
    '',
    `${'class'.padEnd(width)} photos  found  right when said`,
    ...report.classes.map(
      ({ label, photos, recall, precision }) =>
        `${label.padEnd(width)} ${String(photos).padStart(6)}${share(recall)} ${share(precision)}`,
    ),
    '',
    ...(report.findings.length === 0
      ? ['Nothing looks wrong.']
      : report.findings.map(({ kind, count }) => `${String(count)} ${findingPhrase(kind, count)} (${kind})`)),
    ...report.properties,
    ...section('Calibration', calibration ? [calibrationSentence(calibration), ...binLines(calibration)] : []),
    ...section('Look-alikes', lookAlikeSentences(report.lookAlikes)),
    ...section('Web sites left out', leftOutLines(report.sites, siteWords)),
    ...section('Products left out', leftOutLines(report.products, productWords)),
    ...section('Shortcuts', report.shortcuts),
    ...section('After cleaning', [
      ...cleaningSentences(report.cleaning),
      ...(report.cleaning.audit.results && report.cleaning.mended > 0
        ? auditSentences(report.cleaning.audit.results)
        : []),
    ]),
  ];
};

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines];

const binLines = ({ bins }: NonNullable<HealthReport['calibration']>): string[] =>
  bins.map(
    ({ count, predicted, observed, low, high }) =>
      `  said ${percent(predicted)}: right ${percent(observed)} of ${String(count)} (perfect: ${between({ low, high })})`,
  );
