/** TensorFlow.js as the oracle of our gradients: another program, other rules of derivation, the same numbers. */

import { cpuTfjs } from './cpuTfjs.js';
import { checkTfjs } from './tfjsChecks.js';

checkTfjs('TensorFlow.js, cpu', cpuTfjs);
