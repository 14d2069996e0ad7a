// Winnow: Choose Backbone…, against a catalogue served on this machine.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { seededRandom } from '../../src/base/random.js';
import { BackboneChoice, backboneItems } from '../../src/host/backboneChoice.js';
import type { Notices } from '../../src/host/notices.js';
import type { CatalogueRow } from '../../src/protocol/engine.js';
import { activated } from './winnow.js';

suite('the backbone', () => {
  const random = seededRandom(5);
  const bytes = Buffer.from(Uint8Array.from({ length: 200_000 }, () => random.below(256)));
  const asked: (string | undefined)[] = [];
  const offered: string[] = [];
  let folder: string;
  let server: http.Server;
  let served = bytes;
  let row: CatalogueRow;
  let choice: BackboneChoice;
  const settings = () => vscode.workspace.getConfiguration('winnow');
  const kept = new Map<string, unknown>();
  const memory = {
    keys: () => [...kept.keys()],
    get: (key: string) => kept.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  } as vscode.Memento;

  suiteSetup(async () => {
    await activated();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'winnow-backbone-'));
    server = http.createServer((request, response) => {
      asked.push(request.headers.range);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const rest = served.subarray(from);
      const range = `bytes ${String(from)}-${String(served.length - 1)}/${String(served.length)}`;
      response.writeHead(from > 0 ? 206 : 200, {
        'content-length': rest.length,
        ...(from > 0 ? { 'content-range': range } : {}),
      });
      response.end(rest);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    await settings().update(
      'gather.network',
      { allowPrivateHosts: [host], baseUrls: { backbones: `http://${host}` } },
      vscode.ConfigurationTarget.Global,
    );
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    row = {
      id: 'mobilenetv2-7',
      about: 'a network',
      sha256,
      bytes: bytes.length,
      licence: 'Apache-2.0',
      url: 'https://zoo.example/zoo/net.onnx',
      file: path.join(folder, 'backbones', `${sha256}.onnx`),
      isCached: false,
    };
    const notices = {
      offer: (message: string, action: string) => void offered.push(`${message} [${action}]`),
      tell: (message: string) => void offered.push(message),
    } as Partial<Notices> as Notices;
    choice = new BackboneChoice({
      engine: {
        catalogue: () => Promise.resolve([{ ...row, isCached: fs.existsSync(row.file) }]),
        resolveBackbone: () => Promise.reject(new Error('not asked here')),
      },
      notices,
      memory,
      openDatasets: () => [],
      train: () => undefined,
    });
  });
  suiteTeardown(async () => {
    for (const key of ['backbone', 'training.normalise', 'gather.network']) {
      await settings().update(key, undefined, vscode.ConfigurationTarget.Global);
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('the question tells what is here and what a download costs', () => {
    const [best, embedded, net, file] = backboneItems([row], 'embedded');
    assert.match(best!.label, /best that is here/);
    assert.match(embedded!.label, /\$\(check\) embedded/);
    assert.match(net!.label, /cloud-download/);
    assert.equal(net!.description, 'download 0.2 MB · Apache-2.0');
    assert.match(file!.label, /ONNX/);
    assert.match(backboneItems([{ ...row, isCached: true }], '')[2]!.description ?? '', /^here/);
    assert.equal(backboneItems([{ ...row, url: null }], '').length, 3);
  });

  test('another file than the catalogue’s ends in a sentence, and nothing is set', async () => {
    served = Buffer.from(bytes);
    served[1000]! ^= 1;
    await assert.rejects(choice.choose(row.id), (error: { code?: string; message: string }) => {
      assert.equal(error.code, 'bad-model');
      assert.match(error.message, /mobilenetv2-7.*Nothing else was changed/s);
      return true;
    });
    assert.equal(fs.existsSync(row.file), false);
    assert.equal(settings().get('backbone'), '');
    served = bytes;
  });

  test('a part that came before is gone on with; the setting names the network; the next time nothing is fetched', async () => {
    fs.mkdirSync(path.dirname(row.file), { recursive: true });
    fs.writeFileSync(`${row.file}.part`, bytes.subarray(0, 60_000));
    await settings().update('training.normalise', 'unit', vscode.ConfigurationTarget.Global);
    asked.length = 0;
    assert.equal(await choice.choose(row.id), row.id);
    assert.deepEqual(fs.readFileSync(row.file), bytes);
    assert.deepEqual(asked, ['bytes=60000-']);
    assert.equal(settings().get('backbone'), row.id);
    assert.equal(settings().get('training.normalise'), '', 'the scaling of another network is gone');
    assert.match(offered.at(-1) ?? '', /next training looks at photos with mobilenetv2-7/);
    await choice.choose(row.id);
    assert.equal(asked.length, 1);
  });

  test('the question is answered by the keyboard', async () => {
    const chosen = choice.choose();
    let isAnswered = false;
    void chosen.finally(() => (isAnswered = true));
    while (!isAnswered) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await new Promise((resume) => setTimeout(resume, 50));
    }
    assert.equal(await chosen, row.id, 'the current one is in front');
  });

  test('who trained on the embedded network hears once of a better one, its size and its licence', async () => {
    assert.equal(await choice.offerPretrained('embedded'), false, 'they chose a network of their own');
    await settings().update('backbone', undefined, vscode.ConfigurationTarget.Global);
    assert.equal(await choice.offerPretrained(row.id), false);
    assert.equal(await choice.offerPretrained('embedded'), true);
    assert.match(offered.at(-1) ?? '', /mobilenetv2-7, 0\.2 MB, Apache-2\.0.*\[Choose Backbone…\]/);
    assert.equal(await choice.offerPretrained('embedded'), false);
  });
});
