/** A process that dies at a given disk operation of a session. Lines on stdout: `ack …` for what is on the disk, `done N`. */

import { writeSync } from 'node:fs';
import { OpenDataset } from '../../src/app/openDataset.js';
import { seededRandom } from '../../src/base/random.js';
import { refOf } from '../../src/core/journal/entry.js';
import { openStore } from '../../src/node/datasetStore.js';
import type { Engine } from '../../src/ports/engine.js';
import { armKillPoints } from './killPoints.js';
import { session } from './session.js';

const [script = '', dir = '', home = '', seed = '0', killAt = '0', rounds = '1'] = process.argv.slice(1);
const say = (line: string): void => void writeSync(1, `${line}\n`);

const passed = await armKillPoints(Number(killAt), script);
const folders = { cache: `${home}/cache`, data: `${home}/data`, state: `${home}/state` };
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const dataset = new OpenDataset(await openStore(dir, { folders }), {} as Engine, log);
const random = seededRandom(Number(seed));
for (let i = 0; i < Number(rounds); i++) {
  await session({
    dataset,
    random,
    acknowledge: (entries) => {
      for (const entry of entries) say(`ack ${JSON.stringify([refOf(entry), entry.kind, entry.at])}`);
    },
  });
}
say(`done ${passed()}`);
