/** Every operator's gradient against finite differences of its definition in double precision. */

import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/engine/training/gradients/registry.js';
import { byTape, drawnFor, operatorCases, outputsOf, worst } from './operatorCases.js';
import type { Value } from './referenceOps.js';

const step = 1e-5;

describe('gradients', () => {
  it('has a case for every operator of the registry', () => {
    const tested = new Set(operatorCases.map(({ operator }) => operator));
    expect(Object.keys(gradients).filter((name) => !tested.has(name))).toEqual([]);
  });

  it.each(operatorCases)('$operator: $name', async (each) => {
    const { inputs, forward, weights } = drawnFor(each);
    const exact = (): Value[] =>
      Object.entries(each.inputs).map(([name, dims]) => ({ dims, data: Float64Array.from(inputs.get(name)!) }));
    const found = await byTape(each, inputs, weights);
    outputsOf(each).forEach((output, at) => {
      expect(worst(found.get(output)!, forward[at]!.data)).toBeLessThan(1e-5);
    });
    const score = (values: readonly Value[]): number =>
      each
        .forward(values)
        .reduce((sum, { data }, at) => sum + data.reduce((s, y, i) => s + y * weights[at]![i]!, 0), 0);
    Object.keys(each.inputs).forEach((name, at) => {
      const values = exact();
      const { data } = values[at]!;
      const wanted = Float64Array.from(data, (x, i) => {
        data[i] = x + step;
        const up = score(values);
        data[i] = x - step;
        const down = score(values);
        data[i] = x;
        return (up - down) / (2 * step);
      });
      expect(worst(found.get(`gradient/${name}`)!, wanted)).toBeLessThan(1e-4);
    });
  });
});
