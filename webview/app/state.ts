/** What the app shows, and what changes it. */

import { certaintyOf, type Certainty } from '../../src/core/predict/certainty.js';
import { domainJudge } from '../../src/core/predict/domain.js';
import { rawUnitRows } from '../../src/core/training/featureBlock.js';
import { answersCsv } from '../../src/core/export/answersCsv.js';
import type { AppSettings } from '../../src/core/export/appPage.js';
import type { Classifier } from './classifier.js';
import { readPicture } from './readPicture.js';

export interface Row {
  readonly key: number;
  readonly name: string;
  readonly thumbnail: string | null;
  readonly note: string | null;
  readonly answer: Answer | null;
  /** A sentence; null = none. */
  readonly trouble: string | null;
}
export interface Answer {
  readonly certainty: Certainty;
  /** All classes, most probable first. */
  readonly ranked: readonly { readonly label: string; readonly p: number }[];
  /** In the order of the settings' classes. */
  readonly probabilities: Float32Array;
}

export class AppState {
  /** Newest first. */
  rows: readonly Row[] = [];
  /** Null while the model is being opened. */
  classifier: Classifier | null = null;
  trouble: string | null = null;
  /** For those who do not see the cards. */
  said = '';
  isDropping = false;
  readonly expanded = new Set<number>();
  readonly settings: AppSettings;
  readonly #changed: () => void;
  readonly #ready: Promise<Classifier>;
  readonly #judge: ReturnType<typeof domainJudge> | null;
  #nextKey = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(settings: AppSettings, ready: Promise<Classifier>, changed: () => void) {
    this.settings = settings;
    this.#judge = settings.domain && domainJudge(settings.domain);
    this.#ready = ready;
    this.#changed = changed;
    ready.then(
      (classifier) => this.#set(() => (this.classifier = classifier)),
      (error: unknown) => this.#set(() => (this.trouble = sentence(error))),
    );
  }

  /** Looks at the files one after another, in the order given. */
  add(files: readonly File[]): void {
    if (files.length === 0) return;
    const rows = files.map((file) => ({ file, key: this.#nextKey++ }));
    this.trouble = null;
    this.rows = [...rows.map(({ file, key }) => emptyRow(key, file.name)).reverse(), ...this.rows];
    for (const { file, key } of rows) this.#work = this.#work.then(() => this.#look(key, file));
    void this.#work.then(() => this.#set(() => (this.said = `${this.rows.length} pictures have been looked at.`)));
    this.#changed();
  }

  complain(text: string): void {
    this.#set(() => (this.trouble = text));
  }

  toggle(key: number): void {
    if (!this.expanded.delete(key)) this.expanded.add(key);
    this.#changed();
  }

  dropping(isDropping: boolean): void {
    if (this.isDropping !== isDropping) this.#set(() => (this.isDropping = isDropping));
  }

  clear(): void {
    for (const { thumbnail } of this.rows) if (thumbnail !== null) URL.revokeObjectURL(thumbnail);
    this.#set(() => {
      this.rows = [];
      this.trouble = null;
      this.said = 'All answers were removed.';
    });
  }

  get answered(): number {
    return this.rows.filter((row) => row.answer).length;
  }

  csv(): string {
    const rows = [...this.rows].reverse().flatMap(({ name, answer }) =>
      answer
        ? [
            {
              file: name,
              prediction: answer.ranked[0]?.label ?? '',
              certainty: answer.certainty,
              probabilities: answer.probabilities,
            },
          ]
        : [],
    );
    return answersCsv(this.settings.classes, rows);
  }

  async #look(key: number, file: File): Promise<void> {
    // Removed while it waited.
    if (!this.rows.some((row) => row.key === key)) return;
    try {
      const { picture, thumbnail } = await readPicture(file);
      this.#update(key, { thumbnail: URL.createObjectURL(thumbnail), note: picture.note });
      const { probabilities, embedding, familiarity } = await (await this.#ready).answer(picture);
      const unit = rawUnitRows({ rows: embedding, parts: [embedding.length] });
      const isOutOfDomain = this.#judge?.(unit, familiarity).isOutOfDomain ?? false;
      const ranked = this.settings.classes
        .map((label, at) => ({ label, p: probabilities[at] ?? 0 }))
        .sort((a, b) => b.p - a.p);
      this.#update(key, { answer: { certainty: certaintyOf(probabilities, isOutOfDomain), ranked, probabilities } });
    } catch (error) {
      this.#update(key, { trouble: sentence(error) });
    }
    // A long list must not keep the page from drawing and from hearing its keys.
    await new Promise((resume) => setTimeout(resume));
  }

  #update(key: number, change: Partial<Row>): void {
    this.#set(() => (this.rows = this.rows.map((row) => (row.key === key ? { ...row, ...change } : row))));
  }

  #set(change: () => void): void {
    change();
    this.#changed();
  }
}

const emptyRow = (key: number, name: string): Row => ({
  key,
  name,
  thumbnail: null,
  note: null,
  answer: null,
  trouble: null,
});

export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
