/** How learning rate and momentum move while a network is fine-tuned: fastai's one-cycle policy and its `fine_tune`, as numbers. */

/** One phase of training. */
export interface Phase {
  /** Whether only the head (and the normalisations) learn. */
  readonly isFrozen: boolean;
  readonly epochs: number;
  /** Highest learning rate of each layer group, the head's last. */
  readonly rates: readonly number[];
  /** Share of the steps in which the rate rises. */
  readonly rise: number;
  /** Highest rate / first rate. */
  readonly div: number;
  /** Highest rate / last rate. */
  readonly divFinal: number;
}

export interface StepHypers {
  readonly rates: readonly number[];
  readonly momentum: number;
}

const cosine = (from: number, to: number, share: number): number =>
  from + ((1 + Math.cos(Math.PI * (1 - share))) * (to - from)) / 2;

/** @param share of the phase that is done, 0 ≤ share < 1. */
export const oneCycle = (
  { rates, rise, div, divFinal }: Pick<Phase, 'rates' | 'rise' | 'div' | 'divFinal'>,
  share: number,
): StepHypers => {
  const isRising = share < rise;
  const within = isRising ? share / rise : (share - rise) / (1 - rise);
  return {
    rates: rates.map((rate) => (isRising ? cosine(rate / div, rate, within) : cosine(rate, rate / divFinal, within))),
    momentum: isRising ? cosine(0.95, 0.85, within) : cosine(0.85, 0.95, within),
  };
};

/** From `first` to `last` by equal factors. */
export const evenFactors = (first: number, last: number, count: number): number[] =>
  count === 1 ? [last] : Array.from({ length: count }, (_, at) => first * (last / first) ** (at / (count - 1)));

export interface FineTuneSettings {
  readonly epochs: number;
  readonly freezeEpochs: number;
  readonly rate: number;
  readonly groups: number;
}

/** fastai's `fine_tune`: the head alone, then half the rate for everything, a hundredth of it for the first layers. */
export const fineTunePhases = ({ epochs, freezeEpochs, rate, groups }: FineTuneSettings): Phase[] => {
  const frozen: Phase = {
    isFrozen: true,
    epochs: freezeEpochs,
    rates: Array.from({ length: groups }, (_, at) => (at === groups - 1 ? rate : rate / 10)),
    rise: 0.99,
    div: 25,
    divFinal: 1e5,
  };
  const whole: Phase = {
    isFrozen: false,
    epochs,
    rates: evenFactors(rate / 2 / 100, rate / 2, groups),
    rise: 0.3,
    div: 5,
    divFinal: 1e5,
  };
  return [frozen, whole].filter((phase) => phase.epochs > 0);
};

/**
 * Winnow's own: the head is fitted before the first step, so that there is nothing to freeze for; one gentle cycle for
 * everything, the first layers a hundredth of the head's rate.
 */
export const gentlePhases = ({ epochs, rate, groups }: FineTuneSettings): Phase[] => [
  { isFrozen: false, epochs, rates: evenFactors(rate / 100, rate, groups), rise: 0.3, div: 10, divFinal: 1e3 },
];
