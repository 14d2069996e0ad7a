import { WinnowError } from '../base/errors.js';
import { exit, exitCodeOf, type ExitCode } from './exitCodes.js';
import { isHelp, isUsageError, makeProgram } from './program.js';
import { Session, type Reply } from './session.js';

declare const WINNOW_VERSION: string;

/** The whole command line: one expected error is one line and an exit code; cancelled is silent. */
const main = async (args: readonly string[]): Promise<ExitCode> => {
  let code: ExitCode = exit.ok;
  const program = makeProgram(async (work, isJson) => {
    const announce = async (reply: Reply): Promise<void> => {
      session.progress.clear();
      await write(`${isJson ? JSON.stringify(reply.json) : reply.text}\n`);
    };
    const session = new Session(process.stderr, process.cwd(), announce);
    try {
      const reply = await work(session);
      if (reply) await announce(reply);
      code = reply?.exitCode ?? exit.ok;
    } finally {
      session.close();
    }
  }, WINNOW_VERSION);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (isHelp(error)) return exit.ok;
    if (isUsageError(error)) return exit.usage;
    if (!WinnowError.is(error, 'cancelled')) process.stderr.write(`${sentence(error)}\n`);
    return exitCodeOf(error);
  }
};

const sentence = (error: unknown): string => {
  if (WinnowError.is(error, 'unknown-label')) return `${error.message} (relabel … --new-class)`;
  if (WinnowError.is(error)) return error.message;
  return `Something unexpected went wrong. Your images and decisions are safe.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
};

/** Waits for a slow pipe, and ends quietly when the reader has gone (`winnow … | head`). */
const write = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve();
      else reject(error);
    });
    process.stdout.write(text, () => resolve());
  });

process.exitCode = await main(process.argv.slice(2));
