/** Gathering from the editor: the plan written down first, one progress that can be cancelled, the review at the end. */

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { gather, type GatherOptions } from '../../app/gather/gather.js';
import { writeGatherSpec } from '../../app/gather/gatherSpec.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { WinnowError } from '../../base/errors.js';
import { Emitter } from '../../base/emitter.js';
import { Scope, type Disposable } from '../../base/scope.js';
import type { ClassSpec } from '../../core/dataset/spec.js';
import type { GatherProgress, GatherReport } from '../../core/gather/report.js';
import type { Engine } from '../../ports/engine.js';
import type { Web } from '../../ports/web.js';
import type { Datasets } from '../datasets.js';
import type { Notices } from '../notices.js';
import type { OutputLog } from '../outputLog.js';
import { signalOf } from '../progress.js';
import { gatherNetwork } from '../settings.js';
import { requireTrust } from '../trustedEngine.js';
import { ApiKeys } from './apiKeys.js';
import { openOwnWeb } from './ownWeb.js';
import { previewer } from './preview.js';
import { PreviewPanel } from './previewPanel.js';
import { askText, back, pickOne } from './steps.js';
import { askImport, type ImportChoice } from './importChoice.js';
import { askPlan } from './wizard.js';

export interface GatheringTools {
  readonly context: vscode.ExtensionContext;
  readonly datasets: Datasets;
  readonly notices: Notices;
  readonly log: OutputLog;
  readonly engine: Engine;
  readonly cacheDir: string;
  /** Trains and opens the review: where a gathering ends. */
  readonly lookAt: (dataset: OpenDataset) => Promise<void>;
}

export class Gathering implements Disposable {
  readonly #scope = new Scope();
  readonly #gathered = this.#scope.add(new Emitter<OpenDataset>());
  /** While and after images are gathered. */
  readonly onDidGather = this.#gathered.event;
  readonly keys: ApiKeys;
  readonly #tools: GatheringTools;

  constructor(tools: GatheringTools) {
    this.#tools = tools;
    this.keys = new ApiKeys(tools.context.secrets);
  }

  /** The whole wizard. */
  async newDataset(): Promise<void> {
    requireTrust();
    const { datasets } = this.#tools;
    const plan = await this.#withPreview((preview) => askPlan(this.keys, preview));
    if (!plan) return;
    await mkdir(plan.folder, { recursive: true });
    const dataset = await datasets.open(plan.folder);
    const { providers, perClass, licence, classes } = plan;
    await writeGatherSpec(dataset, { classes, gather: { providers, perClass, licence } });
    await vscode.commands.executeCommand('winnow.datasets.focus');
    await this.run(dataset);
  }

  /** More images for one class: its terms, then how many it should have in all. */
  async addImages(dataset: OpenDataset): Promise<void> {
    requireTrust();
    const { scan, spec } = await dataset.refresh();
    const place = { title: vscode.l10n.t('Add Images to Class'), of: 3 };
    const label = await pickOne({
      ...place,
      step: 1,
      canGoBack: false,
      placeholder: vscode.l10n.t('Which class?'),
      items: scan.vocab.map((name) => ({
        label: name,
        description: spec.classes.find((each) => each.name === name)?.terms.join('; ') ?? '',
        value: name,
      })),
    });
    if (label === null || label === back) return;
    const before = spec.classes.find(({ name }) => name === label);
    const terms = await askText({
      ...place,
      step: 2,
      canGoBack: false,
      prompt: vscode.l10n.t('What to search for “{0}”: be precise. Several terms are separated by a semicolon.', label),
      value: before?.terms.join('; ') ?? label,
      problem: (text) =>
        text.split(';').some((term) => term.trim() !== '') ? null : vscode.l10n.t('Write what to search for.'),
    });
    if (terms === null || terms === back) return;
    const next: ClassSpec = {
      name: label,
      terms: terms
        .split(';')
        .map((term) => term.trim())
        .filter((term) => term !== ''),
    };
    const plan = { folder: dataset.store.dir, classes: spec.classes, ...spec.gather };
    const others = spec.classes.filter(({ name }) => name !== label);
    if ((await this.#withPreview((preview) => preview(next, others, plan))) !== 'use') return;
    const perClass = await askText({
      ...place,
      step: 3,
      canGoBack: false,
      prompt: vscode.l10n.t('How many gathered images should each class have in all?'),
      value: String(spec.gather.perClass),
      problem: (text) =>
        /^\d{1,5}$/.test(text) && Number(text) > 0 ? null : vscode.l10n.t('A whole number from 1 to 99,999.'),
    });
    if (perClass === null || perClass === back) return;
    await writeGatherSpec(dataset, { classes: [next], gather: { perClass: Number(perClass) } });
    await this.run(dataset, { labels: [label] });
  }

  /** Goes on where the last gathering of winnow.json stopped. */
  async run(dataset: OpenDataset, more: Pick<GatherOptions, 'labels' | 'retry'> = {}): Promise<GatherReport | null> {
    requireTrust();
    const { notices, log, lookAt } = this.#tools;
    const spec = await dataset.store.spec.read();
    if (!spec.classes.some(({ terms }) => terms.length > 0)) {
      throw new WinnowError(
        'usage',
        vscode.l10n.t('No class of {0} has a search term. Add one with “Winnow: Add Images to Class…”.', dataset.name),
      );
    }
    const web = await openOwnWeb();
    let report: GatherReport;
    try {
      report = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Gathering {0}', dataset.name),
          cancellable: true,
        },
        async (progress, token) => {
          let done = 0;
          const onProgress = (step: GatherProgress): void => {
            const share = shareOf(step);
            progress.report({ message: sentenceOf(step), increment: Math.max(0, share - done) });
            done = Math.max(done, share);
            this.#gathered.fire(dataset);
          };
          const options = { keys: await this.keys.all(), baseUrls: gatherNetwork().baseUrls, ...more };
          return gather(dataset, web, options, onProgress, signalOf(token));
        },
      );
    } catch (error) {
      if (!WinnowError.is(error, 'cancelled')) throw error;
      notices.offer(
        vscode.l10n.t('Gathering was stopped. What is there is kept; go on whenever you like.'),
        vscode.l10n.t('Go On'),
        () => void vscode.commands.executeCommand('winnow.gather', { dataset }),
      );
      return null;
    } finally {
      await web.dispose();
      this.#gathered.fire(dataset);
    }
    const gathered = report.classes.reduce((sum, each) => sum + each.gathered, 0);
    log.info(`gathered ${dataset.name}: ${String(gathered)} images, ${String(report.rows.length)} addresses tried`);
    for (const { failure } of report.providers) if (failure) log.warn(failure.message);
    const short = report.classes.filter((each) => each.gathered < each.wanted);
    if (short.length > 0) {
      notices.offer(
        vscode.l10n.t(
          'Gathered {0} images; {1} found no more. The report says why.',
          gathered,
          short.map(({ label }) => label).join(', '),
        ),
        vscode.l10n.t('Show Report'),
        () => void vscode.commands.executeCommand('winnow.gatherReport.focus'),
      );
    }
    if (gathered > 0) await lookAt(dataset);
    return report;
  }

  /** A folder of images, or a list of addresses, into the dataset. @param given what to import without asking. */
  async import(dataset: OpenDataset, given?: ImportChoice): Promise<void> {
    requireTrust();
    const { notices, lookAt } = this.#tools;
    const title = vscode.l10n.t('Import into {0}', dataset.name);
    const choice = given ?? (await askImport(title));
    if (!choice) return;
    const { importImages } = await import('../../app/gather/importImages.js');
    const { importReader } = await import('../../node/import/importReader.js');
    const web = await openOwnWeb();
    try {
      const report = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (progress, token) =>
          importImages(
            dataset,
            { web, reader: importReader },
            choice,
            (step) => progress.report({ message: sentenceOf(step) }),
            signalOf(token),
          ),
      );
      for (const problem of report.problems) notices.tell(problem);
    } finally {
      await web.dispose();
      this.#gathered.fire(dataset);
    }
    await lookAt(dataset);
  }

  dispose(): void {
    this.#scope.dispose();
  }

  async #withPreview<T>(work: (preview: ReturnType<typeof previewer>) => Promise<T>): Promise<T> {
    let web: Promise<Web> | undefined;
    const { engine, cacheDir } = this.#tools;
    const panel = new PreviewPanel(cacheDir);
    const folder = path.join(this.#tools.context.globalStorageUri.fsPath, 'preview');
    try {
      return await work(
        previewer({
          web: () => (web ??= openOwnWeb()),
          keys: this.keys,
          baseUrls: () => gatherNetwork().baseUrls,
          folder,
          thumbnails: (files) => engine.thumbnails({ files, size: 256, cacheDir }),
          panel,
        }),
      );
    } finally {
      panel.dispose();
      await (await web)?.dispose();
      const { removeOwnFolder } = await import('../../node/ownFiles.js');
      await removeOwnFolder(folder, path.dirname(folder)).catch(() => undefined);
    }
  }
}

const shareOf = ({ classes }: GatherProgress): number => {
  const wanted = classes.reduce((sum, each) => sum + each.wanted, 0);
  const have = classes.reduce((sum, each) => sum + Math.min(each.gathered, each.wanted), 0);
  return wanted === 0 ? 0 : (100 * have) / wanted;
};

/** One sentence a class: what a notification has room for. */
const sentenceOf = ({ classes }: GatherProgress): string =>
  classes
    .map(({ label, gathered, wanted, found, rejected }) => {
      const refused = Object.values(rejected).reduce((sum, n) => sum + n, 0);
      return vscode.l10n.t('{0} {1}/{2} ({3} found, {4} rejected)', label, gathered, wanted, found, refused);
    })
    .join(' · ');
