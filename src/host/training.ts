/** Trainings of this window: one a dataset, with what it does now, for every surface that shows it. */

import * as vscode from 'vscode';
import { Emitter } from '../base/emitter.js';
import { WinnowError } from '../base/errors.js';
import { Scope, type Disposable } from '../base/scope.js';
import { listFindings } from '../app/findings.js';
import type { OpenDataset } from '../app/openDataset.js';
import { train, type TrainReport } from '../app/train.js';
import type { Ranking } from '../core/findings/ranking.js';
import type { Notices } from './notices.js';
import type { OutputLog } from './outputLog.js';
import { withProgress } from './progress.js';
import { trainOptions } from './settings.js';
import { requireTrust } from './trustedEngine.js';

/** Reviewing one photo takes about this long (JUDGE § 3: judgements a minute of a person at the keyboard). */
const secondsAPhoto = 6.5;

export interface TrainingStep {
  readonly dataset: OpenDataset;
  /** Null = it has ended. */
  readonly sentence: string | null;
  /** The first ranking, while the rest is still being fitted. */
  readonly interim: Ranking | null;
}

export class Training implements Disposable {
  readonly #scope = new Scope();
  readonly #stepped = this.#scope.add(new Emitter<TrainingStep>());
  readonly onDidStep = this.#stepped.event;
  readonly #running = new Map<OpenDataset, string>();
  readonly #notices: Notices;
  readonly #log: OutputLog;
  readonly #review: (dataset: OpenDataset) => void;

  constructor(notices: Notices, log: OutputLog, review: (dataset: OpenDataset) => void) {
    this.#notices = notices;
    this.#log = log;
    this.#review = review;
  }

  /** What the training of a dataset does now; null = none runs. */
  sentenceOf(dataset: OpenDataset): string | null {
    return this.#running.get(dataset) ?? null;
  }

  get isRunning(): boolean {
    return this.#running.size > 0;
  }

  /** Trains and offers the next step. Throws `busy` when the dataset is being trained, `cancelled` when the person stopped it. */
  async run(dataset: OpenDataset): Promise<TrainReport> {
    requireTrust();
    if (this.#running.has(dataset)) {
      throw new WinnowError('busy', vscode.l10n.t('{0} is being trained already.', dataset.name));
    }
    this.#running.set(dataset, '');
    // The engine's last progress may arrive after the end of the call.
    const step = (sentence: string, interim: Ranking | null = null): void => {
      if (this.#running.has(dataset)) this.#step(dataset, sentence, interim);
    };
    step(vscode.l10n.t('starting'));
    try {
      const report = await withProgress(
        vscode.l10n.t('Training {0}', dataset.name),
        (onProgress, signal) =>
          train(
            dataset,
            trainOptions(),
            {
              onProgress,
              onFirstRanking: (ranking) => step(vscode.l10n.t('first ranking; looking once more'), ranking),
            },
            signal,
          ),
        (sentence) => step(sentence),
      );
      this.#log.info(`trained ${dataset.name}: run ${report.run}, ${JSON.stringify(report.outOfFold)}`);
      for (const note of report.notes) this.#log.info(note);
      return report;
    } finally {
      this.#step(dataset, null);
    }
  }

  /** Says what to do after a training: the one next step. */
  async offerNextStep(dataset: OpenDataset): Promise<void> {
    const { findings } = await listFindings(dataset);
    const issues = findings.filter((finding) => finding.kind === 'label-issue').length;
    if (issues === 0) {
      this.#notices.offer(
        vscode.l10n.t('No label of {0} looks wrong. The most surprising photos come first all the same.', dataset.name),
        vscode.l10n.t('Review'),
        () => this.#review(dataset),
      );
      return;
    }
    this.#notices.offer(nextStep(issues), vscode.l10n.t('Review'), () => this.#review(dataset));
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #step(dataset: OpenDataset, sentence: string | null, interim: Ranking | null = null): void {
    if (sentence === null) this.#running.delete(dataset);
    else this.#running.set(dataset, sentence);
    if (!this.#scope.isDisposed) this.#stepped.fire({ dataset, sentence, interim });
  }
}

/** "37 photos look wrong: review, about 4 minutes". */
export const nextStep = (issues: number): string => {
  const minutes = Math.max(1, Math.round((issues * secondsAPhoto) / 60));
  const time = minutes === 1 ? vscode.l10n.t('1 minute') : vscode.l10n.t('{0} minutes', minutes);
  return issues === 1
    ? vscode.l10n.t('1 photo looks wrong: review, about {0}', time)
    : vscode.l10n.t('{0} photos look wrong: review, about {1}', issues, time);
};
