/** What the app shows, and what changes it. */

import { certaintyOf, type Certainty } from '../../src/core/predict/certainty.js';
import { domainJudge } from '../../src/core/predict/domain.js';
import { rawUnitRows } from '../../src/core/training/featureBlock.js';
import { answersCsv } from '../../src/core/export/answersCsv.js';
import type { AppSettings } from '../../src/core/export/appPage.js';
import { nearJudge, type Near } from '../../src/core/predict/nearPhotos.js';
import type { Classifier } from './classifier.js';
import { lookForHeat, type Heat } from './heat.js';
import { ownPhotos } from './ownPhotos.js';
import { pictureUrls } from './payload.js';
import { readPicture } from './readPicture.js';

export interface Row {
  readonly key: number;
  readonly name: string;
  readonly thumbnail: string | null;
  readonly note: string | null;
  readonly answer: Answer | null;
  /** A sentence; null = none. */
  readonly trouble: string | null;
  /** Null = nobody asked for it. */
  readonly heat: Heat | null;
}
export interface Answer {
  readonly certainty: Certainty;
  /** All classes, most probable first. */
  readonly ranked: readonly { readonly label: string; readonly p: number }[];
  /** In the order of the settings' classes. */
  readonly probabilities: Float32Array;
  /** Null = the page knows none of its photos. */
  readonly near: Near | null;
  /** The very file is one of those that the model was made from. */
  readonly isOwn: boolean;
}

export class AppState {
  /** Newest first. */
  rows: readonly Row[] = [];
  /** Null while the model is being opened. */
  classifier: Classifier | null = null;
  trouble: string | null = null;
  /** What answers, where it is not the processor; null = the processor. */
  device: string | null = null;
  /** For those who do not see the cards. */
  said = '';
  isDropping = false;
  readonly expanded = new Set<number>();
  readonly settings: AppSettings;
  /** Of the photos that travel with the page, in their order; '' = none. */
  readonly examples: readonly string[];
  readonly #changed: () => void;
  readonly #ready: Promise<Classifier>;
  readonly #judge: ReturnType<typeof domainJudge> | null;
  readonly #nearTo: ReturnType<typeof nearJudge> | null;
  readonly #isOwn: ReturnType<typeof ownPhotos>;
  /** By key; what a heat map is made from. */
  readonly #files = new Map<number, File>();
  readonly #heating = new Map<number, AbortController>();
  #nextKey = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(settings: AppSettings, ready: Promise<Classifier>, changed: () => void) {
    this.settings = settings;
    this.#judge = settings.domain && domainJudge(settings.domain);
    const { near, pictures, seen } = settings.facts;
    this.#nearTo = near && nearJudge(near, settings.classes);
    this.#isOwn = ownPhotos(seen);
    this.examples = pictureUrls(pictures ?? []);
    this.#ready = ready;
    this.#changed = changed;
    ready.then(
      (classifier) => {
        classifier.onDevice((sentence) => this.#set(() => (this.device = sentence)));
        this.#set(() => (this.classifier = classifier));
      },
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

  /** Covers the picture of a row place by place; a second call while it runs stops it. */
  async heat(key: number): Promise<void> {
    const running = this.#heating.get(key);
    if (running) {
      running.abort();
      return;
    }
    const file = this.#files.get(key);
    const row = this.rows.find((each) => each.key === key);
    const label = row?.answer?.ranked[0]?.label;
    if (!file || !this.classifier || label === undefined) return;
    const abort = new AbortController();
    this.#heating.set(key, abort);
    try {
      const target = { at: this.settings.classes.indexOf(label), label };
      const show = (heat: Omit<Heat, 'opacity'>): void => {
        const opacity = this.rows.find((each) => each.key === key)?.heat?.opacity ?? 0.6;
        this.#update(key, { heat: { ...heat, opacity } });
      };
      await lookForHeat(file, target, this.classifier, show, abort.signal);
      const { strongest } = this.rows.find((each) => each.key === key)?.heat?.map ?? {};
      if (strongest) this.#set(() => (this.said = `The heat map of ${file.name} is ready.`));
    } catch (error) {
      this.#update(key, { note: sentence(error) });
    } finally {
      this.#heating.delete(key);
    }
  }

  fade(key: number, opacity: number): void {
    const heat = this.rows.find((row) => row.key === key)?.heat;
    if (heat) this.#update(key, { heat: { ...heat, opacity } });
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
    for (const heating of this.#heating.values()) heating.abort();
    this.#files.clear();
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
      const isOwn = (await this.#isOwn(file)) === true;
      const ranked = this.settings.classes
        .map((label, at) => ({ label, p: probabilities[at] ?? 0 }))
        .sort((a, b) => b.p - a.p);
      const own = this.settings.classes.indexOf(ranked[0]?.label ?? '');
      const near = this.#nearTo?.(unit, own) ?? null;
      const certainty = certaintyOf(probabilities, isOutOfDomain);
      this.#files.set(key, file);
      this.#update(key, { answer: { certainty, ranked, probabilities, near, isOwn } });
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
  heat: null,
});

export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
