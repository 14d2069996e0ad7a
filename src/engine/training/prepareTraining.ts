/** What a training needs before its first step: the network cut and probed, its head, and where its pictures come from. */

import { WinnowError } from '../../base/errors.js';
import type { Recipe } from '../../protocol/backbone.js';
import type { AnswerView, FineTuneItem, FineTuneJob } from '../../protocol/training.js';
import { createLinearAlgebra } from '../session/createLinearAlgebra.js';
import { evaluate } from './evaluate.js';
import { Examples, type ExampleRequest } from './examples.js';
import { firstHead, type DenseHead } from './firstHead.js';
import { makeHead, type Head } from './graph/head.js';
import { answerView, readTrainable, type TrainableNetwork } from './trainableNetwork.js';
import { trainedModel } from './trainedModel.js';

/** Layer groups: the first half of the layers, the second, the head. */
export const groups = 3;

export interface PreparedTraining {
  readonly network: TrainableNetwork;
  readonly head: Head;
  readonly view: AnswerView;
  readonly recipe: Recipe;
  readonly train: readonly FineTuneItem[];
  readonly valid: readonly FineTuneItem[];
  /** Photos as the network answers about them, and as it learns from them. */
  readonly plain: Examples;
  readonly examples: Examples;
}

/** @param isFirst false where a checkpoint takes the place of the head's first weights. */
export const prepareTraining = async (
  { settings, vocab, items, backbone }: Pick<FineTuneJob, 'settings' | 'vocab' | 'items' | 'backbone'>,
  isFirst: boolean,
  onProgress: () => void,
  signal: AbortSignal | undefined,
): Promise<PreparedTraining> => {
  const classes = vocab.length;
  const train = items.filter(({ split }) => split === 'train');
  needClasses(train);
  const isFastai = settings.recipe === 'fastai';
  const headKind = isFastai ? 'concat-pool' : 'dense';
  const network = await readTrainable(backbone, headKind);
  const recipe = { ...backbone.recipe, size: network.side };
  const view = await answerView(network, settings.view);
  const { normalise } = recipe;
  const { layout } = network.input;
  const asAnswered = { side: view.side, normalise, layout, look: view.kind } as const;
  // The validation photos are asked for after each epoch, the others only once.
  const plain = new Examples(asAnswered, onProgress);
  const examples = new Examples({ side: network.side, normalise, layout, look: settings.augment }, onProgress);
  const one = await network.at(1);
  onProgress();
  const shape = one.shapes.get(network.features)!.slice(1);
  const first =
    isFastai || !isFirst
      ? null
      : await startingHead({
          network,
          view,
          photos: new Examples(asAnswered, onProgress, 0),
          train,
          classes,
          settings,
          onProgress,
          signal,
        });
  const head = makeHead(headKind, network.features, shape, classes, {
    ...(first ? { first } : {}),
    dropout: isFastai ? 0.5 : 0.2,
    seed: settings.seed,
  });
  return { network, head, view, recipe, train, valid: items.filter(({ split }) => split === 'valid'), plain, examples };
};

const needClasses = (train: readonly FineTuneItem[]): void => {
  if (new Set(train.map(({ label }) => label)).size >= 2) return;
  throw new WinnowError(
    'too-few',
    'The training photos have fewer than two classes; there is nothing to tell apart. Add photos, then fine-tune again.',
  );
};

/** Photos as the network answers about them. */
export const requestsOf = (items: readonly FineTuneItem[]): ExampleRequest[] =>
  items.map(({ id, file }) => ({ id, file, seed: 0 }));

interface StartingHeadJob {
  readonly network: TrainableNetwork;
  readonly view: AnswerView;
  /** As the network answers about them. */
  readonly photos: Examples;
  readonly train: readonly FineTuneItem[];
  readonly classes: number;
  readonly settings: FineTuneJob['settings'];
  readonly onProgress: () => void;
  readonly signal: AbortSignal | undefined;
}

const startingHead = async (job: StartingHeadJob): Promise<DenseHead> => {
  const { network, view, photos, train, classes, settings, onProgress, signal } = job;
  const shape = (await network.at(1)).shapes.get(network.features)!.slice(1);
  const bare = makeHead('dense', network.features, shape, classes, { dropout: 0, seed: settings.seed });
  // What the dense layer reads, pooled and flat, is the features.
  const { input } = bare.nodes.at(-1)!;
  const bytes = trainedModel(network, bare, new Map(), { view, temperature: 1, features: input[0]! });
  const asked = { input: network.input, side: view.side };
  const rows = await evaluate(bytes, asked, 'features', photos, requestsOf(train), signal, besides(settings));
  const labels = Int32Array.from(train, ({ label }) => label);
  const width = rows.length / train.length;
  return firstHead(createLinearAlgebra(), rows, width, labels, classes, settings.seed, onProgress);
};

/** What looks at photos beside a training. */
export const besides = ({ device }: FineTuneJob['settings']): 'cpu' | 'webgpu' =>
  device === 'webgpu' ? 'webgpu' : 'cpu';
