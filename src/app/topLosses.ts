import { WinnowError } from '../base/errors.js';
import type { ItemId, Split } from '../core/dataset/item.js';
import type { EntryRef } from '../core/journal/entry.js';
import { natsOf } from '../core/metrics/nats.js';
import { currentRanking, type CurrentRanking } from './currentRanking.js';
import { newestOutOfFold } from './fineTunes.js';
import { itemsById } from './snapshotItems.js';
import type { OpenDataset } from './openDataset.js';
import { runRows } from './runRows.js';

export interface TopLoss {
  readonly id: ItemId;
  readonly path: string;
  readonly copies: readonly string[];
  readonly label: string;
  readonly prediction: string;
  /** The judge's. */
  readonly lossNats: number;
  /** Of the fine-tuned network whose fold this photo is in, which had not seen it either; null without one. */
  readonly networkLossNats: number | null;
  readonly labelProbability: number;
  readonly probability: number;
  readonly leftOut: ItemId;
  readonly split: Split | null;
  readonly decision: 'keep' | 'relabel' | null;
}

export interface TopLossesReport {
  readonly run: string;
  readonly labelsAt: EntryRef | null;
  /** The fine-tuning whose networks are named beside the judge: the newest with folds. */
  readonly network: string | null;
  readonly items: readonly TopLoss[];
}

/** Items with a label, largest loss first, each judged by models that saw neither it nor its group. Throws `no-run`. */
export const topLosses = async (dataset: OpenDataset, top: number, signal?: AbortSignal): Promise<TopLossesReport> => {
  const { config, ranking } = await needRanking(dataset, signal);
  const snapshot = await dataset.snapshot(signal);
  const items = itemsById(snapshot);
  const rows = await runRows(dataset, config);
  const sides = new Map(rows.map((row) => [row.id, row.split]));
  const network = await newestOutOfFold(dataset, new Map(rows.map(({ id, group }) => [id, group])));
  const networkLoss = (id: ItemId, label: string): number | null => {
    const p = network?.rows.get(id)?.[network.vocab.indexOf(label)];
    return p === undefined ? null : natsOf(p);
  };
  return {
    run: config.run,
    labelsAt: snapshot.state.labelsAt,
    network: network?.run ?? null,
    items: ranking.items.slice(0, top).map((row) => {
      const [path = '', ...copies] = items.get(row.id)?.paths ?? [];
      return {
        id: row.id,
        path,
        copies,
        label: ranking.vocab[row.label] ?? '',
        prediction: ranking.vocab[row.prediction] ?? '',
        lossNats: row.lossNats,
        networkLossNats: networkLoss(row.id, ranking.vocab[row.label] ?? ''),
        labelProbability: row.labelProbability,
        probability: row.probability,
        leftOut: row.leftOut,
        split: snapshot.state.sides.get(row.id) ?? sides.get(row.id) ?? null,
        decision: snapshot.state.items.get(row.id)?.decision ?? null,
      };
    }),
  };
};

export const needRanking = async (dataset: OpenDataset, signal?: AbortSignal): Promise<CurrentRanking> => {
  const ranked = await currentRanking(dataset, signal);
  if (!ranked)
    throw new WinnowError('no-run', 'This dataset has not been trained yet. Train it first: winnow train DIR.');
  return ranked;
};
