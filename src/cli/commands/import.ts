import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { importImages } from '../../app/gather/importImages.js';
import type { GatherRow } from '../../core/gather/report.js';
import { importReader } from '../../node/import/importReader.js';
import { openCommandWeb, type WebFlags } from '../openCommandWeb.js';
import { exit } from '../exitCodes.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

interface ImportFlags extends WebFlags {
  readonly json?: boolean;
  readonly label?: string;
}

/** `import`, as a row of the command line's table. */
export const addImportCommand = (
  command: (name: string, description: string) => Command,
  run: RunCommand,
  wholeNumber: (least: number) => (text: string) => number,
): void => {
  command(
    'import',
    'copy a folder of images or a WebDataset tar in, or fetch a list of addresses (txt, CSV, TSV, JSON lines)',
  )
    .argument('<dir>')
    .argument('<source>', 'relative to the working directory; it stays as it is')
    .option('--label <label>', 'the class of what has none of its own')
    .option(
      '--allow-private-host <host:port>',
      'an image server of your own; again for more',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--per-host <n>', 'downloads at a time from one host', wholeNumber(1))
    .action((dir: string, source: string, o: ImportFlags) =>
      run((s) => importCommand(s, dir, source, o), o.json === true),
    );
};

const importCommand = async (session: Session, dir: string, source: string, flags: ImportFlags): Promise<Reply> => {
  const folder = path.resolve(session.cwd, dir);
  await mkdir(folder, { recursive: true });
  const dataset = await session.open(folder);
  const web = await openCommandWeb(flags);
  try {
    const report = await importImages(
      dataset,
      { web, reader: importReader },
      {
        source: path.resolve(session.cwd, source),
        ...(flags.label === undefined ? {} : { label: flags.label }),
        by: 'cli',
      },
      ({ classes }) =>
        session.progress.tell(
          classes.map(({ label, gathered, downloading }) => ({
            key: label,
            step: String(Math.floor(gathered / 100)),
            line: `${label} ${String(gathered)}`,
            detail: `: ${String(downloading)} under way`,
          })),
        ),
      session.signal,
    );
    const own = report.rows.filter(({ provider }) => provider === 'folder' || provider === 'url-list');
    const taken = own.filter(({ outcome }) => outcome === 'gathered').length;
    const lines = [
      `${String(taken)} images of ${source} are in ${dir}.`,
      ...reasonsOf(own).map(([reason, n]) => `  left out: ${String(n)} ${reason}`),
      ...report.problems,
      ...(taken < own.length ? [`winnow gather-report ${dir} lists every one.`] : []),
    ];
    return ok(report, lines.join('\n'), taken === 0 ? exit.nothingFound : exit.ok);
  } finally {
    await web.dispose();
  }
};

const reasonsOf = (rows: readonly GatherRow[]): [string, number][] => {
  const counts = new Map<string, number>();
  for (const { reason } of rows) if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
};
