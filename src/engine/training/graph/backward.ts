/** The way back over a tape: each operator that a parameter goes through says what its inputs' gradients are. */

import { WinnowError } from '../../../base/errors.js';
import { gradients } from '../gradients/registry.js';
import type { Tape } from './tape.js';

/** From what was given to the tape so far. @param name of the network. Throws `bad-model` naming an operator that has no gradient here. */
export const backward = (tape: Tape, name: string): void => {
  for (const made of [...tape.recorded].reverse()) {
    const dys = made.output.map((output) => (output === '' ? null : tape.gradientOf(output)));
    if (dys.every((dy) => dy === null)) continue;
    const gradient = gradients[made.opType];
    if (!gradient) {
      throw new WinnowError(
        'bad-model',
        `${name} cannot be fine-tuned: Winnow does not know the gradient of its operator ${made.opType}. Its embeddings can still be trained on (winnow train).`,
      );
    }
    gradient({ tape, node: made, dys, dy: dys[0] ?? '' });
  }
};
