/** What computes a training: onnxruntime on the CPU or by WebGPU, or TensorFlow.js on CUDA; its state is the same. */

import type { TrainingDevice } from '../../protocol/training.js';
import { writeOnnx } from '../onnx/onnxModel.js';
import { openStateful, type StatefulSession } from '../session/statefulSession.js';
import { instead } from '../session/tensorSession.js';
import { copyGraph } from './copyGraph.js';
import type { TrainingGraph, TrainingGraphOptions } from './graph/trainingGraph.js';
import { loadTfjs } from './tfjs/loadTfjs.js';
import { openTfjsSession } from './tfjs/tfjsSession.js';

/**
 * A device that is not there becomes the CPU, and `provider` says why. Throws `bad-model`.
 * @param graph made of `options`.  @param name of the network.
 */
export const openTraining = async (
  device: TrainingDevice,
  options: TrainingGraphOptions,
  graph: TrainingGraph,
  name: string,
): Promise<StatefulSession> => {
  if (device !== 'cuda') return onOnnxruntime(device, graph);
  const { tf, whyNot } = await loadTfjs();
  if (tf)
    return openTfjsSession(tf, options, graph, name, whyNot === null ? 'cuda' : instead('tensorflow', 'cuda', whyNot));
  const session = await onOnnxruntime('cpu', graph);
  return { ...session, provider: instead(session.provider, 'cuda', String(whyNot)) };
};

const onOnnxruntime = (device: Exclude<TrainingDevice, 'cuda'>, graph: TrainingGraph): Promise<StatefulSession> => {
  const outputs = graph.model.graph.output.map(({ name }) => name);
  return openStateful(writeOnnx(graph.model), { device, threads: 0, keepsBuffers: true, outputs }, copyGraph);
};
