/** The one heavy operation of the fits, so that the engine can give it to onnxruntime and tests can run in plain JavaScript. */

export interface MatmulShape {
  /** Rows of the product, inner length, columns of the product. */
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** `a` is stored [k, m] instead of [m, k]. */
  readonly transposeA?: boolean;
  /** `b` is stored [n, k] instead of [k, n]. */
  readonly transposeB?: boolean;
}

export interface LinearAlgebra {
  /** The product float32[m, n], row-major, of row-major float32 operands. */
  matmul(a: Float32Array, b: Float32Array, shape: MatmulShape): Promise<Float32Array>;
}
