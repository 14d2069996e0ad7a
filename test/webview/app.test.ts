/** The handed-over page, opened from its file with the network off: it answers like the product, and nothing in it runs but itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crc32 } from '../../src/base/crc32.js';
import { seededRandom } from '../../src/base/random.js';
import { htmlFile } from '../../src/engine/export/appFiles.js';
import { violations } from './accessibility.js';
import { cli, HandedOver, root, rowsOf } from './handedOver.js';
import { chromiumPath, mustSkip, why } from './harness.js';
import { shoot } from './shots.js';

describe.skipIf(mustSkip)(`the handed-over page${why}`, () => {
  let handed: HandedOver;
  let pictures: readonly string[];
  beforeAll(async () => {
    handed = await HandedOver.make();
    ({ pictures } = handed);
  }, 400_000);
  afterAll(async () => {
    await handed.end();
  });

  it('opened from its file, offline, gives the answers of winnow predict', async () => {
    const { page, faults } = await handed.openFile();
    await handed.answersLikeTheProduct(page);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('does not know pictures unlike all it was made from, says so, and never says otherwise than the product', async () => {
    const random = seededRandom(1);
    const strangers: Readonly<Record<string, (x: number, y: number) => number>> = {
      black: () => 0,
      white: () => 255,
      noise: () => random.below(256),
      stripes: (x) => (x % 16 < 8 ? 0 : 255),
      checks: (x, y) => (((x >> 4) + (y >> 4)) % 2) * 255,
      ramp: (x) => x,
    };
    const files: string[] = [];
    for (const [name, valueAt] of Object.entries(strangers)) {
      const raw = Uint8Array.from({ length: 256 * 256 }, (_, at) => valueAt(at % 256, at >> 8));
      files.push(path.join(handed.scratch, `${name}.png`));
      await sharp(raw, { raw: { width: 256, height: 256, channels: 1 } })
        .png()
        .toFile(files.at(-1)!);
    }
    const predictions = handed.predict(...files);
    expect(predictions.map(({ certainty }) => certainty)).toContain('unseen');
    const { page } = await handed.openFile();
    await page.locator('input[type=file]').setInputFiles(files);
    await page
      .locator('.verdict')
      .nth(files.length - 1)
      .waitFor();
    const [, ...rows] = await rowsOf(page);
    expect(rows.map(([file, , certainty]) => [file, certainty])).toEqual(
      predictions.map(({ path: at, certainty }) => [path.basename(at), certainty]),
    );
    expect(await page.locator('.verdict').allTextContents()).toContainEqual(
      expect.stringContaining('never seen anything like it'),
    );
    await page.context().close();
  });

  it('works as a site under its own strict policy, and fetches nothing for a GPU where there is none', async () => {
    await handed.served(async (url, asked) => {
      const { page, faults } = await handed.open(url, 1280, false);
      await handed.answersLikeTheProduct(page);
      expect(faults).toEqual([]);
      expect(asked).not.toContain('ort.webgpu.js');
      await page.context().close();
    });
  });

  it('goes on with WebGPU as a site once a picture was answered alike, and else on the processor', async () => {
    const withGpu = await chromium.launch({
      executablePath: chromiumPath!,
      // A software GPU: slow, so the page takes it only when asked to.
      args: [
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--enable-unsafe-webgpu',
        '--use-webgpu-adapter=swiftshader',
        '--enable-features=Vulkan',
      ],
    });
    try {
      await handed.served(async (url, asked) => {
        const page = await withGpu.newPage();
        await page.goto(`${url}?device=webgpu`);
        const hasAdapter = await page.evaluate(async () => {
          const { gpu } = navigator as { gpu?: { requestAdapter: () => Promise<unknown> } };
          return ((await gpu?.requestAdapter()) ?? null) !== null;
        });
        if (hasAdapter) {
          const told = page.locator('.device');
          await told.waitFor({ timeout: 180_000 });
          expect(Number(/at most ([\d.e+-]+) apart/.exec((await told.textContent()) ?? '')?.[1])).toBeLessThan(1e-3);
        }
        await page.locator('input[type=file]').setInputFiles([pictures[0]!]);
        await page.locator('.verdict').waitFor({ timeout: 60_000 });
        const [head, row] = await rowsOf(page);
        const [prediction] = handed.predict(pictures[0]!);
        head!.slice(3).forEach((name, at) => {
          expect(Math.abs(prediction!.probabilities[name.slice(2, -1)]! - Number(row![at + 3]))).toBeLessThan(1e-3);
        });
        expect(asked.includes('ort.webgpu.js')).toBe(hasAdapter);
      });
    } finally {
      await withGpu.close();
    }
  }, 300_000);

  it('runs nothing that a class name holds, and shows it as text', async () => {
    const classes = [
      '</script><script>window.hit=1</script>',
      '<img src=x onerror="window.hit=1">',
      '=1+1',
      'שלום "🦐"',
    ];
    const model = readFileSync(path.join(handed.scratch, 'onnx/model.onnx'));
    const made = await htmlFile(
      path.join(root, 'dist/webview'),
      {
        name: '<!--<script>window.hit=1</script>',
        run: 'r',
        classes,
        domain: null,
        facts: { near: null, pictures: null, seen: '' },
      },
      model,
    );
    writeFileSync(path.join(handed.scratch, 'hostile.html'), made.content);
    const { page, faults } = await handed.openFile('hostile.html');
    await page.locator('input[type=file]').setInputFiles([pictures[0]!]);
    await page.locator('.classes li').first().waitFor();
    expect((await page.locator('.classes bdi').allTextContents()).sort()).toEqual([...classes].sort());
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
    expect(await page.locator('h1').textContent()).toBe('<!--<script>window.hit=1</script>');
    expect((await rowsOf(page))[0]).toContain('p(=1+1)');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('says a sentence for what is no picture, and for a refused camera', async () => {
    const { page } = await handed.openFile();
    await page.locator('input[type=file]').setInputFiles([
      { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture at all') },
      { name: 'cut.png', mimeType: 'image/png', buffer: readFileSync(pictures[0]!).subarray(0, 40) },
      { name: 'phone.heic', mimeType: 'image/heic', buffer: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic') },
      { name: 'vast.png', mimeType: 'image/png', buffer: pngClaiming(20_000, 15_000) },
      { name: 'empty.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(0) },
    ]);
    await page.locator('.card .trouble').nth(4).waitFor();
    expect(await page.locator('.card .trouble').allTextContents()).toEqual([
      'The file is empty.',
      'The picture has more than 50 million pixels. Make it smaller and try again.',
      'This browser cannot read HEIC photos. Convert it to JPEG and try again.',
      'This PNG file is damaged, too large, or of a kind that this browser cannot read.',
      'This is not a picture that the browser can read.',
    ]);
    await page.getByRole('button', { name: 'Camera' }).click();
    await page.locator('main > .trouble').waitFor();
    expect(await page.locator('main > .trouble').textContent()).toMatch(/[Cc]amera.*[Cc]hoose a file/);
    await page.context().close();
  });

  it('looks at the first frame of a GIF and says so', async () => {
    const { page } = await handed.openFile();
    const frames = await sharp(pictures[0]).resize(64, 64).gif().toBuffer();
    await page.locator('input[type=file]').setInputFiles([{ name: 'a.gif', mimeType: 'image/gif', buffer: frames }]);
    await page.locator('.verdict').waitFor();
    expect(await page.locator('.card').textContent()).toContain('Of a GIF only the first frame is looked at.');
    await page.context().close();
  });

  it.each([
    ['NotAllowedError', /camera was refused.*choose a file/],
    ['NotFoundError', /no camera here.*Choose a file/],
    ['NotReadableError', /could not be opened.*Choose a file/],
  ])('a camera that ends in %s ends in its sentence', async (name, told) => {
    const context = await handed.browser.newContext({ offline: true });
    const page = await context.newPage();
    await page.addInitScript((error) => {
      MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', error));
    }, name);
    await page.goto(handed.urlOf('html/classifier.html'));
    await page.getByRole('button', { name: 'Camera' }).click();
    await page.locator('main > .trouble').waitFor();
    expect(await page.locator('main > .trouble').textContent()).toMatch(told);
    await context.close();
  });

  it('says what a browser without WebAssembly SIMD lacks', async () => {
    const context = await handed.browser.newContext({ offline: true });
    const page = await context.newPage();
    await page.addInitScript(() => {
      WebAssembly.validate = () => false;
    });
    await page.goto(handed.urlOf('html/classifier.html'));
    await page.locator('main > .trouble').waitFor();
    expect(await page.locator('main > .trouble').textContent()).toMatch(/lacks WebAssembly SIMD.*newer/);
    await context.close();
  });

  it('tells how different a picture is, shows what it resembles, and knows its own training photos', async () => {
    const photo = handed.photos[5]!;
    const { page, faults } = await handed.openFile();
    await page.locator('input[type=file]').setInputFiles([path.join(handed.dir, photo), ...pictures.slice(0, 4)]);
    await page.locator('.verdict').nth(4).waitFor();
    const cards = page.locator('.card');
    expect(await page.locator('.own').count()).toBe(1);
    expect(await cards.last().locator('.own').textContent()).toMatch(/made from this very photo/);
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.near img')].every((image) => image.naturalWidth === 96),
    );
    expect(await cards.first().locator('.near img').count()).toBe(5);
    expect(await page.locator('header').textContent()).toMatch(/Small pictures of \d+ of the photos it was made from/);
    // The sample is small enough that page and product measure against the same photos, in another precision.
    const predictions = handed.predict(...pictures.slice(0, 4));
    for (const [at, { difference }] of predictions.entries()) {
      const text = (await cards.nth(3 - at).textContent()) ?? '';
      expect(text).toContain(`Closer to ${difference!.margin > 0 ? difference!.own : difference!.other} than to`);
      const [, percent] = /(\d+) % of its own/.exec(text) ?? [];
      const own = difference!.margin > 0 ? difference!.percentile : 100 - difference!.percentile;
      expect(Math.abs(Number(percent) - own)).toBeLessThan(4);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  }, 60_000);

  it('covers a picture place by place for its heat map, and stops when asked to', async () => {
    const { page, faults } = await handed.openFile('html/classifier.html', 360);
    await page.locator('input[type=file]').setInputFiles([pictures[0]!]);
    await page.locator('.verdict').waitFor();
    await page.getByRole('button', { name: 'What does it look at?' }).click();
    await page.locator('.stack canvas').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped.').waitFor();
    expect(await page.locator('.heat').textContent()).toMatch(/Covering (the hottest place takes|no single place)/);
    const alphas = await page.locator('.stack canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const at = (x: number, y: number): number => data[(y * canvas.width + x) * 4 + 3]!;
      return [at(0, 0), at(canvas.width >> 1, canvas.height >> 1)];
    });
    expect(alphas).toEqual([0, 255]);
    await page.getByRole('slider').focus();
    await page.keyboard.press('End');
    expect(await page.locator('.stack canvas').evaluate((canvas: HTMLElement) => canvas.style.opacity)).toBe('1');
    await page.keyboard.press('Home');
    for (let i = 0; i < 60; i++) await page.keyboard.press('ArrowRight');
    await shoot(page, 'app-heat-360');
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(faults).toEqual([]);
    await page.context().close();
  }, 120_000);

  it('takes drops and pastes, and works by the keyboard', async () => {
    const { page } = await handed.openFile();
    // Asked for now: the browser is told to hand dialogs over, which a key pressed at once would overtake.
    const chooser = page.waitForEvent('filechooser', { timeout: 60_000 });
    const bytes = [...readFileSync(pictures[0]!)];
    await page.evaluate((content) => {
      const give = (name: string): DataTransfer => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(content)], name, { type: 'image/png' }));
        return transfer;
      };
      document.dispatchEvent(new DragEvent('drop', { dataTransfer: give('dropped.png'), bubbles: true }));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: give('pasted.png'), bubbles: true }));
    }, bytes);
    await page.locator('.verdict').nth(1).waitFor();
    expect(await page.locator('h3').allTextContents()).toEqual(['pasted.png', 'dropped.png']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect((await chooser).isMultiple()).toBe(true);
    await page.context().close();
  });

  it('at each width, light and dark: no accessibility violation, nothing wider than the window', async () => {
    const { page } = await handed.openFile('html/classifier.html', 360);
    await page.locator('input[type=file]').setInputFiles([...pictures.slice(0, 3), cli]);
    await page.locator('.verdict').nth(2).waitFor();
    await page.locator('.card .trouble').waitFor();
    for (const [width, scheme] of [
      [360, 'light'],
      [768, 'dark'],
      [1280, 'light'],
      [1280, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: scheme });
      await shoot(page, `app-${width}-${scheme}`);
      expect(await violations(page), `${width} px, ${scheme}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await page.context().close();
  });
});

/** A PNG that claims so many pixels and holds none. */
const pngClaiming = (width: number, height: number): Buffer => {
  const body = Buffer.alloc(13);
  body.writeUInt32BE(width, 0);
  body.writeUInt32BE(height, 4);
  body.set([1, 0, 0, 0, 0], 8);
  const typed = Buffer.concat([Buffer.from('IHDR'), body]);
  const chunk = Buffer.alloc(25);
  chunk.writeUInt32BE(13, 0);
  typed.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(typed), 21);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk]);
};
