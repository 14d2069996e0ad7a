import path from 'node:path';
import { Option, type Command } from 'commander';
import { findLearningRate } from '../../app/findRate.js';
import { fineTune, unfinishedFineTunes, type FineTuneReport } from '../../app/fineTune.js';
import { defaultFineTuneOptions, type FineTuneOptions } from '../../app/trainingJob.js';
import { percent, percentTenths } from '../../core/metrics/percent.js';
import { trainingDevices, type TrainingEvent } from '../../protocol/training.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

type WholeNumber = (least: number) => (text: string) => number;

interface FineTuneFlags extends Partial<Omit<FineTuneOptions, 'resume' | 'rate'>> {
  readonly json?: boolean;
  readonly lr?: number;
  readonly resume?: string | boolean;
}

interface FindRateFlags extends Partial<Omit<FineTuneOptions, 'resume' | 'rate'>> {
  readonly json?: boolean;
  readonly steps: number;
}

/** `fine-tune` and `lr-find`, as rows of the command line's table. */
export const addFineTuneCommands = (
  command: (name: string, description: string) => Command,
  run: RunCommand,
  wholeNumber: WholeNumber,
): void => {
  const d = defaultFineTuneOptions;
  command('fine-tune', 'train the whole network, on the GPU where there is one')
    .argument('<dir>')
    .option('--backbone <id|file>', 'catalogue id or ONNX file; default: the best one that is here')
    .addOption(
      new Option('--normalise <kind>', 'how the model wants its pixels').choices(['signed', 'imagenet', 'unit']),
    )
    .option('--size <pixels>', "side of the model's input", wholeNumber(16))
    .addOption(new Option('--recipe <recipe>').choices(['winnow', 'fastai']).default(d.recipe))
    .option('--epochs <n>', 'of the whole network', wholeNumber(1), d.epochs)
    .option('--freeze-epochs <n>', 'of the head alone, before (recipe fastai)', wholeNumber(0), d.freezeEpochs)
    .option('--lr <rate>', "highest learning rate of the head; default: the recipe's", Number)
    .option('--batch <n>', 'photos at a time; default: 64 on a GPU, 16 on the CPU', wholeNumber(2))
    .addOption(
      new Option('--preset <augmentation>', "default: winnow.json's transforms, else standard").choices([
        'none',
        'standard',
        'strong',
      ]),
    )
    .addOption(
      new Option('--view <view>', "how it looks at a photo when it answers; default: the recipe's").choices([
        'crop',
        'squish',
      ]),
    )
    .option('--label-smoothing <share>', '0–1', Number, d.labelSmoothing)
    .option('--mixup <alpha>', '0 = none', Number, d.mixup)
    .option(
      '--patience <n>',
      'end after so many epochs without a lower validation loss; 0 = never',
      wholeNumber(0),
      d.patience,
    )
    .option(
      '--folds <k>',
      'afterwards k more networks, each without one fold, so that every photo is judged by one that has not seen it; 0 = none',
      wholeNumber(0),
      d.folds,
    )
    .option('--tta', 'measure the photos kept apart once more, also looked at changed at random', d.tta)
    .addOption(new Option('--device <device>').choices(trainingDevices).default(d.device))
    .option('--seed <n>', 'seeds order, augmentation, dropout and folds', wholeNumber(0), d.seed)
    .option('--resume [run]', 'go on with one that was cut short; without a name the newest')
    .action((dir: string, { json, lr, resume, ...flags }: FineTuneFlags) =>
      run((s) => fineTuneCommand(s, dir, { ...d, ...flags, rate: lr ?? null }, resume ?? false), json === true),
    );
  command('lr-find', 'which learning rate to fine-tune with: a hundred steps with a rising one, then thrown away')
    .argument('<dir>')
    .option('--backbone <id|file>', 'catalogue id or ONNX file; default: the best one that is here')
    .addOption(
      new Option('--normalise <kind>', 'how the model wants its pixels').choices(['signed', 'imagenet', 'unit']),
    )
    .option('--size <pixels>', "side of the model's input", wholeNumber(16))
    .addOption(new Option('--recipe <recipe>').choices(['winnow', 'fastai']).default(d.recipe))
    .option('--steps <n>', 'of the search', wholeNumber(20), 100)
    .option('--batch <n>', 'photos at a time; default: 64 on a GPU, 16 on the CPU', wholeNumber(2))
    .addOption(
      new Option('--preset <augmentation>', "default: winnow.json's transforms, else standard").choices([
        'none',
        'standard',
        'strong',
      ]),
    )
    .addOption(new Option('--device <device>').choices(trainingDevices).default(d.device))
    .option('--seed <n>', 'seeds order, augmentation and dropout', wholeNumber(0), d.seed)
    .action((dir: string, { json, steps, ...flags }: FindRateFlags) =>
      run((s) => lrFindCommand(s, dir, { ...d, ...flags }, steps), json === true),
    );
};

const nats = (loss: number | null): string => (loss === null ? '–' : loss.toFixed(4));

/** A file's path counts from where the command was called. */
const backboneOf = ({ cwd }: Session, { backbone }: FineTuneOptions): string | null =>
  backbone !== null && /[./\\]/.test(backbone) ? path.resolve(cwd, backbone) : backbone;

const fineTuneCommand = async (
  session: Session,
  dir: string,
  options: FineTuneOptions,
  resume: string | boolean,
): Promise<Reply> => {
  const dataset = await session.open(dir);
  const backbone = backboneOf(session, options);
  const unfinished = resume === true ? (await unfinishedFineTunes(dataset))[0] : undefined;
  if (resume === false && options.folds > 1) {
    const networks = String(options.folds + 1);
    session.say(
      `${networks} networks are trained one after the other, so it takes about ${networks} times as long as without folds. Ctrl-C loses nothing: --resume goes on.`,
    );
  }
  const { notes, ...report } = await fineTune(
    dataset,
    { ...options, backbone, resume: typeof resume === 'string' ? resume : resume ? (unfinished ?? '') : null },
    {
      engine: session.engine,
      startEngine: () => session.startEngine(),
      onEvent: (event) => tell(session, event),
      signal: session.signal,
    },
  );
  for (const note of notes) session.say(note);
  const { validation, together, predictor, outOfFold } = report;
  const text = [
    `Fine-tuned ${report.backbone} on ${report.engine} in ${(report.timingMs / 1000).toFixed(0)} s: run ${report.run}, epoch ${String(report.kept)} kept.`,
    `On ${String(validation.items)} photos that it did not learn from, the network is right about ${percentTenths(validation.accuracy)}.`,
    ...(validation.tta
      ? [
          `Looking also at ${String(validation.tta.augmentations)} changed views of each (--tta), it is right about ${percentTenths(validation.tta.accuracy)}, loss ${nats(validation.tta.loss)} instead of ${nats(validation.loss)}.`,
        ]
      : []),
    ...(predictor && together
      ? [
          `There the predictor alone is right about ${percentTenths(predictor.accuracy)}, both together about ${percentTenths(together.accuracy)}.`,
        ]
      : []),
    ...(outOfFold ? outOfFoldWords(outOfFold) : []),
    report.answers
      ? 'From now on it answers about new photos together with the predictor.'
      : 'It does not answer about new photos: the predictor alone is surer of the truth.',
  ];
  return ok(report, text.join('\n'));
};

const outOfFoldWords = ({
  folds,
  items,
  accuracy,
  low,
  high,
  predictor,
  together,
}: NonNullable<FineTuneReport['outOfFold']>): string[] => [
  `Out of fold (each of ${String(items)} photos judged by one of ${String(folds)} networks, which had not seen it): right about ${percentTenths(accuracy)} (95 %: ${percentTenths(low)} to ${percentTenths(high)}).`,
  ...(predictor && together
    ? [
        `On the same photos the predictor ${percentTenths(predictor.accuracy)}, both together ${percentTenths(together.accuracy)}.`,
      ]
    : []),
];

const lrFindCommand = async (
  session: Session,
  dir: string,
  options: FineTuneOptions,
  steps: number,
): Promise<Reply> => {
  const dataset = await session.open(dir);
  const { notes, ...report } = await findLearningRate(
    dataset,
    { ...options, backbone: backboneOf(session, options) },
    steps,
    {
      engine: session.engine,
      startEngine: () => session.startEngine(),
      onEvent: ({ step, loss, rate }) =>
        session.progress.tell([
          {
            key: 'lr-find',
            step: String(Math.floor((10 * step) / steps)),
            line: `step ${String(step)}/${String(steps)}, rate ${rate.toExponential(1)}, loss ${loss.toFixed(3)}`,
            detail: '',
          },
        ]),
      signal: session.signal,
    },
  );
  for (const note of notes) session.say(note);
  const { suggestion, points } = report;
  const text =
    suggestion === null
      ? `The loss of ${String(points.length)} steps never fell, so no rate is suggested. Keep the recipe's own.`
      : `Suggested: --lr ${suggestion.toPrecision(2)} (recipe ${report.recipe}, ${String(points.length)} steps on ${report.engine}). Nothing was kept or changed.`;
  return ok(report, text);
};

/** 'fold 2 of 5, ' before what a fold's network does. */
const placeOf = ({ fold }: TrainingEvent): string =>
  fold === null ? '' : fold.at === 0 ? 'the network itself, ' : `fold ${String(fold.at)} of ${String(fold.of)}, `;

const tell = (session: Session, event: TrainingEvent): void => {
  if (event.kind === 'notice') session.say(event.message);
  else if (event.kind === 'epoch') {
    session.say(
      `${placeOf(event)}epoch ${String(event.epoch)}${event.isFrozen ? ' (head only)' : ''}  train ${nats(event.trainLoss)}  valid ${nats(event.validLoss)}  right ${percentTenths(event.accuracy)}  ${event.seconds.toFixed(1)} s`,
    );
  } else if (event.kind === 'step') {
    session.progress.tell([
      {
        key: 'fine-tune',
        step: `${placeOf(event)}${String(Math.floor((10 * event.step) / event.steps))}`,
        line: `${placeOf(event)}epoch ${String(event.epoch)}/${String(event.epochs)}, step ${String(event.step)}/${String(event.steps)}, loss ${event.loss.toFixed(3)}, ${event.imagesPerSecond.toFixed(1)} photos/s`,
        detail: `, ${String(Math.ceil(event.secondsLeft))} s left, device ${percent(event.busy)} busy`,
      },
    ]);
  }
};
