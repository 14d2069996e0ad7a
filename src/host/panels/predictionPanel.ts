/** The prediction pane: pictures in, answers out, and which model gave them. One a window. */

import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import { Scope, type Disposable } from '../../base/scope.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { driftOf, driftSentence } from '../../core/predict/drift.js';
import { folderSummary } from '../../core/predict/folderSummary.js';
import {
  predictionContract,
  type PredictionContract,
  type PredictionOverview,
  type PredictionState,
} from '../../protocol/prediction.js';
import { imageFiles, shownPath } from '../predictTargets.js';
import { maxPredictFiles } from '../settings.js';
import type { PanelType } from '../commandIds.js';
import { requireTrust } from '../trustedEngine.js';
import { accuracyOfRun } from '../views/runWords.js';
import { Answering } from './answering.js';
import { PastedPictures } from './pastedPictures.js';
import { predictionHandlers, type PredictionPane } from './predictionCalls.js';
import { pictureOf, type AskedPicture } from './predictionCards.js';
import { PredictionFeed } from './predictionFeed.js';
import { PredictionQuestions } from './predictionQuestions.js';
import { keptPlace } from './keptPlace.js';
import type { Origin } from './origin.js';
import { placeOf, type Surroundings } from './surroundings.js';
import { createPanel, panelIcon, PanelWire, type Surface } from './webviewPanel.js';

export const predictionType = 'winnow.prediction' satisfies PanelType;
export const predictionTitle = (): string => vscode.l10n.t('Prediction');

const surface: Surface<PredictionContract> = {
  type: predictionType,
  contract: predictionContract,
  loadChecks: async () => (await import('./schemas.js')).predictionChecks,
};

const rememberedKey = 'winnow.predicted';
const augmentedKey = 'winnow.predictedAugmented';
/** A reloaded window asks about these again; more would make it wait. */
const maxRemembered = 50;

/** Pictures of late, for noticing that they are of another kind. */
const lately = 200;

export class PredictionPanel implements PredictionPane, Disposable {
  readonly #scope = new Scope();
  readonly wire: PanelWire<PredictionContract>;
  readonly around: Surroundings;
  readonly answering: Answering;
  readonly pasted: PastedPictures;
  readonly questions: PredictionQuestions;
  readonly #feed: PredictionFeed;
  #isAugmented: boolean;
  #message: string | null = null;

  constructor(around: Surroundings, origin: Origin) {
    this.around = around;
    this.answering = new Answering(around.datasets);
    this.#isAugmented = around.memory.get(augmentedKey) === true;
    this.pasted = new PastedPictures(around.storageUri);
    this.questions = new PredictionQuestions(
      () => this.wire.panel.webview,
      around.log,
      (isUrgent) => this.#feed.changed(isUrgent),
    );
    this.#feed = this.#scope.add(
      new PredictionFeed(
        (from) => ({ ...this.#overview(), ...this.questions.cards.since(from) }),
        (change) => this.wire.emit('changed', change),
      ),
    );
    const place = placeOf(around);
    const panel = origin.restored ?? createPanel(predictionType, predictionTitle(), place, vscode.ViewColumn.Beside);
    panel.iconPath = panelIcon(around.extensionUri);
    this.wire = this.#scope.add(
      new PanelWire(panel, surface, predictionHandlers(this), place, keptPlace(around.memory, predictionType, origin)),
    );
    const read = (): void => {
      this.answering.read().then(
        () => this.changed(),
        (error: unknown) => around.log.warn(`the prediction pane could not look for a run: ${String(error)}`),
      );
    };
    this.#scope.add(around.datasets.onDidChangeContent(read));
    this.#scope.add(around.datasets.onDidChangeList(read));
    this.#scope.add(around.training.onDidStep(read));
  }

  show(): void {
    this.wire.panel.reveal(undefined, false);
  }

  async open(): Promise<PredictionState> {
    await this.around.datasets.restore();
    await this.answering.read();
    const state = this.state();
    this.#feed.opened(state.revision);
    return state;
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
    for (const [model, some] of await this.answering.groups(files)) {
      const pictures = some.map((file) => pictureOf(file, shownPath(file, model)));
      if (!(await this.ask(model, pictures))) return;
    }
  }

  /** What stood here before the window was reloaded; files that are gone are left out. */
  async askAgain(): Promise<void> {
    const { memory, log } = this.around;
    const files = memory.get<unknown>(rememberedKey);
    if (!Array.isArray(files) || !vscode.workspace.isTrusted) return;
    await this.around.datasets.restore();
    const found = files.filter((file): file is string => typeof file === 'string' && existsSync(file));
    if (found.length === 0) return;
    await this.predict(found.map((file) => vscode.Uri.file(file))).catch((error: unknown) => {
      log.warn(`the predictions of before the reload could not be made again: ${String(error)}`);
    });
  }

  /** Until all are answered; false = somebody stopped it. */
  async ask(model: OpenDataset, pictures: readonly AskedPicture[]): Promise<boolean> {
    await this.answering.use(model);
    if (!this.answering.run) {
      this.changed();
      return true;
    }
    const asked = this.questions.ask(model, pictures, this.#isAugmented);
    this.#remember();
    return asked;
  }

  state(): PredictionState {
    const { revision, cards } = this.questions.cards;
    return { ...this.#overview(), revision, cards };
  }

  stop(): void {
    this.questions.stop();
  }

  clear(): void {
    this.questions.clear();
    this.pasted.drop();
    this.#remember();
    this.#message = null;
    this.changed();
  }

  async augment(isOn: boolean): Promise<void> {
    this.#isAugmented = isOn;
    await this.around.memory.update(augmentedKey, isOn);
    this.changed();
  }

  /** Something beside the cards, or all of them. */
  changed(): void {
    if (this.#scope.isDisposed) return;
    this.questions.cards.touch();
    this.#feed.changed();
  }

  dispose(): void {
    this.stop();
    this.pasted.drop();
    this.#scope.dispose();
  }

  #overview(): PredictionOverview {
    const { current: model, run } = this.answering;
    const { cards } = this.questions;
    const training = model && this.around.training.sentenceOf(model);
    return {
      model:
        model && run
          ? { datasetName: model.name, run: run.run, backbone: run.backbone.id, accuracy: accuracyOfRun(run) }
          : null,
      isAugmented: this.answering.hasNetwork ? this.#isAugmented : null,
      ...(vscode.workspace.isTrusted
        ? {
            state: training ? 'busy' : !model ? 'no-dataset' : !run ? 'no-run' : cards.isBusy ? 'busy' : 'ready',
            message: training ?? this.#message,
          }
        : {
            state: 'error',
            message: vscode.l10n.t('Restricted Mode asks no model. Trust this workspace to predict.'),
          }),
      drift: driftSentence(driftOf(this.#percentiles())),
      classes: folderSummary(cards.answers),
    };
  }

  /** Of new pictures that the model in use has answered lately. */
  #percentiles(): readonly number[] {
    const { current } = this.answering;
    const { cards } = this.questions;
    const percentiles = cards.entries.flatMap(({ key, answer }) =>
      answer && !('error' in answer) && answer.basis === 'new' && this.questions.modelOf(key) === current
        ? (answer.inDomain?.percentile ?? [])
        : [],
    );
    return percentiles.slice(0, lately);
  }

  #remember(): void {
    void this.around.memory.update(rememberedKey, this.questions.cards.files.slice(0, maxRemembered));
  }
}
