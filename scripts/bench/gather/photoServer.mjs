// A loopback image search in a process of its own: photos from memory, each after a latency. Prints its address when it listens.
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const [folder, latency] = [process.argv[2], Number(process.argv[3])];
const photos = new Map(
  readdirSync(folder).flatMap((label) =>
    readdirSync(path.join(folder, label))
      .sort()
      .map((name) => [`/files/${label}/${name}`, readFileSync(path.join(folder, label, name))]),
  ),
);

const server = http.createServer((request, response) => {
  const answer = (status, type, body) => {
    response.writeHead(status, { 'content-type': type, 'content-length': body.length });
    response.end(body);
  };
  const photo = photos.get(request.url);
  if (photo) {
    setTimeout(answer, latency, 200, 'image/jpeg', photo);
    return;
  }
  const url = new URL(request.url, 'http://localhost');
  const query = url.searchParams.get('q');
  const found = [...photos.keys()].filter((at) => at.startsWith(`/files/${query}/`));
  const [size, page] = [Number(url.searchParams.get('page_size') ?? 20), Number(url.searchParams.get('page') ?? 1)];
  const results = found.slice((page - 1) * size, page * size).map((at) => ({
    id: at,
    title: at,
    url: base + at,
    foreign_landing_url: `${base}/pages${at}`,
    license: 'cc0',
    license_url: 'https://creativecommons.org/publicdomain/zero/1.0/',
    creator: 'The bench',
  }));
  const body = {
    result_count: found.length,
    page_count: Math.ceil(found.length / size),
    page_size: size,
    page,
    results,
  };
  setTimeout(answer, latency, 200, 'application/json', Buffer.from(JSON.stringify(body)));
});
let base = '';
server.listen(0, '127.0.0.1', () => {
  base = `http://127.0.0.1:${server.address().port}`;
  console.log(base);
});
