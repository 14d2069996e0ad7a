/**
 * The backbone that is always there: made from formulas alone, so that Winnow works with no network and nothing cached.
 * Edges: Gabor energies at eight orientations and three scales, made equal in contrast. Textures: the same filters once
 * more on those energies. Colours: how much of each of 44 fixed colours there is. All pooled over a pyramid of grids.
 * Deterministic: no data, no training. Its mid block is mean and deviation of the same maps over the picture.
 */

import { floats, model, node, value } from '../onnx/build.js';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../onnx/onnxModel.js';

export const embeddedRecipe = { size: 128, normalise: 'unit' } as const;
/** Raised with every change of the network; part of the file, so that a stale one is noticed. */
export const embeddedRevision = 'oriented-energies-1';

const { size } = embeddedRecipe;
const orientations = 8;
const scales = 3;
const kernel = 9;
const grids = [1, 2, 4] as const;

/** Rounded, so that every machine's cosine gives the same file. */
const round = (x: number): number => Math.round(x * 1e5) / 1e5;

/** float[2 · orientations, 1, kernel, kernel]: even and odd Gabor filters, no response to plain grey, unit norm. */
const gaborFilters = (orientations: number, wavelength: number): number[] => {
  const middle = (kernel - 1) / 2;
  const deviation = wavelength * 0.45;
  const filters: number[] = [];
  for (let phase = 0; phase < 2; phase++) {
    for (let o = 0; o < orientations; o++) {
      const angle = (Math.PI * o) / orientations;
      const values: number[] = [];
      const weights: number[] = [];
      for (let y = -middle; y <= middle; y++) {
        for (let x = -middle; x <= middle; x++) {
          const along = x * Math.cos(angle) + y * Math.sin(angle);
          const envelope = Math.exp(-(x * x + y * y) / (2 * deviation * deviation));
          const wave = (2 * Math.PI * along) / wavelength;
          weights.push(envelope);
          values.push(envelope * (phase === 0 ? Math.cos(wave) : Math.sin(wave)));
        }
      }
      const excess = sum(values) / sum(weights);
      const balanced = values.map((v, at) => v - excess * weights[at]!);
      const norm = Math.sqrt(sum(balanced.map((v) => v * v)));
      filters.push(...balanced.map((v) => round(v / norm)));
    }
  }
  return filters;
};

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** Fixed colours in opponent space (light, red–green, yellow–blue): eight greys, twelve pale hues at two lights, twelve strong ones. */
const palette = (): number[][] => {
  const colours: number[][] = [];
  for (let grey = 0; grey < 8; grey++) colours.push([grey / 7, 0, 0]);
  for (const [strength, lights] of [
    [0.12, [0.3, 0.6]],
    [0.3, [0.4]],
  ] as const) {
    for (const light of lights) {
      for (let hue = 0; hue < 12; hue++) {
        const angle = (2 * Math.PI * (hue + 0.5)) / 12;
        colours.push([light, strength * Math.cos(angle), strength * Math.sin(angle)]);
      }
    }
  }
  return colours;
};

const opponent = [
  [0.299, 0.587, 0.114],
  [0.5, -0.5, 0],
  [0.25, 0.25, -0.5],
];

const secondOrientations = 4;
/** Side of the maps that are looked at together. */
const shared = 32;

export const embeddedNetwork = (): OnnxModel => {
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  const add = (opType: string, inputs: readonly string[], output: string, attributes = {}): string => {
    nodes.push(node(opType, inputs, output, attributes));
    return output;
  };
  const constant = (name: string, dims: readonly number[], values: readonly number[]): string => {
    constants.push(floats(name, dims, values.map(round)));
    return name;
  };
  const average = (from: string, cell: number, to: string): string =>
    cell === 1 ? from : add('AveragePool', [from], to, { kernel_shape: [cell, cell], strides: [cell, cell] });
  const small = constant('small', [1], [1e-4]);
  /** √(even² + odd²): how strong, wherever the edge lies within the filter. Each group holds its even filters, then its odd ones. */
  const strength = (waves: string, groups: number, phases: number, name: string): string => {
    const squares = add('Mul', [waves, waves], `${name}/squares`);
    const ones = Array.from({ length: groups * phases * 2 * phases }, (_, at) =>
      at % phases === Math.floor(at / (2 * phases)) % phases ? 1 : 0,
    );
    const pairs = constant(`${name}/pairs`, [groups * phases, 2 * phases, 1, 1], ones);
    const power = add('Conv', [squares, pairs], `${name}/power`, { kernel_shape: [1, 1], group: groups });
    return add('Sqrt', [add('Add', [power, small], `${name}/lifted`)], name);
  };
  /** Divided by what the neighbourhood has in all orientations: shadows and faint textures count like the rest. */
  const levelled = (energy: string, channels: number, name: string): string => {
    const all = constant(`${name}/all`, [1, channels, 1, 1], new Array<number>(channels).fill(1));
    const around = add('Conv', [energy, all], `${name}/around`, { kernel_shape: [1, 1] });
    const window = { kernel_shape: [9, 9], strides: [1, 1], pads: [4, 4, 4, 4], count_include_pad: 0 };
    const wide = add('AveragePool', [around], `${name}/wide`, window);
    return add('Div', [energy, add('Add', [wide, floor], `${name}/floored`)], name);
  };
  const floor = constant('floor', [1], [0.05]);

  const space = add('Conv', ['image', constant('opponent', [3, 3, 1, 1], opponent.flat())], 'opponent_image', {
    kernel_shape: [1, 1],
  });
  let level = add('Conv', [space, constant('take_light', [1, 3, 1, 1], [1, 0, 0])], 'light0', { kernel_shape: [1, 1] });
  const gabor = constant('gabor', [2 * orientations, 1, kernel, kernel], gaborFilters(orientations, 5));
  const same = { kernel_shape: [kernel, kernel], pads: [4, 4, 4, 4] };
  const maps: string[] = [];
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) level = average(level, 2, `light${scale}`);
    const energy = strength(add('Conv', [level, gabor], `waves${scale}`, same), 1, orientations, `energy${scale}`);
    maps.push(
      average(levelled(energy, orientations, `edges${scale}`), size / 2 ** scale / shared, `edges${scale}/shared`),
    );
  }
  const second = gaborFilters(secondOrientations, 5);
  const count = 2 * secondOrientations * orientations;
  for (let scale = 0; scale < scales - 1; scale++) {
    const filters = constant(
      `second${scale}`,
      [count, 1, kernel, kernel],
      Array.from({ length: orientations }, () => second).flat(),
    );
    const waves = add('Conv', [maps[scale]!, filters], `texture_waves${scale}`, { ...same, group: orientations });
    maps.push(strength(waves, orientations, secondOrientations, `texture${scale}`));
  }

  const colours = palette();
  // −|c − p|²/2τ without |c|², which is the same for every colour p.
  const tau = 0.01;
  const weights = colours.flatMap((colour) => colour.map((each) => each / tau));
  const biases = colours.map((colour) => -sum(colour.map((each) => each * each)) / (2 * tau));
  const scores = add(
    'Conv',
    [
      average(space, 2, 'coarse'),
      constant('palette', [colours.length, 3, 1, 1], weights),
      constant('lengths', [colours.length], biases),
    ],
    'scores',
    { kernel_shape: [1, 1] },
  );
  maps.push(average(add('Softmax', [scores], 'shares', { axis: 1 }), 2, 'shares/shared'));

  const channels = (scales + (scales - 1) * secondOrientations) * orientations + colours.length;
  const all = add('Concat', maps, 'all', { axis: 1 });
  const passed = add(
    'Conv',
    [all, constant('pass', [channels, 1, 1, 1], new Array<number>(channels).fill(1))],
    'maps',
    {
      kernel_shape: [1, 1],
      group: channels,
    },
  );
  const parts = grids.map((grid) =>
    add('Flatten', [average(passed, shared / grid, `grid${grid}`)], `flat${grid}`, { axis: 1 }),
  );
  // Square roots: shares and energies compare like angles, and large ones do not drown small ones.
  const pooled = add('Add', [add('Concat', parts, 'pyramid', { axis: 1 }), small], 'pyramid_lifted');
  const embedding = add('Sqrt', [pooled], 'embedding');
  const dims = grids.reduce<number>((cells, grid) => cells + grid * grid, 0) * channels;
  add(
    'MatMul',
    [embedding, constant('head', [dims, 1], new Array<number>(dims).fill(round(1 / dims)))],
    'mean_feature',
  );
  return model(
    13,
    {
      name: 'embedded',
      node: nodes,
      initializer: constants,
      input: [value('image', 'float32', [1, 3, size, size])],
      output: [value('mean_feature', 'float32', [1, 1])],
    },
    { 'winnow.recipe': JSON.stringify(embeddedRecipe), 'winnow.revision': embeddedRevision },
  );
};
