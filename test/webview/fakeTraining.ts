/** A training host in the page: a fine-tuning of ten steps that goes on by a tick the test gives. */

import {
  fineTuningContract,
  type FineTuningPage,
  type OutOfFoldShown,
  type RateSearch,
} from '../../src/protocol/fineTuning.js';
import { serve } from './fakeWire.js';
import { vocabOf, type Scenario } from './scenario.js';

declare global {
  interface Window {
    /** One step further. */
    winnowTick: () => void;
  }
}

const perEpoch = 5;
const epochs = 4;
/** Steps of a search for a learning rate. */
const searched = 40;

const foldsReached = (folds: number): OutOfFoldShown => ({
  folds,
  photos: 597,
  accuracy: 0.8124,
  low: 0.779,
  high: 0.8431,
  predictor: 0.804,
  together: 0.8291,
});

export const fakeTraining = (scenario: Scenario): void => {
  const [name = ''] = vocabOf(scenario.classes).slice(-1);
  const dataset = scenario.classes === 3 ? 'animals' : name;
  let step = 0;
  let isRunning = scenario.state === 'busy';
  let isStopping = false;
  /** The folds that were asked for, and the training among them that runs. */
  let [folds, at] = [0, 0];
  let search: RateSearch | null = null;
  let compared: FineTuningPage['comparison'] = null;
  const isDone = (): boolean => step > 0 && !isRunning;
  const past = Array.from({ length: scenario.state === 'no-run' ? 0 : Math.min(scenario.rows, 4) }, (_, at) => ({
    run: `20261120-10000${String(at)}-ab1${String(at)}`,
    at: '2026-11-20T10:00:00.000Z',
    backbone: at === 1 ? `file:${name}` : 'mobilenet-v2-coral',
    recipe: at % 2 === 0 ? ('winnow' as const) : ('fastai' as const),
    epochs: 3,
    accuracy: at === 3 ? null : 0.9 - at / 50,
    outOfFold: at === 0 ? foldsReached(5) : null,
    answers: at === 0,
  }));
  const shown = (): FineTuningPage => ({
    datasetName: dataset,
    state: scenario.state === 'error' ? 'error' : isRunning ? 'running' : 'idle',
    message:
      scenario.state === 'error'
        ? `${name} cannot be fine-tuned: Winnow does not know the gradient of its operator Erf.`
        : null,
    run: isRunning || isDone() ? '20261124-101112-beef' : null,
    engine: isRunning || isDone() ? 'cpu' : null,
    isStopping,
    fold: isRunning && folds > 0 ? { at, of: folds } : null,
    progress: isRunning
      ? {
          epoch: Math.floor(step / perEpoch) + 1,
          epochs,
          step,
          steps: perEpoch * epochs,
          loss: 1 / (step + 1),
          rate: 1e-3,
          momentum: 0.9,
          imagesPerSecond: 17.9,
          secondsLeft: 3 * (perEpoch * epochs * (1 + folds - at) - step),
          rssMb: 2436,
          busy: 0.998,
        }
      : null,
    curve: Array.from({ length: step }, (_, at) => ({
      step: at + 1,
      loss: 1.2 / (at + 2) + 0.1 * Math.abs(Math.sin(at)),
      rate: 1e-3 * Math.sin((Math.PI * (at + 1)) / (perEpoch * epochs + 1)),
    })),
    epochs: Array.from({ length: step === 0 ? 0 : Math.floor(step / perEpoch) + 1 }, (_, epoch) => ({
      epoch,
      isFrozen: false,
      trainLoss: epoch === 0 ? null : 0.4 / epoch,
      validLoss: 0.6 / (epoch + 1) + 0.2,
      accuracy: 0.74 + 0.05 * epoch,
      seconds: epoch === 0 ? 0 : 24.3,
    })),
    notices:
      scenario.state === 'stale' ? ['There was not enough memory for 16 photos at a time; it goes on with 8.'] : [],
    result: isDone()
      ? {
          kept: 1,
          endedEarly: isStopping ? 'asked' : null,
          photos: 120,
          accuracy: 0.79,
          predictor: 0.8,
          together: 0.82,
          outOfFold: folds > 0 && !isStopping ? foldsReached(folds) : null,
          answers: true,
          seconds: 66,
        }
      : null,
    past,
    unfinished: scenario.state === 'stale' && !isRunning ? '20261123-101112-cafe' : null,
    comparison: compared,
    search,
  });
  serve(fineTuningContract, {
    open: () => shown(),
    start: (choice) => begin(choice.folds),
    findRate: ({ recipe }) => {
      search = { recipe, isRunning: true, steps: searched, points: [], suggestion: null, notes: [], error: null };
      return push();
    },
    stopFinding: () => {
      search = null;
      return push();
    },
    resume: () => begin(),
    stop: () => {
      isStopping = true;
      return push();
    },
    cancel: () => {
      isRunning = false;
      step = 0;
      return push();
    },
    show: () => shown(),
    compare: ({ before, after }) => {
      compared = {
        photos: 120,
        before: { run: before, by: 'validation', accuracy: 0.75, low: 0.66, high: 0.82 },
        after: { run: after, by: 'out-of-fold', accuracy: 0.8, low: 0.72, high: 0.87 },
        low: 0.01,
        high: 0.09,
        different: [{ setting: 'recipe', before: 'fastai', after: 'winnow' }],
        mended: [{ path: `${name}/7.jpg`, label: name, before: 'x', after: name }],
        broken: [],
      };
      return shown();
    },
  });
  const push = (): null => {
    window.winnowPush('changed', shown());
    return null;
  };
  const begin = (asked = 0): null => {
    isRunning = true;
    step = 0;
    [folds, at] = [asked, 0];
    return push();
  };
  /** A loss that falls, is lowest at 1e-2, and runs away. */
  const seek = (so: RateSearch): void => {
    const at = so.points.length;
    const rate = 10 ** (-7 + (8 * at) / searched);
    const points = [...so.points, { rate, loss: 0.5 + 0.012 * (Math.log10(rate) + 2) ** 2 + 0.2 * rate }];
    const isOver = points.length === searched;
    search = { ...so, points, isRunning: !isOver, suggestion: isOver && so.recipe === 'winnow' ? 0.0021049 : null };
    push();
  };
  window.winnowTick = () => {
    if (search?.isRunning) {
      seek(search);
      return;
    }
    if (!isRunning) return;
    step++;
    if (!isStopping && step === perEpoch * epochs && at < folds) {
      at++;
      step = 0;
    } else if (isStopping || step === perEpoch * epochs) isRunning = false;
    push();
  };
};
