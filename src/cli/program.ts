import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { DecisionAction } from '../app/decide.js';
import { exportTargets } from '../app/exportModel.js';
import type { TrainOptions } from '../app/train.js';
import { findingKinds } from '../core/findings/finding.js';
import {
  applyCommand,
  decideCommand,
  historyCommand,
  purgeCommand,
  redoCommand,
  undoCommand,
} from './commands/decide.js';
import { addAuditCommand } from './commands/audit.js';
import { confusionCommand, findingsCommand, predictCommand, topLossesCommand, trainCommand } from './commands/judge.js';
import { addCollectCommand } from './commands/collect.js';
import { addHealthCommand } from './commands/health.js';
import { exportCommand, type ExportFlags } from './commands/export.js';
import { addGatherCommands } from './commands/gather.js';
import { addBackboneCommands } from './commands/backbones.js';
import { addFineTuneCommands } from './commands/fineTune.js';
import { addImportCommand } from './commands/import.js';
import { doctorCommand, initCommand, installCudaCommand, reportCommand, scanCommand } from './commands/look.js';
import { addMcpCommand } from './commands/mcp.js';
import { addRunCommands } from './commands/runs.js';
import { addSampleCommand } from './commands/sample.js';
import { addServeCommand } from './commands/serve.js';
import { addSimilarCommand } from './commands/similar.js';
import type { RunCommand } from './session.js';

interface JsonFlag {
  readonly json?: boolean;
}

const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < least)
      throw new InvalidArgumentError(`a whole number of at least ${String(least)} is needed.`);
    return n;
  };

/** The command line as a table. Throws CommanderError instead of ending the process. */
export const makeProgram = (run: RunCommand, version: string): Command => {
  const program = new Command('winnow')
    .description(
      'Gather images, train on them, find the wrong labels, fix them, predict. No image of yours leaves this machine.',
    )
    .version(version)
    .exitOverride();
  const command = (name: string, description: string): Command =>
    program.command(name).description(description).option('--json', 'one line of JSON on stdout').exitOverride();

  command('init', 'write a winnow.json with the defaults')
    .argument('<dir>')
    .action((dir: string, o: JsonFlag) => run((s) => initCommand(s, dir), o.json === true));
  addGatherCommands(command, run, wholeNumber);
  addImportCommand(command, run, wholeNumber);
  addSampleCommand(command, run, wholeNumber);
  addBackboneCommands(command, run);
  command('scan', 'list the images and classes')
    .argument('<dir>')
    .action((dir: string, o: JsonFlag) => run((s) => scanCommand(s, dir, false), o.json === true));
  command('verify', 'decode every file and name the broken ones')
    .argument('<dir>')
    .action((dir: string, o: JsonFlag) => run((s) => scanCommand(s, dir, true), o.json === true));

  addFineTuneCommands(command, run, wholeNumber);
  addRunCommands(command, run);
  command('train', 'judge every image by models that have not seen it')
    .argument('<dir>')
    .option('--backbone <id|file>', 'catalogue id or ONNX file; default: the best one that is here')
    .addOption(
      new Option('--normalise <kind>', 'how the model wants its pixels').choices(['signed', 'imagenet', 'unit']),
    )
    .option('--size <pixels>', "side of the model's input", wholeNumber(16))
    .addOption(new Option('--views <which>', 'all = crop and whole photo').choices(['all', '1']).default('all'))
    .option('--seed <n>', 'seeds all but a frozen split', wholeNumber(0), 42)
    .addOption(new Option('--device <device>').choices(['auto', 'cpu', 'webgpu']).default('auto'))
    .action((dir: string, o: JsonFlag & Partial<TrainOptions>) =>
      run(
        (s) =>
          trainCommand(s, dir, {
            backbone: o.backbone ?? null,
            normalise: o.normalise ?? null,
            size: o.size ?? null,
            views: o.views ?? 'all',
            seed: o.seed ?? 42,
            device: o.device ?? 'auto',
          }),
        o.json === true,
      ),
    );
  command('top-losses', 'the images that surprise the judge most')
    .argument('<dir>')
    .option('--top <n>', 'how many', wholeNumber(1), 50)
    .action((dir: string, o: JsonFlag & { top: number }) =>
      run((s) => topLossesCommand(s, dir, o.top), o.json === true),
    );
  command('findings', 'everything that looks wrong')
    .argument('<dir>')
    .addOption(new Option('--kind <kind...>').choices([...findingKinds]))
    .action((dir: string, o: JsonFlag & { kind?: string[] }) =>
      run((s) => findingsCommand(s, dir, o.kind ?? []), o.json === true),
    );
  command('confusion', 'the confusion matrix: rows actual, columns predicted')
    .argument('<dir>')
    .action((dir: string, o: JsonFlag) => run((s) => confusionCommand(s, dir), o.json === true));
  addAuditCommand(command, run);
  addHealthCommand(command, run);
  addCollectCommand(command, run);

  const decision = (name: string, description: string): Command =>
    command(name, description).argument('<dir>').argument('<item...>', 'id, beginning of an id, or path');
  const act =
    (action: DecisionAction, verb: string) =>
    (dir: string, items: string[], o: JsonFlag): Promise<void> =>
      run((s) => decideCommand(s, dir, items, action, verb), o.json === true);
  decision('relabel', 'give images another label')
    .requiredOption('--to <label>')
    .option('--new-class', 'the label may be new')
    .action((dir: string, items: string[], o: JsonFlag & { to: string; newClass?: boolean }) =>
      act({ kind: 'relabel', to: o.to, allowNewClass: o.newClass === true }, `Relabelled to ${o.to}:`)(dir, items, o),
    );
  decision('keep', 'the label is right').action(act({ kind: 'keep' }, 'Kept'));
  decision('set-aside', 'cannot tell: out of training, not trashed').action(act({ kind: 'set-aside' }, 'Set aside'));
  decision('restore', 'end a trash or set-aside, or re-apply a superseded decision').action(
    act({ kind: 'restore' }, 'Restored'),
  );
  decision('trash', 'out of the dataset at the next apply')
    .addOption(new Option('--as <whose>', 'ours = odd but ours').choices(['ours', 'foreign']).default('ours'))
    .action((dir: string, items: string[], o: JsonFlag & { as: 'ours' | 'foreign' }) =>
      act({ kind: 'trash', as: o.as }, 'Marked for the trash:')(dir, items, o),
    );
  command('dedupe', 'of several copies, keep one')
    .argument('<dir>')
    .argument('<item>')
    .requiredOption('--keep <path>')
    .action((dir: string, item: string, o: JsonFlag & { keep: string }) =>
      act({ kind: 'dedupe', keep: o.keep }, `Keeping ${o.keep} of`)(dir, [item], o),
    );
  command('undo', 'take the last decision back, or a named one, or all since one')
    .argument('<dir>')
    .argument('[entry]', 'WRITER:N')
    .option('--to <entry>', 'undo everything after WRITER:N')
    .action((dir: string, entry: string | undefined, o: JsonFlag & { to?: string }) =>
      run((s) => undoCommand(s, dir, entry, o.to), o.json === true),
    );
  command('redo', 'take the last undo back')
    .argument('<dir>')
    .action((dir: string, o: JsonFlag) => run((s) => redoCommand(s, dir), o.json === true));
  command('history', 'what was decided, oldest first')
    .argument('<dir>')
    .option('--all', 'every entry of the journal, not only decisions')
    .action((dir: string, o: JsonFlag & { all?: boolean }) =>
      run((s) => historyCommand(s, dir, o.all === true), o.json === true),
    );
  command('apply', 'move the files to where the decisions say')
    .argument('<dir>')
    .option('--dry-run', 'only say what would move')
    .action((dir: string, o: JsonFlag & { dryRun?: boolean }) =>
      run((s) => applyCommand(s, dir, o.dryRun === true), o.json === true),
    );
  command('purge', 'delete the trash for good')
    .argument('<dir>')
    .option('--yes', 'yes, for good')
    .action((dir: string, o: JsonFlag & { yes?: boolean }) =>
      run((s) => purgeCommand(s, dir, o.yes === true), o.json === true),
    );

  command('predict', 'what is on these pictures')
    .argument('<dir>')
    .argument('<file...>', 'relative to the working directory')
    .option('--tta', 'the fine-tuned network that answers also looks at four changed views of each picture')
    .action((dir: string, files: string[], o: JsonFlag & { tta?: boolean }) =>
      run((s) => predictCommand(s, dir, files, o.tta === true), o.json === true),
    );
  addSimilarCommand(command, run, wholeNumber);
  command('export', 'hand the model over: one ONNX file with everything inside, or a model card')
    .argument('<dir>')
    .addOption(new Option('--to <what>').choices([...exportTargets]).makeOptionMandatory())
    .requiredOption('--out <folder>')
    .option('--run <run>', 'default: the newest')
    .option('--examples', 'put small pictures of some training photos into the page, beside the answers')
    .action((dir: string, o: JsonFlag & ExportFlags) => run((s) => exportCommand(s, dir, o), o.json === true));
  addServeCommand(command, run, wholeNumber);
  addMcpCommand(command, run);
  command('report', 'one HTML file about the dataset')
    .argument('<dir>')
    .requiredOption('--out <file>')
    .action((dir: string, o: JsonFlag & { out: string }) => run((s) => reportCommand(s, dir, o.out), o.json === true));
  command('install-cuda', 'fetch TensorFlow.js by npm, so that fine-tuning can use CUDA').action((o: JsonFlag) =>
    run((s) => installCudaCommand(s), o.json === true),
  );
  command('doctor', 'which engine runs here, and why').action((o: JsonFlag) =>
    run((s) => doctorCommand(s), o.json === true),
  );
  return program;
};

/** What commander has already printed; its own exit code is 1 for what is a usage error here. */
export const isUsageError = (error: unknown): error is CommanderError =>
  error instanceof CommanderError &&
  error.code !== 'commander.helpDisplayed' &&
  error.code !== 'commander.version' &&
  error.code !== 'commander.help';

export const isHelp = (error: unknown): boolean => error instanceof CommanderError && !isUsageError(error);
