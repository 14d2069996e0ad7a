/** A linear fit seen as weights: each row's score is a weighted sum of the trained items' one-hot labels. */

export interface Expansion {
  /** float32[anchors, classes]: score(x) = intercept + Σⱼ k(x, anchorⱼ)·coefficientsⱼ. */
  readonly coefficients: Float32Array;
  readonly intercept: Float64Array;
}

/** H: fitted = H·Y. Rows are all items, columns the trained ones. */
export interface Smoother {
  readonly rows: number;
  /** The row of each column. */
  readonly trained: Int32Array;
  /** float32[rows, classes] of one-hot labels float32[trained, classes]. */
  fitted(labels: Float32Array, classes: number): Promise<Float32Array>;
  /** hᵢⱼ of some rows and columns, asked for by their places among these. */
  weights(rows: ArrayLike<number>, columns: ArrayLike<number>): (i: number, j: number) => number;
  /** 1 − h of a column's own row: for small λ next to nothing, of which a difference of weights keeps few digits. */
  gap(column: number): number;
  /** float32[rows, columns.length]. */
  columns(columns: Int32Array): Promise<Float32Array>;
}

/** A smoother that can also answer about pictures it has no row for. */
export interface ExpandableSmoother extends Smoother {
  expansion(labels: Float32Array, classes: number): Promise<Expansion>;
}

/** H·Y of labels float32[trained, classes] that are zero outside `columns`. */
export const fittedByFew = async (
  smoother: Smoother,
  columns: Int32Array,
  labels: Float32Array,
  classes: number,
): Promise<Float32Array> => {
  const weights = await smoother.columns(columns);
  const few = columns.length;
  const fitted = new Float32Array(smoother.rows * classes);
  for (let j = 0; j < few; j++) {
    const from = columns[j]! * classes;
    for (let c = 0; c < classes; c++) {
      const label = labels[from + c]!;
      if (label === 0) continue;
      for (let row = 0; row < smoother.rows; row++)
        fitted[row * classes + c] = fitted[row * classes + c]! + label * weights[row * few + j]!;
    }
  }
  return fitted;
};
