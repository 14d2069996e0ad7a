import { stat } from 'node:fs/promises';
import path from 'node:path';
import { exportedNames, exportModel, type ExportTarget } from '../../app/exportModel.js';
import { WinnowError } from '../../base/errors.js';
import { writeOwnFile } from '../../node/ownFiles.js';
import { ok, type Reply, type Session } from '../session.js';

export interface ExportFlags {
  readonly to: ExportTarget;
  readonly out: string;
  readonly run?: string;
}

export const exportCommand = async (session: Session, dir: string, flags: ExportFlags): Promise<Reply> => {
  const dataset = await session.open(dir);
  const out = path.resolve(session.cwd, flags.out);
  const there = await stat(out).catch(() => null);
  if (there && !there.isDirectory()) {
    throw new WinnowError('usage', `${flags.out} is a file. Name a folder for the export; nothing was written.`);
  }
  await refuseForeign(out, exportedNames[flags.to]);
  const report = await exportModel(
    dataset,
    { to: flags.to, out, run: flags.run ?? null },
    (name, text) => writeOwnFile(path.join(out, name), text),
    session.progress.show,
    session.signal,
  );
  const lines = [
    `Wrote ${report.files.join(', ')} to ${flags.out}.`,
    ...(report.check
      ? [
          `Loaded again and compared on ${String(report.check.images)} photos: the same answers (largest difference ${report.check.maxDifference.toExponential(1)}).`,
        ]
      : []),
  ];
  return ok({ ...report, out }, lines.join('\n'));
};

/** An earlier export is replaced; a file of the same name that somebody else put there is not. */
const refuseForeign = async (out: string, names: readonly string[]): Promise<void> => {
  const isThere = (name: string): Promise<boolean> =>
    stat(path.join(out, name)).then(
      () => true,
      () => false,
    );
  if (await isThere(names.at(-1) ?? '')) return;
  for (const name of names) {
    if (!(await isThere(name))) continue;
    throw new WinnowError(
      'usage',
      `${path.join(out, name)} is there already and was not exported by Winnow. Nothing was written; name another folder.`,
    );
  }
};
