// A reviewer's budget: the queue's first 15 %, each photo given its true label; the order renewed after each decision, or not at all.
import path from 'node:path';
import { currentRanking } from '../../src/app/currentRanking.js';
import { decide } from '../../src/app/decide.js';
import { listFindings } from '../../src/app/findings.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import type { Item, ItemId } from '../../src/core/dataset/item.js';
import { openStore } from '../../src/node/datasetStore.js';
import { EngineProcess } from '../../src/node/engineProcess.js';

const [dir = '', bundle = '', share = '0.15'] = process.argv.slice(2);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const engine = new EngineProcess({ bundle: path.resolve(bundle), nodePath: null, rung: 'auto', log: silent });
const dataset = new OpenDataset(await openStore(path.resolve(dir)), engine, silent);
const { scan, state } = await dataset.snapshot();
const items = new Map(scan.items.map((item) => [item.id, item]));
/** photos/<true label>/<name> */
const truthOf = ({ paths }: Item): string => paths[0]!.split('/')[1]!;
const isWrong = (id: ItemId): boolean => state.items.get(id)?.label !== truthOf(items.get(id)!);
const planted = [...items.keys()].filter(isWrong).length;
const budget = Math.round(items.size * Number(share));

/** As in the review: conflicts first, then the largest loss. */
const queue = async (): Promise<readonly ItemId[]> => {
  const ranked = await currentRanking(dataset);
  if (!ranked) throw new Error('train first');
  const { findings } = await listFindings(dataset);
  const conflicts = findings.filter(({ kind }) => kind === 'label-conflict').flatMap((finding) => finding.items);
  const order = [...conflicts, ...ranked.ranking.items].flatMap(({ id }) => id ?? []);
  return [...new Set(order)];
};

const first = await queue();
const fixedStatic = first.slice(0, budget).filter(isWrong).length;
const reviewed = new Set<ItemId>();
for (let order = first; reviewed.size < budget; order = await queue()) {
  const id = order.find((one) => !reviewed.has(one))!;
  const to = truthOf(items.get(id)!);
  await decide(dataset, [id], { kind: 'relabel', to, allowNewClass: false }, 'bench');
  reviewed.add(id);
}
const after = (await dataset.snapshot()).state;
const left = [...items.values()].filter((item) => after.items.get(item.id)?.label !== truthOf(item)).length;
console.log(
  JSON.stringify({
    items: items.size,
    planted,
    reviewed: budget,
    live: (planted - left) / planted,
    static: fixedStatic / planted,
  }),
);
dataset.dispose();
engine.dispose();
