/** A graph that copies tensors, to read back what lies on a GPU: 'x' → 'copy/x'. */

import { model, node, value } from '../onnx/build.js';
import { writeOnnx } from '../onnx/onnxModel.js';
import { newestOpset } from '../onnx/upgradeOpset.js';

export const copyGraph = (tensors: ReadonlyMap<string, readonly number[]>): Uint8Array =>
  writeOnnx(
    model(newestOpset, {
      node: [...tensors.keys()].map((name) => node('Identity', [name], `copy/${name}`)),
      input: [...tensors].map(([name, dims]) => value(name, 'float32', dims)),
      output: [...tensors].map(([name, dims]) => value(`copy/${name}`, 'float32', dims)),
    }),
  );
