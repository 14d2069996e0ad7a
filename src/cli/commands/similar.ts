import path from 'node:path';
import type { Command } from 'commander';
import { resolveItems } from '../../app/decide.js';
import { similarPhotos } from '../../app/similar.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

interface SimilarFlags {
  readonly json?: boolean;
  readonly top: number;
}

/** `similar`, as a row of the command line's table. */
export const addSimilarCommand = (
  command: (name: string, description: string) => Command,
  run: RunCommand,
  wholeNumber: (least: number) => (text: string) => number,
): void => {
  command('similar', 'the photos of the dataset that look most like one of them, or like any file')
    .argument('<dir>')
    .argument('<file|item>', 'a file, relative to the working directory; or a path or id of the dataset')
    .option('--top <n>', 'how many', wholeNumber(1), 24)
    .action((dir: string, named: string, o: SimilarFlags) =>
      run((s) => similarCommand(s, dir, named, o.top), o.json === true),
    );
};

/** An item of the dataset goes first: its features are there already. */
const similarCommand = async (session: Session, dir: string, named: string, top: number): Promise<Reply> => {
  const dataset = await session.open(dir);
  const [id] = resolveItems(await dataset.snapshot(session.signal), [named]).ids;
  const to = id === undefined ? { file: path.resolve(session.cwd, named), path: named } : { id };
  const report = await similarPhotos(dataset, to, top, session.signal);
  const lines = report.photos.map(
    ({ path: at, label, distance }) => `${distance.toFixed(3)}  ${at}  ${label ?? '(no label)'}`,
  );
  return ok(
    report,
    lines.length === 0 ? 'There is no other photo to compare with.' : ['dist.  photo  label', ...lines].join('\n'),
  );
};
