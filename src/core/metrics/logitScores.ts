/** Scores of a network that answers in logits, and the temperature that makes its probabilities honest. */

import { argmax } from './accuracy.js';

/** Mean cross-entropy in nats of softmax(logits / temperature). @param logits [n, classes] */
export const logitLoss = (
  logits: Float32Array,
  labels: readonly number[],
  classes: number,
  temperature = 1,
): number => {
  let sum = 0;
  labels.forEach((label, row) => {
    let top = -Infinity;
    for (let k = 0; k < classes; k++) top = Math.max(top, logits[row * classes + k]! / temperature);
    let powers = 0;
    for (let k = 0; k < classes; k++) powers += Math.exp(logits[row * classes + k]! / temperature - top);
    sum += top + Math.log(powers) - logits[row * classes + label]! / temperature;
  });
  return sum / labels.length;
};

export const logitAccuracy = (logits: Float32Array, labels: readonly number[], classes: number): number =>
  labels.filter((label, row) => argmax(logits, row * classes, classes) === label).length / labels.length;

/** softmax(logits / temperature), a row an item. @param logits [n, classes] */
export const logitProbabilities = (logits: Float32Array, classes: number, temperature: number): number[][] =>
  Array.from({ length: logits.length / classes }, (_, row) => {
    const own = Array.from(logits.subarray(row * classes, (row + 1) * classes), (logit) => logit / temperature);
    const top = Math.max(...own);
    const powers = own.map((logit) => Math.exp(logit - top));
    const sum = powers.reduce((whole, power) => whole + power, 0);
    return powers.map((power) => power / sum);
  });

const golden = (Math.sqrt(5) - 1) / 2;

/** Between 0.25 and 8, by golden section on its logarithm; few rows pull towards 1. */
export const fitTemperature = (logits: Float32Array, labels: readonly number[], classes: number): number => {
  if (labels.length === 0) return 1;
  const cost = (log: number): number =>
    logitLoss(logits, labels, classes, Math.exp(log)) + (2 * log * log) / labels.length;
  let [low, high] = [Math.log(0.25), Math.log(8)];
  for (let turn = 0; turn < 40; turn++) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (cost(left) < cost(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
};
