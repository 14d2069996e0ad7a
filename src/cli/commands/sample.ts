import path from 'node:path';
import type { Command } from 'commander';
import { makeSample } from '../../app/makeSample.js';
import { inNewFolder } from '../../node/newFolder.js';
import { writeOwnFile } from '../../node/ownFiles.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

interface SampleFlags {
  readonly seed: number;
  readonly key?: string;
  readonly json?: boolean;
}

const sampleCommand = async (session: Session, dir: string, flags: SampleFlags): Promise<Reply> => {
  const absolute = path.resolve(session.cwd, dir);
  const request = { dir: absolute, seed: flags.seed };
  const { report, key } = await makeSample(session.engine, request, inNewFolder, session.progress.show, session.signal);
  if (flags.key !== undefined) {
    await writeOwnFile(
      path.resolve(session.cwd, flags.key),
      JSON.stringify({ seed: flags.seed, planted: key }, null, 2),
    );
  }
  return ok(report, `Wrote ${String(report.files)} files to ${dir}. Next: winnow train ${dir}`);
};

export const addSampleCommand = (
  command: (name: string, description: string) => Command,
  run: RunCommand,
  wholeNumber: (least: number) => (text: string) => number,
): void => {
  command('sample', 'write a sample dataset with planted mistakes, to try things on')
    .argument('<dir>', 'a folder that is not there yet')
    .option('--seed <n>', 'the same seed gives the same pictures', wholeNumber(0), 1)
    .option('--key <file>', 'also write down what was planted')
    .action((dir: string, flags: SampleFlags) => run((s) => sampleCommand(s, dir, flags), flags.json === true));
};
