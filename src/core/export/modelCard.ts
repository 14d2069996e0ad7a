/** The model card: what the model is, what it was made from, how well it does, and when a human must decide. Markdown and JSON say the same. */

import { clopperPearson } from '../metrics/clopperPearson.js';
import { percentTenths } from '../metrics/percent.js';

export interface ModelCard {
  readonly name: string;
  readonly run: string;
  readonly trainedAt: string;
  readonly backbone: { readonly id: string; readonly sha256: string };
  readonly classes: readonly {
    readonly label: string;
    readonly items: number;
    readonly precision: number | null;
    readonly recall: number | null;
  }[];
  readonly split: { readonly train: number; readonly valid: number; readonly test: number };
  /** Held-out: each item by a fit that saw neither it nor its near duplicates. */
  readonly heldOut: {
    readonly items: number;
    readonly right: number;
    readonly accuracy: number;
    /** 95 %, Clopper–Pearson. */
    readonly interval: readonly [low: number, high: number];
    readonly lossNats: number;
    readonly calibrationError: number | null;
    /** What a perfectly calibrated model with the same confidences stays below in 95 of 100 cases. */
    readonly perfectCalibrationError: number | null;
  };
  readonly confusion: { readonly vocab: readonly string[]; readonly matrix: readonly (readonly number[])[] };
  readonly licences: readonly { readonly licence: string; readonly images: number }[];
  /** Of the images with a known origin. */
  readonly sources: readonly { readonly provider: string; readonly images: number }[];
  readonly labelsChanged: number;
}

export interface CardFacts extends Omit<ModelCard, 'heldOut'> {
  readonly lossNats: number;
  readonly calibrationError: number | null;
  readonly perfectCalibrationError: number | null;
}

export const modelCard = ({ lossNats, calibrationError, perfectCalibrationError, ...facts }: CardFacts): ModelCard => {
  const { matrix } = facts.confusion;
  const items = matrix.flat().reduce((sum, n) => sum + n, 0);
  const right = matrix.reduce((sum, row, at) => sum + (row[at] ?? 0), 0);
  const { low, high } = clopperPearson(right, items);
  return {
    ...facts,
    heldOut: {
      items,
      right,
      accuracy: items === 0 ? 0 : right / items,
      interval: [low, high],
      lossNats,
      calibrationError,
      perfectCalibrationError,
    },
  };
};

const perfect = (error: number | null): string =>
  error === null ? '' : ` (of a perfectly calibrated model of this size: up to ${error.toFixed(3)} in 95 of 100 cases)`;
/** A name in a table cell: as text, whatever it holds. */
const cell = (text: string): string => text.replace(/[\\`*_[\]<>#|]/g, '\\$&').replace(/\s+/g, ' ');
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

export const cardMarkdown = (card: ModelCard): string => {
  const { heldOut, confusion, split } = card;
  return `# Model card: ${cell(card.name)}

An image classifier for ${String(card.classes.length)} classes, trained ${card.trainedAt.slice(0, 10)} with Winnow (run ${card.run}) on features of the network \`${card.backbone.id}\` (sha-256 ${card.backbone.sha256}).

## How well it does

${percentTenths(heldOut.accuracy)} of ${String(heldOut.items)} photos right (95 % interval ${percentTenths(heldOut.interval[0])} to ${percentTenths(heldOut.interval[1])}), each judged by a fit that had seen neither the photo nor its near duplicates, against the labels as they are now${card.labelsChanged > 0 ? `, of which ${String(card.labelsChanged)} were changed in review` : ''}. Mean loss ${heldOut.lossNats.toFixed(3)} nats. ${
    heldOut.calibrationError === null
      ? 'Too few photos to say how well its probabilities are calibrated.'
      : `Expected calibration error ${heldOut.calibrationError.toFixed(3)}${perfect(heldOut.perfectCalibrationError)}.`
  }

${table(
  ['class', 'photos', 'precision', 'recall'],
  card.classes.map((row) => [cell(row.label), row.items, percentTenths(row.precision), percentTenths(row.recall)]),
)}

Rows are what it was, columns what was predicted:

${table(
  ['', ...confusion.vocab.map(cell)],
  confusion.matrix.map((row, at) => [cell(confusion.vocab[at] ?? ''), ...row]),
)}

## What it was made from

${String(split.train)} photos to train on, ${String(split.valid)} for validation, ${String(split.test)} for test; near duplicates never stand on both sides.

${
  card.sources.length === 0
    ? 'Where the photos come from was not recorded.'
    : table(
        ['source', 'photos'],
        card.sources.map((row) => [cell(row.provider), row.images]),
      )
}

${
  card.licences.length === 0
    ? 'Their licences are not known to Winnow.'
    : table(
        ['licence', 'photos'],
        card.licences.map((row) => [cell(row.licence), row.images]),
      )
}

The model contains embeddings of training photos in half precision. They are not the photos, but they are derived from them. An exported page or site also holds embeddings of up to 700 of them and the beginnings of their files’ hashes, by which it tells its own training photos; small pictures of them are in it only where it was exported with \`--examples\`, and then everybody who gets the page can see them.

## What it is for, and when a human must decide

It tells these classes apart on photos like those it was trained on. A photo of something else gets one of its classes too: Winnow and the exported page then often say that they have never seen anything like it, but something that resembles a class, such as a new brand of the same thing, is often missed; the ONNX file alone does not say it. Let a human decide when the largest probability is below 90 %, when the photo comes from another source than the training photos, and whenever a mistake would harm somebody.
`;
};
