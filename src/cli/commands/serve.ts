import { InvalidArgumentError, type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { namedRun } from '../../app/namedRun.js';
import { serveModel } from '../../app/serveModel.js';
import { isOpenToOthers } from '../../node/http/hostPolicy.js';
import { openPictureServer, serveLimits } from '../../node/http/pictureServer.js';
import { makeOwnFolder, removeOwnFolder, writeOwnFile } from '../../node/ownFiles.js';
import { ok, type RunCommand, type Session } from '../session.js';

export interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly run?: string;
  readonly allowOrigin?: readonly string[];
}

/** Answers until it is stopped; says where as soon as it listens. */
const serveCommand = async (session: Session, dir: string, flags: ServeFlags): Promise<null> => {
  const dataset = await session.open(dir);
  const config = namedRun(dataset.name, await dataset.snapshot(session.signal), flags.run ?? null);
  const parent = path.join(dataset.store.cacheDir, 'serve');
  const folder = await makeOwnFolder(parent);
  try {
    const service = serveModel(
      dataset,
      config,
      {
        folder,
        write: (name, text) => writeOwnFile(path.join(folder, name), text, false),
        read: (name) => readFile(path.join(folder, name)),
      },
      session.log,
    );
    const server = await openPictureServer({
      at: { host: flags.host, port: flags.port },
      service,
      allowOrigins: flags.allowOrigin ?? [],
      folder,
      limits: serveLimits,
      log: session.log,
    });
    if (isOpenToOthers(flags.host)) {
      session.say('Everybody who reaches this address can ask the model and sees the paths of the nearest photos.');
    }
    await session.announce(
      ok(
        { url: server.url, run: config.run },
        `${dataset.name}, run ${config.run}, answers at ${server.url}\nPOST a picture to ${server.url}predict, or open it in a browser. Ctrl-C ends it.`,
      ),
    );
    await stopped(session.signal);
    await server.close();
  } finally {
    await removeOwnFolder(folder, parent);
  }
  return null;
};

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

export const addServeCommand = (
  command: (name: string, description: string) => Command,
  run: RunCommand,
  wholeNumber: (least: number) => (text: string) => number,
): void => {
  const port = (text: string): number => {
    const n = wholeNumber(0)(text);
    if (n > 65535) throw new InvalidArgumentError('ports end at 65535.');
    return n;
  };
  command('serve', 'answer over HTTP: POST a picture, or open the app in a browser')
    .argument('<dir>')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <n>', '0 = any that is free', port, 0)
    .option('--run <run>', 'default: the newest')
    .option('--allow-origin <origin...>', 'pages of other sites that may ask, as https://example.org')
    .action((dir: string, o: ServeFlags & { json?: boolean }) => run((s) => serveCommand(s, dir, o), o.json === true));
};
