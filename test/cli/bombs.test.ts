/** What answers that would fill the memory cost the command line: as little as answers that would not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GatherReport } from '../../src/core/gather/report.js';
import { startHostileServer, type BehaviourName, type HostileServer } from '../fakes/hostileServer.js';
import { runWatched, type Watched } from './peakMemory.js';

const MiB = 1024 * 1024;
let scratch: string;
let server: HostileServer;
beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-bombs-'));
  server = await startHostileServer();
});
afterAll(async () => {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Eight at a time from one host, sixteen in all. */
const imported = (name: BehaviourName): Promise<Watched<GatherReport>> => {
  const urls = Array.from({ length: 16 }, (_, n) => `${server.url(name)}?${String(n)}`);
  writeFileSync(path.join(scratch, `${name}.txt`), urls.join('\n'));
  const flags = ['--label', 'thing', '--allow-private-host', server.hostPort, '--per-host', '8'];
  return runWatched(['import', name, `${name}.txt`, ...flags], scratch, path.join(scratch, `${name}-home`));
};

test.skipIf(process.platform !== 'linux')(
  `bombs cost no memory${process.platform === 'linux' ? '' : ' (skipped: reads /proc)'}`,
  async () => {
    const plain = await imported('good');
    const reasonsOf = ({ out }: Watched<GatherReport>): unknown[] => [...new Set(out.rows.map(({ reason }) => reason))];
    expect(reasonsOf(plain)).toEqual(['too-small']);
    const growth: Record<string, number> = {};
    for (const [name, reason] of [
      ['gzip-bomb', 'encoded'],
      ['huge-declared', 'too-large'],
      ['endless-body', 'too-large'],
    ] as const) {
      const bombed = await imported(name);
      expect([name, reasonsOf(bombed)]).toEqual([name, [reason]]);
      expect(bombed.out.rows).toHaveLength(16);
      growth[name] = Math.max(0, bombed.own - plain.own) / MiB;
      expect(growth[name]).toBeLessThan(64);
    }
    console.log(`${String(Math.round(plain.own / MiB))} MiB on plain files, MiB more on bombs:`, growth);
  },
);
