/** The editor's proxy: asked for public names, and still never for addresses that are not public. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { openWeb } from '../../../src/node/web/openWeb.js';

afterEach(() => vi.unstubAllEnvs());

it('goes through the proxy that it is given, and the guard stays before it', async () => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'])
    vi.stubEnv(name, '');
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('from the proxy');
  });
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\nfrom the proxy'));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const web = openWeb({ proxy: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}` });
  try {
    const answer = await web.get({ url: 'http://pictures.example/a', headers: {} });
    expect(answer).toMatchObject({ ok: true, reply: { body: 'from the proxy' } });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('pictures.example');
    for (const url of ['http://10.0.0.1/a', 'http://localhost/a', 'http://169.254.169.254/latest']) {
      expect(await web.get({ url, headers: {} })).toMatchObject({ ok: false, failure: 'private-address' });
    }
    expect(asked).toHaveLength(1);
  } finally {
    await web.dispose();
    proxy.close();
  }
});
