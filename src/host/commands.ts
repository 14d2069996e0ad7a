/** What each command does. The table is total: a command without an entry does not compile. */

import * as vscode from 'vscode';
import { WinnowError } from '../base/errors.js';
import { Scope, type Disposable } from '../base/scope.js';
import { applyDecisions, purgeTrash } from '../app/apply.js';
import { redo, undo } from '../app/decide.js';
import { diagnose } from '../app/doctor.js';
import type { OpenDataset } from '../app/openDataset.js';
import type { Engine } from '../ports/engine.js';
import { commandIds, type CommandId } from './commandIds.js';
import type { BackboneChoice } from './backboneChoice.js';
import type { Datasets } from './datasets.js';
import type { DoctorDocument } from './doctorDocument.js';
import type { FineTuning } from './fineTuning.js';
import { relabelFiles, whySuspicious } from './explorerActions.js';
import { exportFromEditor } from './exporting.js';
import type { Gathering } from './gather/gathering.js';
import type { Notices } from './notices.js';
import { findSimilar } from './findSimilar.js';
import { chooseFolder } from './openCommand.js';
import type { OutputLog } from './outputLog.js';
import type { Panels } from './panels/panels.js';
import type { RateFinding } from './rateFinding.js';
import { installCuda } from './installCuda.js';
import { sampleFolder } from './sampleDataset.js';
import { chooseDataset, isTarget } from './target.js';
import type { Training } from './training.js';
import { requireTrust } from './trustedEngine.js';

export interface Parts {
  readonly datasets: Datasets;
  readonly panels: Panels;
  readonly training: Training;
  readonly backbones: BackboneChoice;
  readonly fineTuning: FineTuning;
  readonly rateFinding: RateFinding;
  readonly notices: Notices;
  readonly engine: Engine;
  /** One more engine process, for what may take it down. */
  readonly startEngine: () => Promise<Engine>;
  readonly doctor: DoctorDocument;
  readonly gathering: Gathering;
  readonly log: OutputLog;
}

type Run = (given: unknown, selection: unknown) => unknown;
export type CommandTable = Readonly<Record<CommandId, Run>>;

export const commandTable = (parts: Parts): CommandTable => {
  const { datasets, panels, training, backbones, gathering, notices, log } = parts;
  /** Runs `work` on the dataset the command is about; nothing when the person dismissed the question. */
  const on =
    (work: (dataset: OpenDataset, given: unknown) => unknown): Run =>
    async (given) => {
      const dataset = await chooseDataset(datasets, given, panels.active);
      return dataset ? work(dataset, given) : undefined;
    };
  return {
    'winnow.openDataset': async (given) => {
      const folder = await chooseFolder(datasets, given);
      if (folder === null) return;
      const dataset = await vscode.window.withProgress(
        { location: { viewId: 'winnow.datasets' }, title: vscode.l10n.t('Reading {0}', folder) },
        () => datasets.open(folder),
      );
      log.info(`opened ${dataset.store.dir}`);
      await vscode.commands.executeCommand('winnow.datasets.focus');
    },
    'winnow.openSample': async (given) => {
      const folder = await sampleFolder(parts.engine, given);
      if (folder === null) return;
      const dataset = await datasets.open(folder);
      await vscode.commands.executeCommand('winnow.datasets.focus');
      notices.offer(
        vscode.l10n.t('The sample has 18 wrong labels and mistakes of other kinds. Train to find them.'),
        vscode.l10n.t('Train'),
        () => void vscode.commands.executeCommand('winnow.train', { dataset }),
      );
    },
    'winnow.newDataset': () => gathering.newDataset(),
    'winnow.gather': on((dataset) => gathering.run(dataset)),
    'winnow.addImages': on((dataset) => gathering.addImages(dataset)),
    'winnow.import': on((dataset, given) => gathering.import(dataset, isTarget(given) ? given.import : undefined)),
    'winnow.retryGather': on((dataset, given) =>
      gathering.run(dataset, { retry: isRow(given) ? [given.url] : 'failed' }),
    ),
    'winnow.openGatherUrl': async (given) => {
      if (isRow(given)) await vscode.env.openExternal(vscode.Uri.parse(given.url, true));
    },
    'winnow.setApiKey': () => gathering.keys.choose(),
    'winnow.chooseBackbone': async (given) => {
      await backbones.choose(typeof given === 'string' ? given : undefined);
    },
    'winnow.train': on(async (dataset) => {
      const { backbone } = await training.run(dataset);
      await backbones.offerPretrained(backbone.id);
      // Whoever trains again with the review in front sees the new order there.
      if (panels.active !== dataset) await training.offerNextStep(dataset);
    }),
    'winnow.review': on(async (dataset, given) => {
      await panels.review(dataset, isTarget(given) ? given.filter : undefined);
    }),
    'winnow.findSimilar': on((dataset, given) => findSimilar(dataset, given, panels)),
    'winnow.showConfusion': on((dataset) => panels.confusion(dataset)),
    'winnow.showMap': on((dataset) => panels.map(dataset)),
    'winnow.audit': on((dataset) => panels.audit(dataset)),
    'winnow.showHealth': on((dataset) => panels.health(dataset)),
    'winnow.fineTune': on((dataset) => panels.training(dataset)),
    'winnow.findLearningRate': on((dataset) => panels.training(dataset).findRate()),
    'winnow.previewAugmentations': on((dataset) => panels.augment(dataset)),
    'winnow.predict': async (given, selection) => {
      const uris = urisOf(given, selection) ?? (await pickPictures());
      if (uris.length > 0) await panels.prediction().predict(uris);
    },
    'winnow.showPrediction': () => panels.prediction(),
    'winnow.relabelFile': async (given, selection) => {
      const uris = urisOf(given, selection);
      if (uris) await relabelFiles(parts, uris);
    },
    'winnow.why': async (given) => {
      if (given instanceof vscode.Uri) await whySuspicious(parts, given);
    },
    'winnow.exportModel': on((dataset, given) =>
      exportFromEditor(dataset, notices, isTarget(given) ? given.export : undefined),
    ),
    'winnow.applyDecisions': on((dataset) => applyPlan(dataset, parts)),
    'winnow.undo': on(async (dataset) => {
      requireTrust();
      await undo(dataset, {}, 'user');
    }),
    'winnow.redo': on(async (dataset) => {
      requireTrust();
      await redo(dataset, 'user');
    }),
    'winnow.undoTo': on(async (dataset, given) => {
      requireTrust();
      const ref = isTarget(given) ? given.ref : undefined;
      if (ref === undefined) throw new WinnowError('usage', vscode.l10n.t('Choose an entry in the History view.'));
      await undo(dataset, { to: ref }, 'user');
    }),
    'winnow.purgeTrash': on((dataset) => emptyTrash(dataset, parts)),
    'winnow.installCuda': () => installCuda(parts),
    'winnow.doctor': () => showDiagnosis(parts),
    'winnow.refresh': async () => {
      await datasets.restore();
      await Promise.all(datasets.list().map((dataset) => dataset.refresh()));
    },
    'winnow.closeDataset': on((dataset) => datasets.close(dataset)),
    'winnow.openSettings': async () => {
      await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:winnow.winnow');
    },
    'winnow.showLog': () => log.show(),
  };
};

const isRow = (given: unknown): given is { readonly url: string } =>
  typeof given === 'object' && given !== null && 'url' in given && typeof given.url === 'string';

/** Registers every command; an error is shown, never thrown into the editor, and its text is in the log. */
export const registerCommands = (table: CommandTable, notices: Notices): Disposable => {
  const scope = new Scope();
  for (const id of commandIds) {
    scope.add(
      vscode.commands.registerCommand(id, async (given: unknown, selection: unknown) => {
        try {
          await table[id](given, selection);
        } catch (error) {
          notices.failed(error, id);
        }
      }),
    );
  }
  return scope;
};

const applyPlan = async (dataset: OpenDataset, { notices }: Parts): Promise<void> => {
  requireTrust();
  const { moved } = await applyDecisions(dataset, { dryRun: true });
  if (moved.length === 0) {
    notices.tell(vscode.l10n.t('The folders of {0} are as you decided: there is nothing to move.', dataset.name));
    return;
  }
  const examples = moved.slice(0, 5).map(({ from, to }) => `${from} → ${to}`);
  if (moved.length > examples.length) examples.push('…');
  const isMeant = await notices.confirm(
    moved.length === 1
      ? vscode.l10n.t('Move 1 file of {0}?', dataset.name)
      : vscode.l10n.t('Move {0} files of {1}?', moved.length, dataset.name),
    vscode.l10n.t(
      '{0}\n\nNothing is deleted or overwritten. Undo takes decisions back; the next apply moves the files back.',
      examples.join('\n'),
    ),
    vscode.l10n.t('Move'),
  );
  if (!isMeant) return;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Moving {0} files', moved.length) },
    () => applyDecisions(dataset, { dryRun: false }),
  );
};

const emptyTrash = async (dataset: OpenDataset, { notices }: Parts): Promise<void> => {
  requireTrust();
  const trash = await dataset.store.mover.listTrash();
  if (trash.length === 0) {
    notices.tell(vscode.l10n.t('The trash of {0} is empty.', dataset.name));
    return;
  }
  const megabytes = trash.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const isMeant = await notices.confirm(
    trash.length === 1
      ? vscode.l10n.t('Delete 1 photo for good?')
      : vscode.l10n.t('Delete {0} photos for good?', trash.length),
    vscode.l10n.t(
      'The trash of {0} holds {1} MB. This is the only command of Winnow that cannot be undone.',
      dataset.name,
      megabytes.toFixed(1),
    ),
    vscode.l10n.t('Delete for Good'),
  );
  if (isMeant) await purgeTrash(dataset);
};

const showDiagnosis = async ({ engine, startEngine, doctor }: Parts): Promise<void> => {
  const diagnosis = await diagnose(
    engine,
    { node: process.versions.node, platform: `${process.platform}-${process.arch}` },
    startEngine,
  );
  const content = [
    vscode.l10n.t('Winnow in {0} {1}', vscode.env.appName, vscode.version),
    '',
    ...diagnosis.lines,
    '',
  ].join('\n');
  await doctor.show(content);
};

/** What the Explorer hands over: the clicked file and the whole selection. Null = called from elsewhere. */
const urisOf = (given: unknown, selection: unknown): readonly vscode.Uri[] | null => {
  const all = Array.isArray(selection) && selection.length > 0 ? selection : [given];
  const uris = all.filter((uri): uri is vscode.Uri => uri instanceof vscode.Uri && uri.scheme === 'file');
  return uris.length > 0 ? uris : null;
};

const pickPictures = async (): Promise<readonly vscode.Uri[]> =>
  (await vscode.window.showOpenDialog({
    canSelectMany: true,
    title: vscode.l10n.t('Predict images'),
    openLabel: vscode.l10n.t('Predict'),
    filters: { [vscode.l10n.t('Images')]: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif'] },
  })) ?? [];
