// Reference: the same addresses by undici alone, with the same number at once; the bytes go nowhere.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

const [list, atOnce] = [process.argv[2], Number(process.argv[3])];
const urls = readFileSync(list, 'utf8').trim().split('\n');
const dispatcher = new Agent({ connections: atOnce, pipelining: 1 });
const started = performance.now();
let bytes = 0;
let next = 0;
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (next < urls.length) {
      const { body } = await request(urls[next++], { dispatcher });
      for await (const piece of body) bytes += piece.length;
    }
  }),
);
const ms = performance.now() - started;
await dispatcher.close();
console.log(JSON.stringify({ images: urls.length, bytes, ms }));
