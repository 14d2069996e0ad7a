import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { gather, readGatherReport } from '../../app/gather/gather.js';
import { writeGatherSpec } from '../../app/gather/gatherSpec.js';
import { writeCredits } from '../../app/gather/writeCredits.js';
import type { ClassSpec } from '../../core/dataset/spec.js';
import { gatherEstimate } from '../../core/gather/estimate.js';
import { licencePolicies, type LicencePolicy } from '../../core/gather/licence.js';
import { providers } from '../../core/gather/providers/registry.js';
import type { ClassState, GatherProgress, GatherReport } from '../../core/gather/report.js';
import { openCommandWeb, type WebFlags } from '../openCommandWeb.js';
import { exit } from '../exitCodes.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

interface GatherFlags extends WebFlags {
  readonly json?: boolean;
  readonly class: readonly ClassSpec[];
  readonly perClass?: number;
  readonly provider?: readonly string[];
  readonly baseUrl: Readonly<Record<string, string>>;
  readonly licence?: LicencePolicy;
  readonly retry?: readonly string[];
}

/** `gather`, `gather-report` and `credits`, as rows of the command line's table. */
export const addGatherCommands = (
  command: (name: string, description: string) => Command,
  run: RunCommand,
  wholeNumber: (least: number) => (text: string) => number,
): void => {
  const collected =
    <T>(parse: (text: string) => T) =>
    (text: string, before: readonly T[]): readonly T[] => [...before, parse(text)];
  command('gather', 'search, download, verify and deduplicate images for each class')
    .argument('<dir>')
    .option('--class <label=term>', 'a class and a search term; again for more', collected(classFrom), [])
    .option('--per-class <n>', 'images a class', wholeNumber(1))
    .option('--provider <id...>', 'where to search')
    .option('--base-url <id=url>', 'where a provider answers instead', baseUrlFrom, {})
    .addOption(new Option('--licence <policy>', 'which licences are accepted').choices([...licencePolicies]))
    .option('--allow-private-host <host:port>', 'an image server of your own; again for more', collected(String), [])
    .option('--per-host <n>', 'downloads at a time from one host', wholeNumber(1))
    .option('--retry <failed|url...>', 'try again what failed, or these URLs')
    .action((dir: string, o: GatherFlags) => run((s) => gatherCommand(s, dir, o), o.json === true));
  command('gather-report', 'every URL that was tried, and what became of it')
    .argument('<dir>')
    .action((dir: string, o: { json?: boolean }) => run((s) => gatherReportCommand(s, dir), o.json === true));
  command('credits', 'write ATTRIBUTION.md and credits.csv')
    .argument('<dir>')
    .action((dir: string, o: { json?: boolean }) => run((s) => creditsCommand(s, dir), o.json === true));
};

const classFrom = (text: string): ClassSpec => {
  const at = text.indexOf('=');
  const [name, term] = at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (name === '' || term === '') throw new InvalidArgumentError('a class is given as LABEL="search term".');
  return { name, terms: [term] };
};

const baseUrlFrom = (text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const [, id, url] = /^([\w-]+)=(https?:\/\/.+?)\/*$/.exec(text) ?? [];
  if (id === undefined || url === undefined) {
    throw new InvalidArgumentError('an address is given as ID=https://host/path.');
  }
  return { ...before, [id]: url };
};

const gatherCommand = async (session: Session, dir: string, flags: GatherFlags): Promise<Reply> => {
  const folder = path.resolve(session.cwd, dir);
  if (flags.class.length > 0) await mkdir(folder, { recursive: true });
  const dataset = await session.open(folder);
  const spec = await writeGatherSpec(dataset, {
    classes: flags.class,
    gather: {
      ...(flags.perClass === undefined ? {} : { perClass: flags.perClass }),
      ...(flags.provider === undefined ? {} : { providers: flags.provider }),
      ...(flags.licence === undefined ? {} : { licence: flags.licence }),
    },
  });
  session.say(gatherEstimate(spec).sentence);
  const web = await openCommandWeb(flags);
  try {
    const retry = flags.retry?.[0] === 'failed' ? 'failed' : flags.retry;
    const report = await gather(
      dataset,
      web,
      {
        keys: keysFrom(process.env),
        baseUrls: flags.baseUrl,
        ...(flags.class.length === 0 ? {} : { labels: flags.class.map(({ name }) => name) }),
        ...(retry === undefined ? {} : { retry }),
        by: 'cli',
      },
      (progress) => showProgress(session, progress),
      session.signal,
    );
    return ok(report, textOf(report, dir), exitOf(report));
  } finally {
    await web.dispose();
  }
};

const keysFrom = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    providers.flatMap(({ id, key }) => {
      const value = key ? env[key.env]?.trim() : undefined;
      return value === undefined || value === '' ? [] : [[id, value] as const];
    }),
  );

const ended: ReadonlySet<string> = new Set<ClassState>(['done', 'exhausted', 'stopped']);

const showProgress = (session: Session, { classes }: GatherProgress): void => {
  session.progress.tell(
    classes.map(({ label, gathered, wanted, downloading, found, rejected, state }) => {
      const refused = Object.values(rejected).reduce((sum, n) => sum + n, 0);
      return {
        key: label,
        step: `${String(Math.floor((10 * gathered) / wanted))} ${ended.has(state) ? state : ''}`,
        line: `${label} ${String(gathered)}/${String(wanted)}`,
        detail: `: ${state}, ${String(found)} found, ${String(downloading)} downloading, ${String(refused)} rejected`,
      };
    }),
  );
};

const exitOf = ({ classes }: GatherReport): Reply['exitCode'] => {
  if (classes.every(({ gathered, wanted }) => gathered >= wanted)) return exit.ok;
  return classes.every(({ gathered }) => gathered === 0) ? exit.nothingFound : exit.partial;
};

const textOf = (report: GatherReport, dir: string): string => {
  const isShort = report.classes.some(({ gathered, wanted }) => gathered < wanted);
  return [
    ...report.classes.map(({ label, gathered, wanted, rejected, state }) => {
      const refused = Object.entries(rejected).map(([reason, n]) => `${String(n)} ${reason}`);
      const why = gathered >= wanted ? '' : state === 'stopped' ? ' (stopped)' : ' (nothing more is to be found)';
      return `${label}: ${String(gathered)} of ${String(wanted)}${why}${refused.length === 0 ? '' : `; not taken: ${refused.join(', ')}`}`;
    }),
    ...report.providers.flatMap(({ id, failure, notes }) => [
      ...(failure ? [`${id}: ${failure.message}`] : []),
      ...notes.map((note) => `${id}: ${note}`),
    ]),
    ...report.overlaps.map(({ message }) => message),
    ...(isShort ? [`What is there is kept. Run it again to go on; winnow gather-report ${dir} lists every URL.`] : []),
  ].join('\n');
};

const gatherReportCommand = async (session: Session, dir: string): Promise<Reply> => {
  const report = await readGatherReport(await session.open(dir));
  const lines = report.rows.map(({ label, provider, rank, outcome, reason, url, path: place, message }) => {
    const what = outcome === 'gathered' ? `→ ${place ?? ''}` : `${reason ?? ''}: ${message}`;
    return `${outcome.padEnd(8)} ${label}  ${provider} ${String(rank)}  ${url}  ${what}`;
  });
  return ok(report, [...lines, textOf(report, dir)].join('\n'));
};

const creditsCommand = async (session: Session, dir: string): Promise<Reply> => {
  const report = await writeCredits(await session.open(dir), session.signal);
  const unknown =
    report.unlicensed === 0
      ? ''
      : ` Of ${String(report.unlicensed)} no licence is known: look before you publish them.`;
  return ok(report, `Wrote ${report.files.join(' and ')} for ${String(report.images)} images.${unknown}`);
};
