/** The cards of the prediction pane: one a picture, newest first, from the question to the answer. */

import path from 'node:path';
import type { FailedPrediction, Prediction } from '../../core/predict/prediction.js';
import type { PredictionCard } from '../../protocol/prediction.js';

export interface AskedPicture {
  /** Absolute. */
  readonly file: string;
  readonly name: string;
  /** For people; null for pasted bytes, whose file is ours and gone with the pane. */
  readonly path: string | null;
}

interface Kept {
  readonly card: PredictionCard;
  readonly asked: AskedPicture;
  readonly answer: Prediction | FailedPrediction | null;
  /** Absolute files of the nearest images, in the card's order. */
  readonly nearestFiles: readonly string[];
}

/** More cards than anybody reads; the oldest leave. */
const maxCards = 2000;

export class PredictionCards {
  #kept: readonly Kept[] = [];
  #next = 1;

  get cards(): readonly PredictionCard[] {
    return this.#kept.map(({ card }) => card);
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

  /** New busy cards on top, in the order asked; answers their keys. */
  ask(pictures: readonly AskedPicture[]): readonly string[] {
    const fresh = pictures.map((asked): Kept => {
      const key = `card-${this.#next++}`;
      return { asked, answer: null, nearestFiles: [], card: { ...blank, key, name: asked.name, path: asked.path } };
    });
    this.#kept = [...fresh, ...this.#kept].slice(0, maxCards);
    return fresh.map(({ card }) => card.key);
  }

  answer(
    key: string,
    answer: Prediction | FailedPrediction,
    thumb: string | null,
    nearest: readonly { readonly file: string; readonly thumb: string | null }[],
  ): void {
    const nearestFiles = nearest.map(({ file }) => file);
    this.#replace(key, (kept) => ({
      ...kept,
      answer,
      nearestFiles,
      card: answered(kept.card, answer, thumb, nearest),
    }));
  }

  fail(keys: readonly string[], message: string): void {
    for (const key of keys) {
      this.#replace(key, (kept) => ({ ...kept, card: { ...kept.card, state: 'failed', error: message } }));
    }
  }

  clear(): void {
    this.#kept = [];
  }

  /** The absolute file behind a card or one of its neighbours; null = there is none (any more). */
  fileOf(key: string, neighbour: number | null): string | null {
    const kept = this.#kept.find(({ card }) => card.key === key);
    if (!kept) return null;
    if (neighbour !== null) return kept.nearestFiles[neighbour] ?? null;
    return kept.asked.path === null ? null : kept.asked.file;
  }

  /** The picture's bytes and its classes, most probable first; null = there is no such answer. */
  pictureOf(key: string): { readonly file: string; readonly labels: readonly string[] } | null {
    const kept = this.#kept.find(({ card }) => card.key === key);
    if (kept?.card.state !== 'done') return null;
    return { file: kept.asked.file, labels: kept.card.probabilities.map(({ label }) => label) };
  }

  #replace(key: string, change: (kept: Kept) => Kept): void {
    this.#kept = this.#kept.map((kept) => (kept.card.key === key ? change(kept) : kept));
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

const answered = (
  card: PredictionCard,
  answer: Prediction | FailedPrediction,
  thumb: string | null,
  nearest: readonly { readonly thumb: string | null }[],
): PredictionCard => {
  if ('error' in answer) return { ...card, thumb, state: 'failed', error: answer.error.message };
  return {
    ...card,
    thumb,
    state: 'done',
    prediction: answer.prediction,
    probabilities: Object.entries(answer.probabilities)
      .map(([label, probability]) => ({ label, probability }))
      .sort((a, b) => b.probability - a.probability),
    basis: answer.basis,
    certainty: answer.certainty,
    difference: answer.difference,
    nearest: answer.nearest.map(({ path: at, label, distance }, index) => ({
      path: at,
      label,
      distance,
      thumb: nearest[index]?.thumb ?? null,
    })),
  };
};

/** A picture that lies on the disk, as the pane names it. */
export const pictureOf = (file: string, shownPath: string): AskedPicture => ({
  file,
  name: path.basename(file),
  path: shownPath,
});
