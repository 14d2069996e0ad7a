/** The cards of the prediction pane: one a picture, newest first, from the question to the answer. */

import path from 'node:path';
import type { FailedPrediction, Prediction } from '../../core/predict/prediction.js';
import type { PredictionCard, PredictionChange } from '../../protocol/prediction.js';

export interface AskedPicture {
  /** Absolute. */
  readonly file: string;
  readonly name: string;
  /** For people; null for pasted bytes, whose file is ours and gone with the pane. */
  readonly path: string | null;
}

/** Thumbnails of a picture and of what is nearest to it, as URIs that the webview may load. */
export interface Illustration {
  readonly thumb: string | null;
  readonly nearest: readonly (string | null)[];
}

interface Kept {
  card: PredictionCard;
  readonly asked: AskedPicture;
  answer: Prediction | FailedPrediction | null;
  /** Absolute files of the nearest images, in the card's order. */
  nearestFiles: readonly string[];
  /** Revision with which it came. */
  readonly born: number;
  /** Revision with which it became what it is. */
  changed: number;
}

/** More cards than anybody reads; the oldest leave. */
const maxCards = 2000;

export class PredictionCards {
  /** Newest first. */
  #kept: readonly Kept[] = [];
  readonly #byKey = new Map<string, Kept>();
  #next = 1;
  #revision = 1;

  /** Grows with each change. */
  get revision(): number {
    return this.#revision;
  }

  /** Newest first. */
  get cards(): readonly PredictionCard[] {
    return this.#kept.map(({ card }) => card);
  }

  /** Whether one waits for its answer. */
  get isBusy(): boolean {
    return this.#kept.some(({ card }) => card.state === 'busy');
  }

  /** The files that can be asked about again, newest first. */
  get files(): readonly string[] {
    return this.#kept.flatMap(({ asked }) => (asked.path === null ? [] : [asked.file]));
  }

  /** Newest first; null = no answer yet. */
  get entries(): readonly { readonly key: string; readonly answer: Prediction | FailedPrediction | null }[] {
    return this.#kept.map(({ card, answer }) => ({ key: card.key, answer }));
  }

  /** What was answered, newest first; `path` is the name for people. */
  get answers(): readonly (Prediction | FailedPrediction)[] {
    return this.#kept.flatMap(({ asked, answer }) => (answer ? [{ ...answer, path: asked.path ?? asked.name }] : []));
  }

  /** What has come since a revision that was told. */
  since(from: number): Pick<PredictionChange, 'from' | 'revision' | 'added' | 'changed' | 'total'> {
    const since = this.#kept.filter(({ changed }) => changed > from);
    return {
      from,
      revision: this.#revision,
      added: since.filter(({ born }) => born > from).map(({ card }) => card),
      changed: since.filter(({ born }) => born <= from).map(({ card }) => card),
      total: this.#kept.length,
    };
  }

  /** Something beside the cards has changed. */
  touch(): void {
    this.#revision++;
  }

  /** New busy cards on top, in the order asked; answers their keys. */
  ask(pictures: readonly AskedPicture[]): readonly string[] {
    const born = ++this.#revision;
    const fresh = pictures.map((asked): Kept => {
      const card = { ...blank, key: `card-${this.#next++}`, name: asked.name, path: asked.path };
      return { asked, answer: null, nearestFiles: [], card, born, changed: born };
    });
    const all = [...fresh, ...this.#kept];
    for (const kept of fresh) this.#byKey.set(kept.card.key, kept);
    for (const { card } of all.slice(maxCards)) this.#byKey.delete(card.key);
    this.#kept = all.slice(0, maxCards);
    return fresh.map(({ card }) => card.key);
  }

  /** @param nearestFiles absolute, in the answer's order. */
  answer(key: string, answer: Prediction | FailedPrediction, nearestFiles: readonly string[]): void {
    const kept = this.#byKey.get(key);
    if (!kept) return;
    kept.answer = answer;
    kept.nearestFiles = nearestFiles;
    kept.card = answered(kept.card, answer);
    kept.changed = ++this.#revision;
  }

  /** The answer behind a card that has no thumbnail yet; null = there is no such card (any more). */
  unillustrated(key: string): { readonly file: string; readonly answer: Prediction } | null {
    const kept = this.#byKey.get(key);
    if (!kept?.answer || 'error' in kept.answer || kept.card.thumb !== null) return null;
    return { file: kept.asked.file, answer: kept.answer };
  }

  illustrate(key: string, { thumb, nearest }: Illustration): void {
    const kept = this.#byKey.get(key);
    if (!kept) return;
    const shown = kept.card.nearest.map((neighbour, at) => ({ ...neighbour, thumb: nearest[at] ?? null }));
    kept.card = { ...kept.card, thumb, nearest: shown };
    kept.changed = ++this.#revision;
  }

  /** Those of the keys that still wait get no answer any more. */
  fail(keys: readonly string[], message: string): void {
    for (const key of keys) {
      const kept = this.#byKey.get(key);
      if (kept?.card.state !== 'busy') continue;
      kept.card = { ...kept.card, state: 'failed', error: message };
      kept.changed = ++this.#revision;
    }
  }

  clear(): void {
    this.#kept = [];
    this.#byKey.clear();
    this.#revision++;
  }

  /** The absolute file behind a card or one of its neighbours; null = there is none (any more). */
  fileOf(key: string, neighbour: number | null): string | null {
    const kept = this.#byKey.get(key);
    if (!kept) return null;
    if (neighbour !== null) return kept.nearestFiles[neighbour] ?? null;
    return kept.asked.path === null ? null : kept.asked.file;
  }

  /** The picture's bytes, its name and its classes, most probable first; null = there is no such answer. */
  pictureOf(key: string): { readonly file: string; readonly name: string; readonly labels: readonly string[] } | null {
    const kept = this.#byKey.get(key);
    if (kept?.card.state !== 'done') return null;
    const { name, probabilities } = kept.card;
    return { file: kept.asked.file, name, labels: probabilities.map(({ label }) => label) };
  }
}

const blank: Omit<PredictionCard, 'key' | 'name' | 'path'> = {
  thumb: null,
  state: 'busy',
  error: null,
  prediction: null,
  probabilities: [],
  basis: null,
  certainty: null,
  difference: null,
  nearest: [],
};

const answered = (card: PredictionCard, answer: Prediction | FailedPrediction): PredictionCard => {
  if ('error' in answer) return { ...card, state: 'failed', error: answer.error.message };
  return {
    ...card,
    state: 'done',
    prediction: answer.prediction,
    probabilities: Object.entries(answer.probabilities)
      .map(([label, probability]) => ({ label, probability }))
      .sort((a, b) => b.probability - a.probability),
    basis: answer.basis,
    certainty: answer.certainty,
    difference: answer.difference,
    nearest: answer.nearest.map(({ path: at, label, distance }) => ({ path: at, label, distance, thumb: null })),
  };
};

/** A picture that lies on the disk, as the pane names it. */
export const pictureOf = (file: string, shownPath: string): AskedPicture => ({
  file,
  name: path.basename(file),
  path: shownPath,
});
