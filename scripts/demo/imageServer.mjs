// A loopback image search over a folder of class folders, in Openverse's shape: what `npm run demo` gathers from.
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';

/** Originals before their copies. */
const byStem = (a, b) => (path.parse(a).name < path.parse(b).name ? -1 : 1);

/** @param queries search term → class folder.  @param delayMs before each picture.  @returns base address, `host:port`, what was asked, and how to end it. */
export const startImageServer = async (folder, queries, { delayMs = 0 } = {}) => {
  const requests = [];
  const server = http.createServer((request, response) => {
    requests.push(request.url);
    const url = new URL(request.url, 'http://localhost');
    const answer = (status, type, body) => {
      response.writeHead(status, { 'content-type': type, 'content-length': body.length });
      response.end(body);
    };
    const file = /^\/files\/([\w-]+)\/([\w.-]+)$/.exec(url.pathname);
    if (file) {
      setTimeout(() => answer(200, 'image/jpeg', readFileSync(path.join(folder, file[1], file[2]))), delayMs);
      return;
    }
    if (url.pathname !== '/v1/images/') return answer(404, 'text/plain', Buffer.from('Not found'));
    const kind = queries[url.searchParams.get('q')];
    const names = kind === undefined ? [] : readdirSync(path.join(folder, kind)).sort(byStem);
    const size = Number(url.searchParams.get('page_size') ?? 20);
    const page = Number(url.searchParams.get('page') ?? 1);
    const results = names.slice((page - 1) * size, page * size).map((name) => ({
      id: `${kind}-${name}`,
      title: path.parse(name).name,
      url: `${base}/files/${kind}/${name}`,
      foreign_landing_url: `${base}/pages/${kind}/${name}`,
      thumbnail: `${base}/files/${kind}/${name}`,
      creator: 'The demo',
      license: 'cc0',
      license_version: '1.0',
      license_url: 'https://creativecommons.org/publicdomain/zero/1.0/',
      attribution: `"${path.parse(name).name}" by The demo is marked with CC0 1.0.`,
      width: 400,
      height: 300,
    }));
    const body = {
      result_count: names.length,
      page_count: Math.ceil(names.length / size),
      page_size: size,
      page,
      results,
    };
    answer(200, 'application/json', Buffer.from(JSON.stringify(body)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${server.address().port}`;
  const base = `http://${host}`;
  return {
    base,
    host,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
};
