/** A review host in the page: decisions in memory, rows below the screen shuffled after each, as a re-fit would. */

import type { ItemId, Split } from '../../src/core/dataset/item.js';
import { findingKinds, type FindingKind } from '../../src/core/findings/finding.js';
import {
  noFilter,
  reviewContract,
  type ReviewFilter,
  type ReviewOutcome,
  type ReviewSnapshot,
  type ReviewTile,
} from '../../src/protocol/review.js';
import { viewsNow } from '../../src/app/review/summary.js';
import { arrangementOf, passing } from '../../src/core/review/filter.js';
import { groupsOf } from '../../src/core/review/groups.js';
import { sortQueue } from '../../src/core/review/queue.js';
import type { QueueItem } from '../../src/core/review/queueItem.js';
import type { SavedView } from '../../src/core/review/views.js';
import { fakeEvidence, fakeLook } from './fakeEvidence.js';
import { WinnowError } from '../../src/base/errors.js';
import { serve } from './fakeWire.js';
import { vocabOf, type Scenario } from './scenario.js';

const noSplits: Partial<Record<Split, number>> = { train: 0, valid: 0, test: 0 };

const noKinds = Object.fromEntries(findingKinds.map((kind) => [kind, 0])) as Partial<Record<FindingKind, number>>;

interface Step {
  readonly before: readonly ReviewTile[];
  readonly after: readonly ReviewTile[];
}

const listedKey = 'winnow-listed';

export const fakeReview = (scenario: Scenario): void => {
  const vocab = vocabOf(scenario.classes);
  const tiles = new Map<ItemId, ReviewTile>();
  for (let i = 0; i < scenario.rows; i++) {
    const tile = makeTile(i, vocab);
    tiles.set(tile.id, tile);
  }
  let order = [...tiles.keys()];
  // The editor's side outlives the page, and knows what it listed.
  let filter = (JSON.parse(sessionStorage.getItem(listedKey) ?? 'null') as ReviewFilter | null) ?? noFilter;
  let only: ReviewSnapshot['only'] = null;
  let version = 1;
  let movedUp = 0;
  let reviewed = 0;
  const done: Step[] = [];
  const undone: Step[] = [];

  const views: SavedView[] = [];
  const rows = (): QueueItem[] => [...tiles.values()].map(rowOf);
  const grouped = (some: readonly ReviewTile[]): ReviewTile[] => {
    const groupOf = groupsOf(rows(), filter);
    return some.map((tile) => ({ ...tile, group: groupOf(rowOf(tile)) }));
  };
  const countBy = <T extends string>(of: (tile: ReviewTile) => readonly (T | null)[]): Record<T, number> => {
    const counts = new Map<T, number>();
    for (const key of [...tiles.values()].flatMap(of)) if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
    return Object.fromEntries(counts) as Record<T, number>;
  };
  const snapshot = (): ReviewSnapshot => ({
    version,
    total: order.length,
    datasetName: typeof scenario.classes === 'string' && scenario.classes !== 'long' ? (vocab[0] ?? '') : 'animals',
    run: 'r1',
    vocab,
    counts: {
      labels: countBy((tile) => [tile.label]),
      splits: { ...noSplits, ...countBy((tile) => [tile.split]) },
      kinds: { ...noKinds, ...countBy((tile) => tile.kinds) },
      sources: { 'flickr.com': Math.ceil(tiles.size / 2), '': Math.floor(tiles.size / 2) },
    },
    filter,
    views: viewsNow(rows(), views),
    alike:
      arrangementOf(filter) === 'alike'
        ? { pairs: [3, 3, 4, 6, 7, 9, 12, 15, 21, 44, 90], groups: [3, 3, 3, 4, 5, 6, 8, 9, 12, 20, 31] }
        : null,
    only,
    header: {
      reviewed,
      lastWrong: reviewed === 0 ? null : { wrong: Math.min(3, reviewed), of: Math.min(20, reviewed) },
      remaining: { low: 5, high: 14, basis: 'model' },
      isStoppingReasonable: false,
      total: tiles.size,
      pending: done.length,
    },
    state: scenario.state,
    message:
      scenario.state === 'error' ? 'The engine stopped. Your decisions are safe in the journal. Train again.' : null,
    readOnlyReason: scenario.readOnly
      ? 'This folder cannot be written to: decisions are kept in your own user folder.'
      : null,
    movedUp,
    superseded: 0,
    canUndo: done.length > 0,
    canRedo: undone.length > 0,
  });
  const reorder = (): void => {
    order =
      arrangementOf(filter) === 'concern'
        ? rows()
            .filter(passing(filter))
            .map(({ id }) => id)
        : sortQueue(rows(), filter);
    version++;
    movedUp = 0;
  };
  /** Below the screen everything turns round: the strictest reading of "nothing on the screen moves". */
  const settle = (changed: readonly ReviewTile[], lastVisible: number, said: string): ReviewOutcome => {
    for (const tile of changed) tiles.set(tile.id, tile);
    order = [...order.slice(0, lastVisible + 1), ...order.slice(lastVisible + 1).reverse()];
    version++;
    movedUp += 4;
    return { snapshot: snapshot(), tiles: grouped(changed), said };
  };

  serve(reviewContract, {
    open: () => {
      if (filter !== noFilter) reorder();
      return snapshot();
    },
    rows: ({ from, to }) => ({
      version,
      from,
      tiles: grouped(order.slice(from, to).flatMap((id) => tiles.get(id) ?? [])),
    }),
    ids: ({ from, to }) => ({ version, ids: order.slice(from, to) }),
    setFilter: async ({ filter: wanted }) => {
      if (scenario.isSlow) await new Promise((go) => window.addEventListener('winnow-go', go, { once: true }));
      filter = wanted;
      sessionStorage.setItem(listedKey, JSON.stringify(filter));
      reorder();
      return snapshot();
    },
    decide: async ({ ids, action, lastVisible }) => {
      if (scenario.isSlow) await new Promise((go) => window.addEventListener('winnow-go', go, { once: true }));
      const before = ids.map((id) => {
        const tile = tiles.get(id);
        if (!tile)
          throw new WinnowError('unknown-item', 'That photo is not in the dataset any more. Nothing was changed.');
        return tile;
      });
      const after = before.map((tile): ReviewTile => {
        switch (action.kind) {
          case 'relabel':
            return { ...tile, label: action.to, decision: 'relabel' };
          case 'accept':
            return { ...tile, label: tile.suggestion ?? tile.label, decision: 'relabel' };
          case 'keep':
            return { ...tile, decision: 'keep' };
          case 'set-aside':
            return { ...tile, status: 'set-aside' };
          case 'trash':
            return { ...tile, status: 'trashed' };
          case 'restore':
            return { ...tile, status: 'in' };
        }
      });
      done.push({ before, after });
      undone.length = 0;
      reviewed += ids.length;
      return settle(after, lastVisible, `${said(action)}. Undo: z`);
    },
    undo: ({ lastVisible }) => {
      const step = done.pop();
      if (!step) throw new WinnowError('nothing-to-do', 'There is nothing to undo.');
      undone.push(step);
      return settle(step.before, lastVisible, 'Undone. Redo: y');
    },
    redo: ({ lastVisible }) => {
      const step = undone.pop();
      if (!step) throw new WinnowError('nothing-to-do', 'There is nothing to redo.');
      done.push(step);
      return settle(step.after, lastVisible, 'Done again. Undo: z');
    },
    saveView: ({ name }) => {
      views.push({ name, filter });
      return snapshot();
    },
    removeView: ({ name }) => {
      views.splice(
        views.findIndex((view) => view.name === name),
        1,
      );
      return snapshot();
    },
    resort: () => {
      reorder();
      return snapshot();
    },
    peek: ({ id }) => ({ uri: `${location.origin}/thumb/${parseInt(id.slice(0, 6), 16)}.png` }),
    evidence: ({ id }) => fakeEvidence([...tiles.values()], id),
    listSimilar: ({ id }) => {
      only = { title: `Photos like ${tiles.get(id)?.path ?? ''}`, count: 9 };
      order = [id, ...[...tiles.keys()].filter((other) => other !== id).slice(0, 8)];
      version++;
      return snapshot();
    },
    listAll: () => {
      only = null;
      reorder();
      return snapshot();
    },
    look: ({ label, method, cells }) => fakeLook(label, method, cells),
    train: () => null,
    openFile: () => null,
  });
};

const said = (action: { readonly kind: string; readonly to?: string }): string =>
  action.kind === 'relabel' ? `Relabelled to ${action.to ?? ''}` : `Done: ${action.kind}`;

const rowOf = (tile: ReviewTile): QueueItem => ({
  ...tile,
  paths: [tile.path],
  predicted: tile.prediction,
  sources: parseInt(tile.id.slice(0, 6), 16) % 2 === 0 ? ['flickr.com'] : [],
  family: tile.kinds.includes('near-duplicate') ? familyOf(tile.id) : null,
  isSuperseded: false,
  lossNats: tile.surprise,
});

/** Every photo that is one of three has the first of the three for its family. */
const familyOf = (id: ItemId): ItemId => {
  const at = parseInt(id.slice(0, 6), 16);
  return idAt(at - (at % 3));
};
const idAt = (i: number): ItemId => (i.toString(16).padStart(6, '0') + 'a'.repeat(58)) as ItemId;

const makeTile = (i: number, vocab: readonly string[]): ReviewTile => {
  const label = vocab[i % vocab.length] ?? '';
  const other = vocab[(i + 1) % vocab.length] ?? '';
  const third = vocab[(i + 2) % vocab.length] ?? '';
  const surprise = Math.max(0, 99 - Math.floor(i / 2));
  const isWrong = surprise > 50;
  return {
    id: idAt(i),
    path: `${label}/IMG_${String(i).padStart(5, '0')}.jpg`,
    copies: i % 11 === 3 ? 2 : 1,
    label: i === 7 ? null : label,
    prediction: i === 11 ? null : isWrong ? other : label,
    probability: i === 11 ? null : 0.935,
    labelProbability: i === 11 || i === 7 ? null : isWrong ? 0.004 + i / 1000 : 0.935,
    surprise: i === 11 || i === 7 ? null : surprise,
    suggestion: isWrong ? (i % 5 === 2 ? third : other) : null,
    split: i % 5 === 0 ? 'valid' : 'train',
    reasons:
      i === 7 || !isWrong ? [] : [`Labelled ${label}, but it looks like ${other} (surprise ${surprise} of 100).`],
    kinds:
      i === 7
        ? ['label-conflict']
        : isWrong
          ? i % 11 === 3
            ? ['label-issue', 'exact-duplicate']
            : ['label-issue']
          : i >= 120 && i < 135
            ? ['near-duplicate']
            : [],
    decision: null,
    status: 'in',
    folderLabel: i === 7 ? null : label,
    group: null,
    thumb: i % 17 === 16 ? null : `${location.origin}/thumb/${i % 24}.png`,
  };
};
