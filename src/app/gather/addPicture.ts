/** A picture that was predicted goes into the dataset with the label that a person gives it: copied, journalled, undoable. */

import { WinnowError } from '../../base/errors.js';
import { withFolders } from '../../core/dataset/folderName.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { LabelRule } from '../../core/dataset/spec.js';
import { blank } from '../../core/gather/providers/reading.js';
import { refOf, type EntryRef } from '../../core/journal/entry.js';
import type { FetchOutcome } from '../../ports/web.js';
import { applyDecisions } from '../apply.js';
import { decide, undo } from '../decide.js';
import type { OpenDataset } from '../openDataset.js';
import { itemsById } from '../snapshotItems.js';
import { Intake } from './intake.js';
import { refuseUnwritable } from './takeIn.js';

export interface PictureToAdd {
  /** Absolute; stays as it is. */
  readonly file: string;
  readonly label: string;
  /** A copy of it in that folder, hashed on the way. */
  readonly copy: (folder: string) => Promise<FetchOutcome>;
  /** Who did it, for the journal. */
  readonly by: string;
}

export interface AddedPicture {
  readonly id: ItemId;
  /** Relative to the dataset folder. */
  readonly path: string;
  readonly label: string;
  /** The decision, when the picture was in the dataset already; null = it was copied in. */
  readonly decision: EntryRef | null;
}

const provider = 'prediction';

/** Where labels stand in a table or in names, only the person knows how the next one is written. */
const refuseOtherLabels = (dataset: string, rule: LabelRule): void => {
  if (rule.by === 'folder' && rule.level === 1) return;
  const how =
    rule.by === 'csv'
      ? `Labels of ${dataset} come from ${rule.file}: copy the picture into the dataset yourself and add its row there`
      : `Labels of ${dataset} come from ${rule.by === 'regex' ? 'the names of its files' : 'deeper folders'} (“label” in winnow.json): copy the picture to where its name says its label`;
  throw new WinnowError('bad-spec', `${how}. Nothing was added.`);
};

/**
 * A picture that is in the dataset already is relabelled; any other one is put into the class's folder, never over a file.
 * Throws `bad-image`, `nothing-to-do` (the class holds nearly the same picture), `bad-spec` (labels do not come from
 * folders), `busy`, `read-only`, `disk-full`; nothing has changed then.
 */
export const addPicture = async (
  dataset: OpenDataset,
  { file, label, copy, by }: PictureToAdd,
  signal: AbortSignal,
): Promise<AddedPicture> => {
  const { store } = dataset;
  refuseUnwritable(dataset);
  return store.locks.withOperation('gather', async () => {
    const before = await dataset.refresh(signal);
    if (store.journal.problem) throw store.journal.problem;
    const known = itemsById(before).get(await store.hashOf(file));
    if (known) {
      const [entry] = await decide(dataset, [known.id], { kind: 'relabel', to: label, allowNewClass: true }, by);
      return { id: known.id, path: known.paths[0] ?? known.at, label, decision: entry ? refOf(entry) : null };
    }
    refuseOtherLabels(dataset.name, before.spec.label);
    const classes = withFolders(before.spec.classes, [label], before.scan.vocab);
    if (classes !== before.spec.classes) await store.spec.write({ ...before.spec, classes });
    const snapshot = classes === before.spec.classes ? before : await dataset.refresh(signal);
    const intake = await Intake.open(dataset, snapshot, [label], { minSide: 1, keepAnimated: true, by }, signal);
    const copied = await copy(await store.gathering.partFolder());
    if (!copied.ok) throw new WinnowError('bad-image', `${copied.message} Nothing was added.`);
    try {
      const verified = await intake.verify(copied.sha256 as ItemId, copied.file);
      if ('reason' in verified) throw new WinnowError('bad-image', `${verified.message} Nothing was added.`);
      const admission = intake.judge(label, provider, verified);
      if ('reason' in admission) throw new WinnowError('nothing-to-do', `${admission.message} Nothing was added.`);
      const candidate = { ...blank, provider, query: label, rank: 0, imageUrl: `file:${provider}/${verified.id}` };
      const { id, path } = await intake.keep(verified, label, candidate, admission, new Date().toISOString());
      return { id, path, label, decision: null };
    } finally {
      await store.gathering.dropPart(copied.file);
      await intake.close();
      await dataset.refresh();
    }
  });
};

/**
 * A copied picture leaves its class at once and lies in the trash, from where undo and apply bring it back; a relabel is
 * taken back. The picture that was copied is not touched. Throws as `decide`, `undo` and `applyDecisions` do.
 */
export const takeBack = async (dataset: OpenDataset, { id, decision }: AddedPicture, by: string): Promise<void> => {
  if (decision !== null) {
    await undo(dataset, { ref: decision }, by);
    return;
  }
  await decide(dataset, [id], { kind: 'trash', as: 'ours' }, by);
  await applyDecisions(dataset, { dryRun: false, by, only: id });
};
