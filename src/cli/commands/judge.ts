import path from 'node:path';
import { confusionReport } from '../../app/confusion.js';
import { listFindings } from '../../app/findings.js';
import { predictFiles, type PredictReport } from '../../app/predict.js';
import { topLosses } from '../../app/topLosses.js';
import { train, type TrainOptions } from '../../app/train.js';
import { percentTenths } from '../../core/metrics/percent.js';
import { differenceSentence } from '../../core/predict/difference.js';
import { exit } from '../exitCodes.js';
import { ok, type Reply, type Session } from '../session.js';

const count = (n: number, noun: string): string => `${String(n)} ${noun}${n === 1 ? '' : 's'}`;

export const trainCommand = async (session: Session, dir: string, options: TrainOptions): Promise<Reply> => {
  const dataset = await session.open(dir);
  const backbone = options.backbone === null ? null : backboneFrom(session, options.backbone);
  const { notes, ...report } = await train(
    dataset,
    { ...options, backbone },
    { onProgress: session.progress.show },
    session.signal,
  );
  for (const note of notes) session.say(note);
  const issues = (await listFindings(dataset, session.signal)).findings.filter(
    (finding) => finding.kind === 'label-issue',
  ).length;
  const text = [
    `Trained on ${count(report.items, 'photo')} of ${count(report.vocab.length, 'class').replace('classs', 'classes')} with ${report.backbone.id} in ${(report.timingMs.total / 1000).toFixed(1)} s.`,
    `Judged without having seen them, ${percentTenths(report.outOfFold.accuracy)} of the photos get the label they have.`,
    issues === 0
      ? 'No photo looks wrongly labelled.'
      : `${count(issues, 'photo')} ${issues === 1 ? 'looks' : 'look'} wrong: winnow top-losses ${dir}`,
  ];
  return ok(report, text.join('\n'));
};

/** A catalogue id has no dot and no separator; anything else names a file, relative to where the person stands. */
const backboneFrom = (session: Session, text: string): string =>
  /[./\\]/.test(text) ? path.resolve(session.cwd, text) : text;

export const topLossesCommand = async (session: Session, dir: string, top: number): Promise<Reply> => {
  const dataset = await session.open(dir);
  const report = await topLosses(dataset, top, session.signal);
  const { network } = report;
  const lines = report.items.map(
    (item) =>
      `${item.lossNats.toFixed(2).padStart(6)}  ${network === null ? '' : `${(item.networkLossNats?.toFixed(2) ?? '–').padStart(7)}  `}${item.path}  ${item.label} ${percentTenths(item.labelProbability)} → ${item.prediction} ${percentTenths(item.probability)}${item.decision ? `  [${item.decision}]` : ''}`,
  );
  const heading =
    network === null
      ? ['  loss  photo  label → prediction']
      : [
          `Losses: the judge's, then those of the networks of ${network}'s folds; neither had seen the photo.`,
          ' judge  network  photo  label → prediction',
        ];
  return ok(report, [...heading, ...lines].join('\n'));
};

export const findingsCommand = async (session: Session, dir: string, kinds: readonly string[]): Promise<Reply> => {
  const dataset = await session.open(dir);
  const report = await listFindings(dataset, session.signal);
  const findings =
    kinds.length === 0 ? report.findings : report.findings.filter((finding) => kinds.includes(finding.kind));
  const lines = findings.map(
    (finding) =>
      `${finding.kind.padEnd(15)} ${finding.score.toFixed(2)}  ${finding.items.map((item) => item.path).join(', ')}\n                ${finding.why}`,
  );
  const text = [...report.properties, ...lines].join('\n');
  return ok({ ...report, findings }, text === '' ? 'Nothing found.' : text);
};

export const confusionCommand = async (session: Session, dir: string): Promise<Reply> => {
  const dataset = await session.open(dir);
  const { accuracy: _accuracy, ...report } = await confusionReport(dataset, session.signal);
  const width = Math.max(6, ...report.vocab.map((label) => label.length)) + 1;
  const cut = (text: string): string => text.padStart(width);
  const lines = [
    cut('') + report.vocab.map(cut).join('') + '   ← predicted',
    ...report.matrix.map((row, i) => cut(report.vocab[i] ?? '') + row.map((n) => cut(String(n))).join('')),
    '',
    ...report.mostConfused
      .slice(0, 10)
      .map(({ actual, predicted, count: n }) => `${actual} taken for ${predicted}: ${String(n)}`),
  ];
  return ok(report, lines.join('\n'));
};

const differenceLines = (answer: PredictReport['predictions'][number] | undefined): string[] =>
  answer && 'difference' in answer && answer.difference ? [differenceSentence(answer.difference)] : [];

const classLine = ({ label, photos, sure, difference }: PredictReport['byClass'][number]): string => {
  const { median, low = null, high = null } = difference ?? {};
  const interval = low === null || high === null ? '' : ` (${low.toFixed(0)}–${high.toFixed(0)})`;
  const said = median === undefined ? '' : `; median difference ${median.toFixed(0)} %${interval}`;
  return `${label}: ${count(photos, 'photo')}, ${String(sure)} sure${said}`;
};

const certaintyWords = { sure: '', unsure: ', unsure', unseen: ', never seen anything like it' } as const;

export const predictCommand = async (
  session: Session,
  dir: string,
  files: readonly string[],
  tta: boolean,
): Promise<Reply> => {
  const dataset = await session.open(dir);
  const asked = files.map((file) => ({ file: path.resolve(session.cwd, file), path: file }));
  const report = await predictFiles(dataset, asked, {
    tta: tta ? 'yes' : 'no',
    onProgress: session.progress.show,
    signal: session.signal,
  });
  const isFailed = report.predictions.some((prediction) => 'error' in prediction);
  const lines = report.predictions.map((prediction) =>
    'error' in prediction
      ? `${prediction.path}: ${prediction.error.message}`
      : `${prediction.path}: ${prediction.prediction} ${percentTenths(prediction.probabilities[prediction.prediction] ?? 0)}${certaintyWords[prediction.certainty]}${prediction.basis === 'held-out' ? ' (in the dataset; judged without having seen it)' : ''}`,
  );
  if (asked.length === 1) lines.push(...differenceLines(report.predictions[0]));
  else lines.push(...report.byClass.map(classLine));
  return ok(report, lines.join('\n'), isFailed ? exit.partial : exit.ok);
};
