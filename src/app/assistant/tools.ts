/** What an assistant can do with a dataset: one table for the MCP server and the editor's language-model tools. */

import { WinnowError } from '../../base/errors.js';
import { findingKinds } from '../../core/findings/finding.js';
import { refOf, type Entry, type EntryRef } from '../../core/journal/entry.js';
import type { OnProgress } from '../../ports/engine.js';
import { confusionReport } from '../confusion.js';
import { decide, resolveItems, undo } from '../decide.js';
import { listFindings } from '../findings.js';
import type { OpenDataset } from '../openDataset.js';
import { predictFiles } from '../predict.js';
import { topLosses } from '../topLosses.js';
import type { TrainReport } from '../train.js';
import { inputSchema, ToolInput, type InputSchema } from './toolInput.js';

/** What a tool needs beside the dataset. */
export interface ToolHelp {
  /** Who is written into the journal. */
  readonly by: string;
  /** The absolute file that a text names. */
  readonly fileOf: (text: string) => string;
  readonly train: (onProgress: OnProgress | undefined, signal: AbortSignal | undefined) => Promise<TrainReport>;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AssistantTool {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For the model. */
  readonly description: string;
  readonly input: InputSchema;
  /** What a person is asked before it runs; null = it changes nothing. */
  readonly question: ((input: ToolInput) => string) | null;
  readonly run: (dataset: OpenDataset, input: ToolInput, help: ToolHelp) => Promise<unknown>;
}

const limit = (most: number) =>
  ({ type: 'integer', description: 'How many at most; default 20', minimum: 1, maximum: most }) as const;
const few = 20;

const said = (texts: readonly string[]): string =>
  texts.length > 3 ? `${texts.slice(0, 3).join(', ')} and ${String(texts.length - 3)} more` : texts.join(', ');

export const assistantTools: readonly AssistantTool[] = [
  {
    name: 'list_findings',
    title: 'List findings',
    description:
      'Lists what looks wrong with the image dataset, most urgent first: wrong labels, conflicting copies, duplicates, leaks between train and validation, broken or odd files. Each has a reason and, where there is one, a suggested label. A finding is a reason to look, not a fact.',
    input: inputSchema({
      kind: { type: 'string', description: 'Only this kind', enum: findingKinds },
      limit: limit(500),
    }),
    question: null,
    run: async (dataset, input, { signal }) => {
      const { findings, ...report } = await listFindings(dataset, signal);
      const kind = input.text('kind');
      const some = kind === null ? findings : findings.filter((finding) => finding.kind === kind);
      return { ...report, total: some.length, findings: some.slice(0, input.count('limit', few)) };
    },
  },
  {
    name: 'top_losses',
    title: 'Top losses',
    description:
      'Lists the images whose label surprises models that have not seen them most, with label, prediction and probabilities. Needs a trained dataset.',
    input: inputSchema({ limit: limit(500) }),
    question: null,
    run: (dataset, input, { signal }) => topLosses(dataset, input.count('limit', few), signal),
  },
  {
    name: 'confusion',
    title: 'Confusion matrix',
    description:
      'Gives the confusion matrix of held-out predictions (rows actual, columns predicted), the most confused pairs, and precision and recall of each class. Needs a trained dataset.',
    input: inputSchema({}),
    question: null,
    run: (dataset, _input, { signal }) => confusionReport(dataset, signal),
  },
  {
    name: 'predict',
    title: 'Predict images',
    description:
      'Classifies image files with the newest model of the dataset: calibrated probabilities, how sure it is (sure, unsure, or unseen: nothing like it was in the training photos), and the nearest training photos. Files are named by absolute path or relative to the dataset folder.',
    input: inputSchema(
      {
        files: {
          type: 'array',
          description: 'Paths of image files',
          items: { type: 'string' },
          minItems: 1,
          maxItems: 50,
        },
      },
      ['files'],
    ),
    question: null,
    run: (dataset, input, { fileOf, onProgress, signal }) =>
      predictFiles(
        dataset,
        input.texts('files').map((path) => ({ file: fileOf(path), path })),
        { onProgress, signal },
      ),
  },
  {
    name: 'relabel',
    title: 'Relabel images',
    description:
      'Gives images of the dataset another label. Written into the journal as one decision, which undo takes back; no file moves until a person applies the decisions. Look at an image before relabelling it: a model’s suggestion alone is no evidence.',
    input: inputSchema(
      {
        images: {
          type: 'array',
          description: 'Ids, beginnings of ids (at least 4 digits), or paths relative to the dataset folder',
          items: { type: 'string' },
          minItems: 1,
          maxItems: 100,
        },
        to: { type: 'string', description: 'The label' },
        newClass: { type: 'boolean', description: 'The label may be a new class; default false' },
      },
      ['images', 'to'],
    ),
    question: (input) => `Relabel ${said(input.texts('images'))} to “${input.text('to') ?? ''}”? Undo takes it back.`,
    run: async (dataset, input, { by }) => {
      const snapshot = await dataset.snapshot();
      const { ids, failed } = resolveItems(snapshot, input.texts('images'));
      if (failed.length > 0) {
        throw new WinnowError('unknown-item', `Not in this dataset: ${failed.join(', ')}. Nothing was changed.`);
      }
      const action = { kind: 'relabel', to: input.text('to') ?? '', allowNewClass: input.flag('newClass') } as const;
      return { entries: (await decide(dataset, ids, action, by)).map(rowOf) };
    },
  },
  {
    name: 'undo',
    title: 'Undo a decision',
    description:
      'Takes back the last decision that you have made, or a named one. Decisions of people are taken back only by name.',
    input: inputSchema({
      entry: { type: 'string', description: 'WRITER:N, as relabel answers it; default: your last' },
    }),
    question: (input) => `Undo ${input.text('entry') ?? 'the assistant’s last decision'}?`,
    run: async (dataset, input, { by }) => {
      const ref = (input.text('entry') as EntryRef | null) ?? ownLast(dataset, await dataset.snapshot(), by);
      return { entries: (await undo(dataset, { ref }, by)).map(rowOf) };
    },
  },
  {
    name: 'train',
    title: 'Train',
    description:
      'Trains the dataset’s model anew on the labels as they are now and judges every image by models that have not seen it. Takes seconds to minutes; changes no label and no image.',
    input: inputSchema({}),
    question: () => 'Train the model anew on the labels as they are now?',
    run: async (_dataset, _input, { train, onProgress, signal }) => {
      const { notes: _notes, ...report } = await train(onProgress, signal);
      return report;
    },
  },
];

const rowOf = (entry: Entry): unknown => ({
  entry: refOf(entry),
  kind: entry.kind,
  ...('to' in entry ? { to: entry.to } : {}),
  ...('refs' in entry ? { undone: entry.refs } : {}),
  ...('items' in entry ? { images: entry.items.map(({ id, paths }) => ({ id, path: paths[0] ?? null })) } : {}),
});

/** An assistant that undoes must not take a person's decision by accident. */
const ownLast = (
  dataset: OpenDataset,
  { entries, state }: Awaited<ReturnType<OpenDataset['snapshot']>>,
  by: string,
): EntryRef => {
  const own = new Set(entries.filter((entry) => entry.by === by).map(refOf));
  const last = state.undoable.findLast((ref) => own.has(ref));
  if (last !== undefined) return last;
  throw new WinnowError(
    'nothing-to-do',
    `No decision of yours is in force in ${dataset.name}. Name the entry to undo another one; nothing was changed.`,
  );
};

/** Runs a tool on what the disk says now: people and other programs may have changed it since. Throws what the tool throws. */
export const runTool = async (
  tool: AssistantTool,
  dataset: OpenDataset,
  given: unknown,
  help: ToolHelp,
): Promise<unknown> => {
  const input = new ToolInput(tool.input, given);
  await dataset.refresh(help.signal);
  return tool.run(dataset, input, help);
};
