/** What the killed process does: one activity on a dataset, saying `ack writer:n` only when the journal has said so. */
import { applyDecisions } from '../../src/app/apply.js';
import { decide, redo, undo } from '../../src/app/decide.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { WinnowError } from '../../src/base/errors.js';
import { seededRandom } from '../../src/base/random.js';
import { refOf, type Entry } from '../../src/core/journal/entry.js';
import { openStore } from '../../src/node/datasetStore.js';
import type { Engine } from '../../src/ports/engine.js';

const [dir = '', activity = '', seed = '0'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
// None of these activities looks at a pixel: any call of the engine would be a bug, and fails.
const dataset = new OpenDataset(await openStore(dir), {} as Engine, silent);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const acknowledge = (entries: readonly Entry[]): void => {
  for (const entry of entries) say(`ack ${refOf(entry)}`);
};

/** A random decision, undo or redo; those that have nothing to do are no failure. */
const decideSomething = async (): Promise<void> => {
  const { scan, state } = await dataset.snapshot();
  const ids = random.shuffled(scan.items.map((item) => item.id)).slice(0, 1 + random.below(3));
  const labels = state.vocab;
  const to = labels[random.below(labels.length)] ?? 'a';
  try {
    switch (random.below(8)) {
      case 0:
        acknowledge(await undo(dataset, {}, 'test'));
        break;
      case 1:
        acknowledge(await redo(dataset, 'test'));
        break;
      case 2:
        acknowledge(await decide(dataset, ids, { kind: 'trash', as: 'ours' }, 'test'));
        break;
      case 3:
        acknowledge(await decide(dataset, ids, { kind: 'restore' }, 'test'));
        break;
      case 4:
        acknowledge(await decide(dataset, ids, { kind: 'keep' }, 'test'));
        break;
      default:
        acknowledge(await decide(dataset, ids, { kind: 'relabel', to, allowNewClass: false }, 'test'));
    }
  } catch (error) {
    if (!WinnowError.is(error, 'nothing-to-do')) throw error;
  }
};

say('ready');
while (activity === 'scan') await dataset.refresh();
while (activity === 'relabel') await decideSomething();
while (activity === 'apply') {
  for (let i = 0; i < 4; i++) await decideSomething();
  await applyDecisions(dataset, { dryRun: false });
}
