/** The prediction pane: pictures in, answers out, and which model gave them. One a window. */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import { Scope, type Disposable } from '../../base/scope.js';
import { lookAt } from '../../app/lookAt.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { driftOf, driftSentence } from '../../core/predict/drift.js';
import { folderSummary } from '../../core/predict/folderSummary.js';
import type { Handlers } from '../../protocol/contract.js';
import type { ImageBytes } from '../../protocol/plain.js';
import { predictionContract, type PredictionContract, type PredictionState } from '../../protocol/prediction.js';
import type { CommandId } from '../commandIds.js';
import { imageFiles, isOfThisMachine, shownPath } from '../predictTargets.js';
import { maxPredictFiles } from '../settings.js';
import { requireTrust } from '../trustedEngine.js';
import { accuracyOfRun } from '../views/runWords.js';
import { Answering } from './answering.js';
import { addToDataset, saveAnswers } from './predictionActions.js';
import { answerInSteps } from './predictionAnswers.js';
import { pictureOf, PredictionCards, type AskedPicture } from './predictionCards.js';
import { openBeside } from './reviewPanel.js';
import { placeOf, type Surroundings } from './surroundings.js';
import { createPanel, panelIcon, PanelWire, type Surface } from './webviewPanel.js';

const surface: Surface<PredictionContract> = {
  type: 'winnow.prediction',
  contract: predictionContract,
  loadChecks: async () => (await import('./schemas.js')).predictionChecks,
};

const rememberedKey = 'winnow.predicted';
const augmentedKey = 'winnow.predictedAugmented';
/** A reloaded window asks about these again; more would make it wait. */
const maxRemembered = 50;

/** Pictures of late, for noticing that they are of another kind. */
const lately = 200;

export class PredictionPanel implements Disposable {
  readonly #scope = new Scope();
  readonly wire: PanelWire<PredictionContract>;
  readonly #around: Surroundings;
  readonly #cards = new PredictionCards();
  readonly #answering: Answering;
  /** Which dataset answered each card. */
  readonly #models = new Map<string, OpenDataset>();
  readonly #asking = new Set<AbortController>();
  /** Pasted and dropped bytes lie there as long as their cards do. */
  readonly #pasted: vscode.Uri;
  #isAugmented: boolean;
  #message: string | null = null;

  constructor(around: Surroundings, restored?: vscode.WebviewPanel) {
    this.#around = around;
    this.#answering = new Answering(around.datasets);
    this.#isAugmented = around.memory.get(augmentedKey) === true;
    this.#pasted = vscode.Uri.joinPath(around.storageUri, 'pasted', randomUUID());
    const place = placeOf(around);
    const panel =
      restored ?? createPanel('winnow.prediction', vscode.l10n.t('Prediction'), place, vscode.ViewColumn.Beside);
    panel.iconPath = panelIcon(around.extensionUri);
    this.wire = this.#scope.add(new PanelWire(panel, surface, this.#handlers(), place));
    const changed = (): void => {
      this.#answering.read().then(
        () => this.#push(),
        (error: unknown) => around.log.warn(`the prediction pane could not look for a run: ${String(error)}`),
      );
    };
    this.#scope.add(around.datasets.onDidChangeContent(changed));
    this.#scope.add(around.datasets.onDidChangeList(changed));
    this.#scope.add(around.training.onDidStep(changed));
  }

  show(): void {
    this.wire.panel.reveal(undefined, false);
  }

  /** Answers files and the images in folders, each by the nearest dataset upwards, else by the model in use. */
  async predict(uris: readonly vscode.Uri[]): Promise<void> {
    requireTrust();
    const { files, leftOut } = await imageFiles(uris, maxPredictFiles());
    if (files.length === 0) throw new WinnowError('no-images', vscode.l10n.t('There is no image to predict here.'));
    this.#message =
      leftOut === 0
        ? null
        : vscode.l10n.t(
            '{0} more images were left out; the setting winnow.prediction.maxFiles says how many.',
            leftOut,
          );
    for (const [model, some] of await this.#answering.groups(files)) {
      await this.#ask(
        model,
        some.map((file) => pictureOf(file, shownPath(file, model))),
      );
    }
  }

  /** What stood here before the window was reloaded; files that are gone are left out. */
  async askAgain(): Promise<void> {
    const { memory, log } = this.#around;
    const files = memory.get<unknown>(rememberedKey);
    if (!Array.isArray(files) || !vscode.workspace.isTrusted) return;
    const found = files.filter((file): file is string => typeof file === 'string' && existsSync(file));
    if (found.length === 0) return;
    await this.predict(found.map((file) => vscode.Uri.file(file))).catch((error: unknown) => {
      log.warn(`the predictions of before the reload could not be made again: ${String(error)}`);
    });
  }

  state(): PredictionState {
    const { current: model, run } = this.#answering;
    const training = model && this.#around.training.sentenceOf(model);
    return {
      model:
        model && run
          ? { datasetName: model.name, run: run.run, backbone: run.backbone.id, accuracy: accuracyOfRun(run) }
          : null,
      isAugmented: this.#answering.hasNetwork ? this.#isAugmented : null,
      state: training ? 'busy' : !model ? 'no-dataset' : !run ? 'no-run' : this.#asking.size > 0 ? 'busy' : 'ready',
      message: training ?? this.#message,
      drift: driftSentence(driftOf(this.#percentiles())),
      classes: folderSummary(this.#cards.answers),
      cards: this.#cards.cards,
    };
  }

  dispose(): void {
    this.stop();
    this.#dropPasted();
    this.#scope.dispose();
  }

  /** Of new pictures that the model in use has answered lately. */
  #percentiles(): readonly number[] {
    const { current } = this.#answering;
    const percentiles = this.#cards.entries.flatMap(({ key, answer }) =>
      answer && !('error' in answer) && answer.basis === 'new' && this.#models.get(key) === current
        ? (answer.inDomain?.percentile ?? [])
        : [],
    );
    return percentiles.slice(0, lately);
  }

  /** Ends what is being looked at; what is answered stays. */
  stop(): void {
    for (const asking of this.#asking) asking.abort();
  }

  #dropPasted(): void {
    void vscode.workspace.fs.delete(this.#pasted, { recursive: true }).then(undefined, () => undefined);
  }

  async #ask(model: OpenDataset, pictures: readonly AskedPicture[]): Promise<void> {
    await this.#answering.use(model);
    if (!this.#answering.run) {
      this.#push();
      return;
    }
    const keys = this.#cards.ask(pictures);
    for (const key of keys) this.#models.set(key, model);
    this.#remember();
    const asking = new AbortController();
    this.#asking.add(asking);
    this.#push();
    try {
      const { webview } = this.wire.panel;
      await answerInSteps(model, pictures, this.#isAugmented, webview, asking.signal, (from, steps) => {
        steps.forEach(({ answer, thumb, nearest }, index) => {
          this.#cards.answer(keys[from + index] ?? '', answer, thumb, nearest);
        });
        this.#push();
      });
    } catch (error) {
      if (!WinnowError.is(error)) this.#around.log.error('predict', error);
      const unanswered = keys.filter((key) =>
        this.#cards.cards.some((card) => card.key === key && card.state === 'busy'),
      );
      const why = error instanceof Error ? error.message : String(error);
      this.#cards.fail(
        unanswered,
        WinnowError.is(error, 'cancelled') ? vscode.l10n.t('Stopped before it was looked at.') : why,
      );
    } finally {
      this.#asking.delete(asking);
      this.#push();
    }
  }

  async #predictBytes({ name, bytes }: ImageBytes): Promise<void> {
    requireTrust();
    const model = await this.#answering.forStrangers();
    // Judged by content: the name only says what to call it.
    const uri = vscode.Uri.joinPath(this.#pasted, `${randomUUID()}.picture`);
    await vscode.workspace.fs.createDirectory(this.#pasted);
    await vscode.workspace.fs.writeFile(uri, bytes);
    await this.#ask(model, [{ file: uri.fsPath, name: name || vscode.l10n.t('Pasted picture'), path: null }]);
  }

  #remember(): void {
    void this.#around.memory.update(rememberedKey, this.#cards.files.slice(0, maxRemembered));
  }

  #push(): void {
    if (!this.#scope.isDisposed) this.wire.emit('changed', this.state());
  }

  #handlers(): Handlers<PredictionContract['calls']> {
    return {
      open: async () => {
        await this.#around.datasets.restore();
        await this.#answering.read();
        return this.state();
      },
      pickFiles: async () => {
        const chosen = await vscode.window.showOpenDialog({
          canSelectMany: true,
          canSelectFiles: true,
          filters: { [vscode.l10n.t('Images')]: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif'] },
          title: vscode.l10n.t('Predict images'),
          openLabel: vscode.l10n.t('Predict'),
        });
        if (chosen && chosen.length > 0) await this.predict(chosen);
        return null;
      },
      predictImage: async (image) => {
        await this.#predictBytes(image);
        return null;
      },
      predictUris: async ({ uris }) => {
        const files = uris
          .map((uri) => vscode.Uri.parse(uri))
          .filter(isOfThisMachine)
          .map(({ path: at }) => vscode.Uri.file(at));
        if (files.length === 0) {
          throw new WinnowError('not-found', vscode.l10n.t('Only files of this machine can be dropped here.'));
        }
        await this.predict(files);
        return null;
      },
      chooseModel: async () => {
        await this.#answering.choose();
        this.#push();
        return null;
      },
      augment: async ({ isOn }) => {
        this.#isAugmented = isOn;
        await this.#around.memory.update(augmentedKey, isOn);
        this.#push();
        return null;
      },
      train: async () => {
        const model = this.#answering.current;
        if (model) this.#around.train(model);
        else await vscode.commands.executeCommand('winnow.openDataset');
        return null;
      },
      clear: () => {
        this.stop();
        this.#cards.clear();
        this.#models.clear();
        this.#dropPasted();
        this.#remember();
        this.#message = null;
        this.#push();
        return null;
      },
      stop: () => {
        this.stop();
        return null;
      },
      save: async ({ format }) => {
        const folder = this.#answering.current?.store.dir ?? this.#around.storageUri.fsPath;
        await saveAnswers(this.#cards.answers.toReversed(), format, folder, this.#around.notices);
        return null;
      },
      addToDataset: async ({ key }) => {
        const [picture, model] = [this.#cards.pictureOf(key), this.#models.get(key)];
        if (!picture || !model)
          throw new WinnowError('not-found', vscode.l10n.t('This picture is not there any more.'));
        await addToDataset(model, picture, this.#around.notices);
        return null;
      },
      findSimilar: async ({ key }) => {
        const [picture, dataset] = [this.#cards.pictureOf(key), this.#models.get(key)];
        const name = this.#cards.cards.find((card) => card.key === key)?.name;
        if (!picture || !dataset || name === undefined)
          throw new WinnowError('not-found', vscode.l10n.t('This picture is not there any more.'));
        const similarTo = { file: picture.file, path: name };
        await vscode.commands.executeCommand('winnow.findSimilar' satisfies CommandId, { dataset, similarTo });
        return null;
      },
      look: ({ key, ...question }, signal) => {
        requireTrust();
        const [picture, model] = [this.#cards.pictureOf(key), this.#models.get(key)];
        if (!picture || !model)
          throw new WinnowError('not-found', vscode.l10n.t('This picture is not there any more.'));
        return lookAt(model, { file: picture.file, path: '' }, question, signal);
      },
      openFile: async ({ key, neighbour }) => {
        const file = this.#cards.fileOf(key, neighbour);
        if (file === null) throw new WinnowError('not-found', vscode.l10n.t('This picture has no file to open.'));
        await openBeside(file);
        return null;
      },
    };
  }
}
