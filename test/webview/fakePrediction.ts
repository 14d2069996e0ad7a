/** A prediction host in the page: answers each picture with the same numbers. */

import {
  predictionContract,
  type PredictionCard,
  type PredictionOverview,
  type PredictionState,
} from '../../src/protocol/prediction.js';
import { folderSummary } from '../../src/core/predict/folderSummary.js';
import { fakeLook } from './fakeEvidence.js';
import { serve } from './fakeWire.js';
import { vocabOf, type Scenario } from './scenario.js';

declare global {
  interface Window {
    /** Answers a card of the prediction pane. */
    winnowAnswer: (key: string, prediction: string) => void;
    /** A card comes, and the page is not told. */
    winnowMiss: () => void;
  }
}

export const fakePrediction = (scenario: Scenario): void => {
  const vocab = vocabOf(scenario.classes);
  const thumb = (i: number): string => `${location.origin}/thumb/${i}.png`;
  const done = (i: number, name: string, path: string | null): PredictionCard => ({
    key: `c${i}`,
    name,
    path,
    thumb: thumb(i),
    state: 'done',
    error: null,
    prediction: vocab[i % vocab.length] ?? '',
    probabilities: vocab.map((_, at) => ({
      label: vocab[(i + at) % vocab.length] ?? '',
      probability: at === 0 ? 0.934 : 0.066 / vocab.length,
    })),
    basis: i % 2 === 0 ? 'held-out' : 'new',
    certainty: (['sure', 'unsure', 'unseen'] as const)[i % 3]!,
    difference: {
      own: vocab[i % vocab.length] ?? '',
      other: vocab[(i + 1) % vocab.length] ?? '',
      margin: i === 1 ? -0.02 : 0.2,
      percentile: (i * 37) % 100,
    },
    nearest: [0, 1, 2].map((n) => {
      const label = vocab[(i + (n === 2 ? 1 : 0)) % vocab.length] ?? '';
      return {
        path: `${label}/IMG_${n}.jpg`,
        label,
        distance: 0.21 + n / 10,
        thumb: n === 1 ? null : thumb(i + n + 1),
      };
    }),
  });
  let isAugmented = false;
  let cards: PredictionCard[] = [];
  if (scenario.rows > 0) {
    const first = vocab[0] ?? '';
    cards = [
      {
        ...done(9, 'holiday.jpg', 'holiday.jpg'),
        state: 'busy',
        probabilities: [],
        nearest: [],
        prediction: null,
        certainty: null,
        difference: null,
        thumb: null,
      },
      done(0, 'IMG_00000.jpg', `${first}/IMG_00000.jpg`),
      done(1, 'pasted picture', null),
      {
        ...done(8, 'broken.jpg', 'broken.jpg'),
        state: 'failed',
        error: 'The file ends in the middle. Nothing was changed; copy it again from where it came from.',
        thumb: null,
      },
    ];
  }
  const overview = (): PredictionOverview => ({
    model:
      scenario.state === 'no-run'
        ? null
        : { datasetName: 'animals', run: 'r1', backbone: 'mobilenet-v2', accuracy: 0.9312 },
    // The many classes are of a dataset without a fine-tuning.
    isAugmented: scenario.classes === 3 && scenario.state !== 'no-run' ? isAugmented : null,
    state: scenario.state === 'stale' ? 'ready' : scenario.state,
    message: null,
    drift:
      cards.length > 10
        ? 'The last 30 new pictures are of another kind than your own photos: 40 % of them are as strange as the strangest 5 % of yours.'
        : null,
    classes: folderSummary(
      cards.flatMap((card) =>
        card.state === 'done' && card.prediction !== null && card.certainty !== null
          ? [
              {
                path: card.name,
                prediction: card.prediction,
                probabilities: {},
                basis: 'new' as const,
                certainty: card.certainty,
                inDomain: null,
                difference: card.difference,
                nearest: [],
              },
            ]
          : [],
      ),
    ),
  });
  let revision = 1;
  const state = (): PredictionState => ({ ...overview(), revision, cards });
  const tell = (added: readonly PredictionCard[] = [], changed: readonly PredictionCard[] = []): void => {
    const anew = new Map(changed.map((card) => [card.key, card]));
    cards = [...added, ...cards.map((card) => anew.get(card.key) ?? card)];
    const from = revision++;
    window.winnowPush('changed', { ...overview(), from, revision, added, changed, total: cards.length });
  };
  // As the host does: thumbnails are made of cards in sight.
  const add = (pictures: readonly { readonly name: string; readonly path: string | null }[]): null => {
    tell(pictures.map(({ name, path }, at) => ({ ...done(20 + cards.length + at, name, path), thumb: null })));
    return null;
  };
  window.winnowAnswer = (key, prediction) => {
    const card = cards.find((one) => one.key === key)!;
    tell([], [{ ...done(9, card.name, card.path), key, prediction }]);
  };
  window.winnowMiss = () => {
    cards = [done(19, 'missed.jpg', null), ...cards];
    revision++;
  };
  serve(predictionContract, {
    open: state,
    pickFiles: () => null,
    predictImage: ({ name, bytes }) => {
      if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes did not arrive as bytes');
      return add([{ name, path: null }]);
    },
    predictUris: ({ uris }) => add(uris.map((uri) => ({ name: uri, path: uri }))),
    chooseModel: () => null,
    augment: ({ isOn }) => {
      isAugmented = isOn;
      tell();
      return null;
    },
    train: () => null,
    clear: () => {
      cards = [];
      tell();
      return null;
    },
    findSimilar: () => null,
    look: ({ label, method, cells }) => fakeLook(label, method, cells),
    illustrate: ({ keys }) => {
      const bare = cards.filter((card) => keys.includes(card.key));
      tell(
        [],
        bare.map((card) => ({ ...card, thumb: thumb(Number(card.key.slice(1))) })),
      );
      return null;
    },
    openFile: () => null,
    stop: () => null,
    save: () => null,
    addToDataset: () => null,
  });
};
