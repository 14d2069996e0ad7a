import type { Command } from 'commander';
import { fetchBackbone } from '../../app/fetchBackbone.js';
import { placeOwnFile } from '../../node/ownFiles.js';
import { openCommandWeb, type WebFlags } from '../openCommandWeb.js';
import { ok, type Reply, type RunCommand, type Session } from '../session.js';

interface FetchFlags extends WebFlags {
  readonly json?: boolean;
  readonly baseUrl?: string;
}

/** `backbones` and `fetch-backbone`, as rows of the command line's table. */
export const addBackboneCommands = (command: (name: string, description: string) => Command, run: RunCommand): void => {
  command('backbones', 'the pretrained networks that Winnow knows').action((o: { json?: boolean }) =>
    run((s) => backbonesCommand(s), o.json === true),
  );
  command('fetch-backbone', 'fetch one of them into the cache, once')
    .argument('<id>')
    .option('--base-url <url>', 'a mirror of your own, with the same paths')
    .option(
      '--allow-private-host <host:port>',
      'when the mirror is in your own network',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .action((id: string, o: FetchFlags) => run((s) => fetchCommand(s, id, o), o.json === true));
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const backbonesCommand = async (session: Session): Promise<Reply> => {
  const rows = await session.engine.catalogue(session.signal);
  const lines = rows.map(({ id, about, bytes, licence, isCached, url }) => {
    const state = isCached ? 'here' : url === null ? 'from a file' : 'to fetch';
    return `${id.padEnd(22)} ${megabytes(bytes).padStart(8)}  ${licence}  ${state.padEnd(11)}  ${about}`;
  });
  return ok({ backbones: rows }, lines.join('\n'));
};

const fetchCommand = async (session: Session, id: string, flags: FetchFlags): Promise<Reply> => {
  const web = await openCommandWeb(flags);
  try {
    const fetched = await fetchBackbone(
      { engine: session.engine, web, place: placeOwnFile },
      id,
      flags.baseUrl ?? null,
      (done, total) =>
        session.progress.tell([
          {
            key: id,
            step: String(Math.floor((10 * done) / total)),
            line: `${id} ${megabytes(done)} of ${megabytes(total)}`,
            detail: '',
          },
        ]),
      session.signal,
    );
    const text = fetched.isNew
      ? `Fetched ${id} (${megabytes(fetched.bytes)}) and checked it. The next train uses the best network that is here.`
      : `${id} is here already.`;
    return ok(fetched, text);
  } finally {
    await web.dispose();
  }
};
