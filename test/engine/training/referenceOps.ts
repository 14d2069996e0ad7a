/** The operators in double precision, written as their definitions say, to take finite differences of. */

export interface Value {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

const size = (dims: readonly number[]): number => dims.reduce((product, side) => product * side, 1);
export const zeros = (dims: readonly number[]): Value => ({ dims, data: new Float64Array(size(dims)) });

/** Calls with each index of `dims`. */
const each = (dims: readonly number[], visit: (index: readonly number[], at: number) => void): void => {
  const index = dims.map(() => 0);
  for (let at = 0; at < size(dims); at++) {
    visit(index, at);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < dims[axis]!) break;
      index[axis] = 0;
    }
  }
};
const read = ({ dims, data }: Value, index: readonly number[]): number => {
  let at = 0;
  const skip = index.length - dims.length;
  dims.forEach((side, axis) => (at = at * side + (side === 1 ? 0 : index[axis + skip]!)));
  return data[at]!;
};

export const pointwise =
  (f: (...values: number[]) => number) =>
  (...operands: Value[]): Value => {
    const rank = Math.max(...operands.map(({ dims }) => dims.length));
    const dims = Array.from({ length: rank }, (_, axis) =>
      Math.max(...operands.map((operand) => operand.dims[axis - rank + operand.dims.length] ?? 1)),
    );
    const out = zeros(dims);
    each(dims, (index, at) => (out.data[at] = f(...operands.map((operand) => read(operand, index)))));
    return out;
  };

export interface WindowSettings {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left */
  readonly before: readonly [number, number];
  readonly out: readonly [number, number];
}

/** What each place of each window sees; null = padding. */
const seen = (x: Value, n: number, c: number, row: number, column: number, w: WindowSettings): (number | null)[] =>
  Array.from({ length: w.kernel[0] * w.kernel[1] }, (_, at) => {
    const r = row * w.strides[0] - w.before[0] + Math.floor(at / w.kernel[1]) * w.dilations[0];
    const q = column * w.strides[1] - w.before[1] + (at % w.kernel[1]) * w.dilations[1];
    const isInside = r >= 0 && q >= 0 && r < x.dims[2]! && q < x.dims[3]!;
    return isInside ? read(x, [n, c, r, q]) : null;
  });

export const conv = (x: Value, w: Value, b: Value | null, groups: number, settings: WindowSettings): Value => {
  const [m, perGroup] = w.dims as [number, number];
  const out = zeros([x.dims[0]!, m, ...settings.out]);
  each(out.dims, ([n, o, row, column], at) => {
    let sum = b ? b.data[o!]! : 0;
    const group = Math.floor(o! / (m / groups));
    for (let c = 0; c < perGroup; c++) {
      seen(x, n!, group * perGroup + c, row!, column!, settings).forEach((value, tap) => {
        sum += (value ?? 0) * read(w, [o!, c, Math.floor(tap / settings.kernel[1]), tap % settings.kernel[1]]);
      });
    }
    out.data[at] = sum;
  });
  return out;
};

export const pool = (
  x: Value,
  settings: WindowSettings,
  reduce: (values: readonly number[], places: number) => number,
): Value => {
  const out = zeros([x.dims[0]!, x.dims[1]!, ...settings.out]);
  each(out.dims, ([n, c, row, column], at) => {
    const values = seen(x, n!, c!, row!, column!, settings);
    out.data[at] = reduce(
      values.filter((value) => value !== null),
      values.length,
    );
  });
  return out;
};

/** Reduces `axes`, keeping them with length 1. */
export const reduced = (x: Value, axes: readonly number[], reduce: (values: readonly number[]) => number): Value => {
  const dims = x.dims.map((side, axis) => (axes.includes(axis) ? 1 : side));
  const lists = Array.from({ length: size(dims) }, (): number[] => []);
  each(x.dims, (index, at) => {
    let to = 0;
    dims.forEach((side, axis) => (to = to * side + (side === 1 ? 0 : index[axis]!)));
    lists[to]!.push(x.data[at]!);
  });
  return { dims, data: Float64Array.from(lists, reduce) };
};

export const transposed = (x: Value, perm: readonly number[]): Value => {
  const out = zeros(perm.map((axis) => x.dims[axis]!));
  each(out.dims, (index, at) => {
    const from = x.dims.map(() => 0);
    perm.forEach((axis, to) => (from[axis] = index[to]!));
    out.data[at] = read(x, from);
  });
  return out;
};

export const matMul = (a: Value, b: Value): Value => {
  const k = a.dims.at(-1)!;
  const stack = a.dims.length >= b.dims.length ? a.dims.slice(0, -2) : b.dims.slice(0, -2);
  const out = zeros([...stack, a.dims.at(-2)!, b.dims.at(-1)!]);
  each(out.dims, (index, at) => {
    let sum = 0;
    for (let i = 0; i < k; i++) {
      sum += read(a, [...index.slice(0, -1), i]) * read(b, [...index.slice(0, -2), i, index.at(-1)!]);
    }
    out.data[at] = sum;
  });
  return out;
};

export const taken = (x: Value, from: readonly number[], dims: readonly number[]): Value => {
  const out = zeros(dims);
  each(dims, (index, at) => {
    const place = index.map((i, axis) => i + from[axis]!);
    const isInside = place.every((i, axis) => i >= 0 && i < x.dims[axis]!);
    out.data[at] = isInside ? read(x, place) : 0;
  });
  return out;
};

export const joined = (values: readonly Value[], axis: number): Value => {
  const dims = values[0]!.dims.map((side, at) =>
    at === axis ? values.reduce((sum, v) => sum + v.dims[axis]!, 0) : side,
  );
  const out = zeros(dims);
  each(dims, (index, at) => {
    let left = index[axis]!;
    const value = values.find((v) => (left < v.dims[axis]! ? true : ((left -= v.dims[axis]!), false)))!;
    out.data[at] = read(
      value,
      index.map((i, a) => (a === axis ? left : i)),
    );
  });
  return out;
};

export const reshaped = (x: Value, dims: readonly number[]): Value => ({ dims, data: x.data });
