/** Whole networks in our own graph, run by onnxruntime. */

import { openTraining } from '../../../src/engine/training/openTraining.js';
import { checkNetworks } from './networkChecks.js';

checkNetworks((options, graph, name) => openTraining('cpu', options, graph, name));
