import path from 'node:path';
import { exportedNames, exportModel, type ExportTarget } from '../../app/exportModel.js';
import { refuseForeign } from '../../node/exportFolder.js';
import { writeOwnFile } from '../../node/ownFiles.js';
import { ok, type Reply, type Session } from '../session.js';

export interface ExportFlags {
  readonly to: ExportTarget;
  readonly out: string;
  readonly run?: string;
  readonly examples?: boolean;
}

export const exportCommand = async (session: Session, dir: string, flags: ExportFlags): Promise<Reply> => {
  const dataset = await session.open(dir);
  const out = path.resolve(session.cwd, flags.out);
  await refuseForeign(out, exportedNames[flags.to]);
  const report = await exportModel(
    dataset,
    { to: flags.to, out, run: flags.run ?? null, examples: flags.examples === true },
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
  if (report.examples > 0) {
    lines.push(`Small pictures of ${String(report.examples)} training photos are inside, for whoever gets it to see.`);
  }
  return ok({ ...report, out }, lines.join('\n'));
};
