/** A handed-over page of a trained sample, as file and as site, with a browser to open it and the product to compare with. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import sharp from 'sharp';
import { expect } from 'vitest';
import type { Prediction } from '../../src/core/predict/prediction.js';
import { trainedSample } from '../trainedSample.js';
import { chromiumPath } from './harness.js';

export const root = path.resolve(import.meta.dirname, '../..');
export const cli = path.join(root, 'dist/cli.mjs');

interface Opened {
  readonly page: Page;
  /** Page errors and console errors so far. */
  readonly faults: string[];
}

export class HandedOver {
  readonly scratch: string;
  readonly dir: string;
  readonly browser: Browser;
  /** New to the dataset: half of them PNG, half turned by EXIF. */
  readonly pictures: readonly string[];

  private constructor(scratch: string, dir: string, browser: Browser, pictures: readonly string[]) {
    this.scratch = scratch;
    this.dir = dir;
    this.browser = browser;
    this.pictures = pictures;
  }

  static async make(): Promise<HandedOver> {
    const scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-app-'));
    const dir = path.join(scratch, 'kitchen');
    await trainedSample(dir, path.join(scratch, 'home'));
    for (const form of ['site', 'onnx']) run(scratch, ['export', dir, '--to', form, '--out', form]);
    run(scratch, ['export', dir, '--to', 'html', '--out', 'html', '--examples']);
    // Saved anew, so that the dataset does not hold them and both sides answer as for new photos; one is turned by EXIF.
    const photos = photosIn(dir);
    const pictures: string[] = [];
    for (let i = 0; i < 12; i++) {
      const photo = sharp(path.join(dir, photos[Math.floor((i * photos.length) / 12)]!)).flatten();
      const file = path.join(scratch, i % 2 === 0 ? `${i}.png` : `${i}.jpg`);
      await (i % 2 === 0 ? photo.png() : photo.jpeg({ quality: 92 }).withMetadata({ orientation: 6 })).toFile(file);
      pictures.push(file);
    }
    if (chromiumPath === null) throw new Error('no Chromium found; set WINNOW_CHROMIUM');
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    });
    return new HandedOver(scratch, dir, browser, pictures);
  }

  async end(): Promise<void> {
    await this.browser.close();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  /** The dataset's own, by their paths in it. */
  get photos(): readonly string[] {
    return photosIn(this.dir);
  }

  predict(...files: readonly string[]): readonly Prediction[] {
    return (run(this.scratch, ['predict', this.dir, ...files]) as { predictions: Prediction[] }).predictions;
  }

  async open(url: string, width = 1280, offline = true): Promise<Opened> {
    const context = await this.browser.newContext({ offline, acceptDownloads: true, viewport: { width, height: 800 } });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(url);
    return { page, faults };
  }

  urlOf(file: string): string {
    return pathToFileURL(path.join(this.scratch, file)).href;
  }

  openFile(file = 'html/classifier.html', width?: number): Promise<Opened> {
    return this.open(this.urlOf(file), width);
  }

  async answersLikeTheProduct(page: Page): Promise<void> {
    const { pictures } = this;
    await page.locator('input[type=file]').setInputFiles(pictures);
    await page
      .locator('.verdict')
      .nth(pictures.length - 1)
      .waitFor();
    const [head, ...rows] = await rowsOf(page);
    const predictions = this.predict(...pictures);
    expect(predictions.map(({ basis }) => basis)).toEqual(pictures.map(() => 'new'));
    expect(rows.map(([file, prediction, certainty]) => [file, prediction, certainty])).toEqual(
      predictions.map(({ path: at, prediction, certainty }) => [path.basename(at), prediction, certainty]),
    );
    for (const [at, row] of rows.entries()) {
      const own = predictions[at]!.probabilities;
      const off = head!.slice(3).map((name, c) => Math.abs(own[name.slice(2, -1)]! - Number(row[c + 3])));
      expect(off.length).toBe(Object.keys(own).length);
      expect(Math.max(...off)).toBeLessThan(1e-3);
    }
  }

  /** The exported site on this machine, and the names that were asked for. */
  async served(work: (url: string, asked: readonly string[]) => Promise<void>): Promise<void> {
    const types: Readonly<Record<string, string>> = {
      js: 'text/javascript',
      css: 'text/css',
      wasm: 'application/wasm',
    };
    const asked: string[] = [];
    const server: Server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://site');
      const name = path.basename(pathname === '/' ? 'index.html' : pathname);
      asked.push(name);
      try {
        const body = readFileSync(path.join(this.scratch, 'site', name));
        response.writeHead(200, { 'content-type': types[name.split('.').at(-1)!] ?? 'text/html' }).end(body);
      } catch {
        response.writeHead(name === 'favicon.ico' ? 204 : 404).end();
      }
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked);
    } finally {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  }
}

const photosIn = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('.winnow') && /\.(jpe?g|png|webp)$/.test(name))
    .sort();

const run = (scratch: string, args: readonly string[]): unknown => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, ...args, '--json'], {
    encoding: 'utf8',
    cwd: scratch,
    env: { ...process.env, WINNOW_HOME: path.join(scratch, 'home') },
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

/** What *Save as CSV* saves; its first row names the columns. */
export const rowsOf = async (page: Page): Promise<string[][]> => {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  const lines = text.replace('\ufeff', '').trimEnd().split('\r\n');
  return lines.map((line) => line.split(','));
};
