/**
 * The engine's pulse, from a thread that the main loop cannot block: a line a second to the launcher, and the end of the
 * process when its parent is gone and the main loop is too busy to notice.
 */

import { workerData } from 'node:worker_threads';
import { tellLauncher } from './embed/suspects.js';
import { pulseEveryMs, type Pulse } from './heartbeat.js';

const { beats: shared, startedAt } = workerData as Pulse;
const beats = new Int32Array(shared);
const parent = process.ppid;
/** Time for the main loop to end by itself (in all: at most 5 s after the parent). */
const graceMs = 1_500;
let isOrphan = false;

setInterval(() => {
  const silentMs = Date.now() - startedAt - Atomics.load(beats, 0);
  const busyMs = Math.max(0, silentMs - pulseEveryMs);
  const rssMb = Math.round(process.memoryUsage.rss() / 1048576);
  const { user, system } = process.cpuUsage();
  const cpuMs = Math.round((user + system) / 1_000);
  const isHeard = tellLauncher({ heartbeat: { busyMs, rssMb, cpuMs, progress: Atomics.load(beats, 1) } });
  if ((!isHeard || process.ppid !== parent) && !isOrphan) {
    isOrphan = true;
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs);
  }
}, 1_000);
