/** The smallest ONNX models there are: one Gemm, its operands stored either way round. */

import { model, node, value } from '../onnx/build.js';
import { writeOnnx } from '../onnx/onnxModel.js';

export const matmulModel = (transposeA: boolean, transposeB: boolean): Uint8Array =>
  writeOnnx(
    model(17, {
      node: [node('Gemm', ['a', 'b'], 'c', { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 })],
      input: [
        value('a', 'float32', transposeA ? ['k', 'm'] : ['m', 'k']),
        value('b', 'float32', transposeB ? ['n', 'k'] : ['k', 'n']),
      ],
      output: [value('c', 'float32', ['m', 'n'])],
    }),
  );
