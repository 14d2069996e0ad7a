/** Every way to write an address that is not the public internet, and none of them is connected to. */
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressProblem, isPublicAddress } from '../../../src/node/web/addressPolicy.js';
import { openWeb } from '../../../src/node/web/openWeb.js';

const none = new Set<string>();
const refused: readonly string[] = [
  // Loopback, in every spelling that a URL allows.
  'http://127.0.0.1/',
  'http://127.0.0.2/',
  'http://127.255.255.254/',
  'http://127.1/',
  'http://127.0.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://017700000001/',
  'http://0x7f.0.0.0x1/',
  'http://１２７.０.０.１/',
  'http://127。0。0。1/',
  'http://①②⑦.0.0.1/',
  'http://127.0.0.1./',
  'http://localhost/',
  'http://LOCALHOST/',
  'http://localhost./',
  'http://a.localhost/',
  'http://localhost.localdomain/',
  'http://ｌｏｃａｌｈｏｓｔ/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::]/',
  // This network, and nothing.
  'http://0.0.0.0/',
  'http://0/',
  'http://0.1.2.3/',
  // Private networks.
  'http://10.0.0.1/',
  'http://10.255.255.255/',
  'http://0xa.0.0.1/',
  'http://167772161/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.0.1/',
  'http://192.168.1.254/',
  'http://3232235521/',
  'http://0300.0250.0.1/',
  'http://100.64.0.1/',
  'http://100.127.255.255/',
  // Link-local, and the address where clouds keep secrets.
  'http://169.254.169.254/latest/meta-data',
  'http://0xa9fea9fe/',
  'http://2852039166/',
  'http://[fe80::1]/',
  'http://[febf::1]/',
  'http://[fd00:ec2::254]/',
  // Unique local, site local.
  'http://[fc00::1]/',
  'http://[fdff:ffff::1]/',
  'http://[fec0::1]/',
  // IPv4 inside IPv6.
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[::ffff:8.8.8.8]/',
  'http://[::127.0.0.1]/',
  'http://[::7f00:1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::1]/',
  'http://[2002:7f00:1::]/',
  'http://[2002:a00:1::1]/',
  'http://[2001:0:7f00:1::]/',
  'http://[::ffff:0:127.0.0.1]/',
  // Multicast, broadcast, reserved, documentation, benchmarks.
  'http://224.0.0.1/',
  'http://239.255.255.255/',
  'http://255.255.255.255/',
  'http://240.0.0.1/',
  'http://[ff02::1]/',
  'http://[ff0e::1]/',
  'http://192.0.0.1/',
  'http://192.0.2.1/',
  'http://198.51.100.7/',
  'http://203.0.113.9/',
  'http://198.18.0.1/',
  'http://198.19.255.255/',
  'http://192.88.99.1/',
  'http://[2001:db8::1]/',
  'http://[3fff::1]/',
  'http://[100::1]/',
  'http://[5f00::1]/',
  // Names of this network.
  'http://intranet/',
  'http://printer/',
  'http://nas.local/',
  'http://metadata.google.internal/',
  'http://router.lan/',
  'http://wiki.corp/',
  'http://box.home.arpa/',
  // Ports that are no web server's.
  'http://example.com:22/',
  'http://example.com:8080/',
  'https://example.com:6379/',
  'http://example.com:25/',
  // Not the web at all, or with a password.
  'ftp://example.com/',
  'file:///etc/passwd',
  'data:image/png;base64,AAAA',
  'javascript:alert(1)',
  'blob:https://example.com/1',
  'http://user:secret@example.com/',
  'http://example.com@127.0.0.1/',
];
const allowed: readonly string[] = [
  'http://example.com/',
  'https://example.com/a.jpg',
  'https://example.com:443/',
  'http://example.com:80/',
  'http://8.8.8.8/',
  'http://172.15.0.1/',
  'http://172.32.0.1/',
  'http://100.63.255.255/',
  'http://[2606:4700::1111]/',
  'https://upload.wikimedia.org/a.jpg',
  'https://bücher.example/',
];

describe('the address table', () => {
  it('holds at least eighty forms', () => {
    expect(refused.length).toBeGreaterThanOrEqual(80);
  });

  it.each(refused)('refuses %s', (url) => {
    expect(addressProblem(new URL(url), none)).not.toBeNull();
  });

  it.each(allowed)('allows %s', (url) => {
    expect(addressProblem(new URL(url), none)).toBeNull();
  });

  it('allows exactly the host and port that a person names', () => {
    const mine = new Set(['10.0.0.5:8080', 'nas.local:80']);
    expect(addressProblem(new URL('http://10.0.0.5:8080/a.jpg'), mine)).toBeNull();
    expect(addressProblem(new URL('http://nas.local/a.jpg'), mine)).toBeNull();
    expect(addressProblem(new URL('http://10.0.0.5/a.jpg'), mine)).not.toBeNull();
    expect(addressProblem(new URL('http://10.0.0.6:8080/a.jpg'), mine)).not.toBeNull();
  });

  it('takes nothing for an address that is none', () => {
    for (const text of ['', 'example.com', '1.2.3', 'fe80::1%eth0', '2606:4700::1111%1', '::g']) {
      expect(isPublicAddress(text), text).toBe(false);
    }
  });
});

describe('connections', () => {
  let server: Server;
  let connections = 0;
  beforeAll(async () => {
    server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  it('are not made to any of them, whatever the port', async () => {
    const { port } = server.address() as AddressInfo;
    const web = openWeb({ perHost: 8, global: 64 });
    const urls = refused
      .filter((url) => url.startsWith('http:'))
      .map((url) => {
        const at = new URL(url);
        at.port = String(port);
        return at.href;
      });
    const outcomes = await Promise.all([...refused, ...urls].map((url) => web.get({ url, headers: {} })));
    expect(outcomes.filter(({ ok }) => ok)).toEqual([]);
    expect(connections).toBe(0);
    await web.dispose();
  });

  it('are not made to a name that leads here, nor to one that changes its mind', async () => {
    const answers = [['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['::1'], ['169.254.169.254']];
    let asked = 0;
    const lookup = ((_name: string, _options: unknown, callback: (error: null, list: unknown) => void) => {
      const list = answers[asked++ % answers.length]!;
      callback(
        null,
        list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as never;
    const web = openWeb({ lookup });
    for (let i = 0; i < answers.length; i++) {
      const outcome = await web.get({ url: `http://rebinding${String(i)}.example/`, headers: {} });
      expect(outcome).toMatchObject({ ok: false, failure: 'private-address' });
    }
    // Asked once a connection: what was checked is what is used.
    expect(asked).toBe(answers.length);
    expect(connections).toBe(0);
    await web.dispose();
  });
});
