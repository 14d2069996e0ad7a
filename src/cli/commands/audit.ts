import type { Command } from 'commander';
import { answerAudit, auditState, undoAnswer } from '../../app/audit.js';
import { resolveItems } from '../../app/decide.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { itemsById } from '../../app/snapshotItems.js';
import { WinnowError } from '../../base/errors.js';
import type { ItemId } from '../../core/dataset/item.js';
import { auditSentences, timeLeft } from '../../core/review/auditWords.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

interface AuditFlags {
  readonly json?: boolean;
  readonly label?: string;
  readonly cannotTell?: boolean;
  readonly undo?: boolean;
}

/** `audit`, as a row of the command line's table. */
export const addAuditCommand = (command: (name: string, description: string) => Command, run: RunCommand): void => {
  command('audit', 'label 60 random images blind: the honest share of wrong labels, in about two minutes')
    .argument('<dir>')
    .argument('[item]', 'id or the beginning of one, as `winnow audit DIR` lists them')
    .option('--label <label>', 'what is on the picture')
    .option('--cannot-tell', 'nobody could say, or none of the classes')
    .option('--undo', 'take the last answer back')
    .action((dir: string, item: string | undefined, o: AuditFlags) =>
      run((s) => auditCommand(s, dir, item, o), o.json === true),
    );
};

const auditCommand = async (
  session: Session,
  dir: string,
  item: string | undefined,
  flags: AuditFlags,
): Promise<Reply> => {
  const answers = [flags.label !== undefined, flags.cannotTell === true].filter(Boolean).length;
  if (flags.undo === true ? item !== undefined || answers > 0 : answers !== (item === undefined ? 0 : 1)) {
    throw new WinnowError(
      'usage',
      'An answer is one item and one of --label LABEL and --cannot-tell; --undo stands alone. Nothing was changed.',
    );
  }
  const dataset = await session.open(dir);
  if (flags.undo === true) await undoAnswer(dataset, 'cli');
  else if (item !== undefined) {
    const answer = flags.label === undefined ? 'cannot-tell' : { label: flags.label };
    await answerAudit(dataset, await itemNamed(dataset, item), answer, 'cli');
  }
  return reply(session, dataset, dir, item === undefined);
};

const itemNamed = async (dataset: OpenDataset, text: string): Promise<ItemId> => {
  const [id] = resolveItems(await dataset.snapshot(), [text]).ids;
  if (id === undefined) {
    throw new WinnowError('unknown-item', `Not found in this dataset: ${text}. Name an id that winnow audit lists.`);
  }
  return id;
};

/** `{asked, answered, next:[{id,path}], results, notes}`; `next` is empty after an answer. Nothing in it tells a label or what a model thinks. */
const reply = async (session: Session, dataset: OpenDataset, dir: string, isAsking: boolean): Promise<Reply> => {
  const { progress, results, trouble } = await auditState(dataset, session.signal);
  if (progress === null) {
    throw new WinnowError(
      'no-run',
      `The first training draws the photos of the audit. Train first: winnow train ${dir}.`,
    );
  }
  const { asked, answered, gone } = progress;
  const next = isAsking ? await pictures(dataset, progress.next, session.signal) : [];
  const notes = [
    ...(gone > 0 ? [`${String(gone)} photos of the sample are not in the dataset any more; they are not asked.`] : []),
    ...(trouble === null ? [] : [trouble]),
  ];
  const lines =
    results === null
      ? [
          `${String(answered)} of ${String(asked)} answered, ${timeLeft(asked - answered)}.`,
          ...next.map(({ id, path }) => `  ${id.slice(0, 12)}  ${path ?? '(cannot be shown)'}`),
          ...(isAsking ? [`Look, then answer: winnow audit ${dir} ID --label LABEL (or --cannot-tell).`] : []),
        ]
      : auditSentences(results);
  return ok({ asked, answered, next, results, notes }, [...lines, ...notes].join('\n'));
};

/** The item's own path would tell its label, so a picture of it is shown that is named by its id. */
const pictures = async (
  dataset: OpenDataset,
  ids: readonly ItemId[],
  signal: AbortSignal,
): Promise<{ readonly id: ItemId; readonly path: string | null }[]> => {
  if (ids.length === 0) return [];
  const items = itemsById(await dataset.snapshot(signal));
  const files = ids.map((id) => ({ id, file: dataset.store.absolute(items.get(id)?.at ?? '') }));
  const paths = await dataset.engine.thumbnails({ files, size: 1024, cacheDir: dataset.store.cacheDir }, signal);
  return ids.map((id, index) => ({ id, path: paths[index] ?? null }));
};
