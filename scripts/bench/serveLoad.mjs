// Good, broken and hostile requests for `winnow serve`, each with the answers that it may get; for the bench and for a test.
import http from 'node:http';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { seeded } from '../seeded.mjs';

const MiB = 1024 * 1024;
const uint32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const heic = Buffer.concat([uint32(24), Buffer.from('ftypheic\0\0\0\0mif1heic'), Buffer.alloc(2000, 7)]);
/** A PNG that claims 40,000 × 40,000 pixels. */
const bomb = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  uint32(13),
  Buffer.from('IHDR'),
  uint32(40_000),
  uint32(40_000),
  Buffer.from([8, 2, 0, 0, 0, 0, 0, 0, 0]),
  uint32(0),
  Buffer.from('IDAT'),
]);
const noise = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919 + 13) % 251));
const form = Buffer.from(
  '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nabc\r\n--x--\r\n',
);

/** The answer's status, body and time; null = the connection ended without one. */
const ask = ({ port, method = 'POST', path = '/predict', headers = {}, body = null, chunked = false, agent }) =>
  new Promise((resolve) => {
    const started = performance.now();
    const length = body === null || chunked ? {} : { 'Content-Length': body.length };
    const request = http.request({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent,
      headers: { ...length, ...headers },
    });
    request.on('error', () => resolve(null));
    request.on('response', (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', () => resolve(null));
      response.on('end', () => {
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(pieces),
          ms: performance.now() - started,
        });
        if (!request.writableFinished) request.destroy();
      });
    });
    if (body === null) request.end();
    else if (chunked) {
      let at = 0;
      const next = () => {
        while (at < body.length && !request.destroyed) {
          const piece = body.subarray(at, (at += 65536));
          if (!request.write(piece)) {
            request.once('drain', next);
            return;
          }
        }
        request.end();
      };
      next();
    } else request.end(body);
  });

/** Bytes as they are; the status line's number, or null. */
const askRaw = ({ port, bytes, leaveAfterMs = null }) =>
  new Promise((resolve) => {
    const started = performance.now();
    const socket = net.connect(port, '127.0.0.1');
    let said = Buffer.alloc(0);
    socket.on('data', (piece) => (said = Buffer.concat([said, piece])));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const text = said.toString('latin1');
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
      const body = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1');
      resolve(
        status === undefined ? null : { status: Number(status), body, headers: {}, ms: performance.now() - started },
      );
    });
    socket.write(bytes);
    if (leaveAfterMs !== null) setTimeout(() => socket.destroy(), leaveAfterMs);
  });

const head = (port, lines) =>
  `POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${String(port)}\r\n${lines.join('\r\n')}\r\n\r\n`;

/** Each kind: which answers are right, how often among a hundred, and how it asks. `none` = no answer is due. */
export const kinds = ({ port, pictures, maxBytes = 25 * MiB, agent }) => {
  const one = (random) => pictures[random.below(pictures.length)];
  const post = (body, more = {}) => ask({ port, agent, body, ...more });
  const get = (path, more = {}) => ask({ port, agent, method: 'GET', path, ...more });
  return {
    good: { weight: 40, right: [200], go: (random) => post(one(random)) },
    'good in pieces': { weight: 6, right: [200], go: (random) => post(one(random), { chunked: true }) },
    health: { weight: 4, right: [200], go: () => get('/health') },
    app: { weight: 1, right: [200], go: (random) => get(['/', '/app.js', '/app.css'][random.below(3)]) },
    empty: { weight: 3, right: [400], go: () => post(Buffer.alloc(0)) },
    'text renamed': { weight: 3, right: [422], go: () => post(Buffer.from('hello, I am a picture\n'.repeat(50))) },
    truncated: {
      weight: 4,
      right: [422],
      go: (random) => post(one(random).subarray(0, 900)),
    },
    noise: { weight: 3, right: [422], go: () => post(noise) },
    heic: { weight: 2, right: [422], go: () => post(heic) },
    bomb: { weight: 2, right: [422], go: () => post(bomb) },
    'too large, said': {
      weight: 1,
      right: [413],
      go: () => post(Buffer.alloc(64), { headers: { 'Content-Length': maxBytes + 1 } }).then((answer) => answer),
    },
    'too large, in pieces': { weight: 1, right: [413], go: () => post(Buffer.alloc(maxBytes + 1), { chunked: true }) },
    form: {
      weight: 2,
      right: [415],
      go: () => post(form, { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } }),
    },
    packed: {
      weight: 2,
      right: [415],
      go: () => post(gzipSync(Buffer.alloc(MiB)), { headers: { 'Content-Encoding': 'gzip' } }),
    },
    'wrong method': { weight: 2, right: [405], go: () => ask({ port, agent, method: 'DELETE', path: '/predict' }) },
    'no such page': { weight: 2, right: [404], go: () => get('/admin') },
    'path out of the folder': {
      weight: 3,
      right: [404],
      go: (random) =>
        get(
          [
            '/../../../../etc/passwd',
            '/%2e%2e/%2e%2e/etc/passwd',
            '/..\\..\\etc\\passwd',
            '//etc/passwd',
            '/model.check.json',
          ][random.below(5)],
        ),
    },
    'a file by name': {
      weight: 2,
      right: [400],
      go: () => post(Buffer.alloc(0), { path: '/predict?file=/etc/passwd' }),
    },
    'another host': {
      weight: 3,
      right: [421],
      go: (random) => post(one(random), { headers: { Host: 'evil.example' } }),
    },
    'another origin': {
      weight: 3,
      right: [403],
      go: (random) => post(one(random), { headers: { Origin: 'https://evil.example' } }),
    },
    'no http': { weight: 2, right: [400], go: () => askRaw({ port, bytes: '\x16\x03\x01 hello\r\n\r\n' }) },
    'huge headers': {
      weight: 1,
      right: [431],
      go: () => askRaw({ port, bytes: head(port, [`X-Long: ${'a'.repeat(40_000)}`]) }),
    },
    'broken pieces': {
      weight: 2,
      right: [400],
      go: () => askRaw({ port, bytes: `${head(port, ['Transfer-Encoding: chunked'])}zz\r\nnonsense\r\n` }),
    },
    'two lengths': {
      weight: 1,
      right: [400],
      go: () => askRaw({ port, bytes: `${head(port, ['Content-Length: 3', 'Transfer-Encoding: chunked'])}0\r\n\r\n` }),
    },
    'leaves in the middle': {
      weight: 3,
      right: ['none'],
      go: (random) =>
        askRaw({
          port,
          bytes: Buffer.concat([Buffer.from(head(port, ['Content-Length: 900000'])), one(random).subarray(0, 5000)]),
          leaveAfterMs: 20,
        }),
    },
    'leaves before the answer': {
      weight: 2,
      right: ['none', 200],
      go: (random) => {
        const body = one(random);
        return askRaw({
          port,
          bytes: Buffer.concat([Buffer.from(head(port, [`Content-Length: ${String(body.length)}`])), body]),
          leaveAfterMs: 3,
        });
      },
    },
  };
};

/**
 * Asks `concurrency` at a time until `isOver(asked)`; one random sequence, whatever the timing.
 * Answers counts by kind and status, what was not right, sentences that were missing, and the times of good answers.
 */
export const load = async ({ port, pictures, concurrency = 32, seed = 1, isOver, retryBusy = true }) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const table = kinds({ port, pictures, agent });
  const lottery = Object.entries(table).flatMap(([name, { weight }]) => Array.from({ length: weight }, () => name));
  const random = seeded(seed);
  const counts = {};
  const wrong = [];
  const speechless = [];
  const goodMs = [];
  let asked = 0;
  let busy = 0;
  const lane = async () => {
    while (!isOver(asked)) {
      asked++;
      const name = lottery[random.below(lottery.length)];
      const kind = table[name];
      let answer = await kind.go(random);
      while (answer?.status === 503 && retryBusy) {
        busy++;
        await new Promise((resolve) => setTimeout(resolve, 1000));
        answer = await kind.go(random);
      }
      const status = answer?.status ?? 'none';
      counts[name] = { ...counts[name], [status]: (counts[name]?.[status] ?? 0) + 1 };
      if (!kind.right.includes(status)) wrong.push({ name, status, said: answer?.body.toString().slice(0, 200) });
      if (name.startsWith('good') && status === 200) goodMs.push(answer.ms);
      if (typeof status === 'number' && status >= 400 && !hasSentence(answer.body)) speechless.push({ name, status });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  agent.destroy();
  return { asked, busy, counts, wrong, speechless, goodMs: goodMs.sort((a, b) => a - b) };
};

const hasSentence = (body) => {
  try {
    return /^[A-Z].*\.$/s.test(JSON.parse(body.toString()).error.message);
  } catch {
    return false;
  }
};
