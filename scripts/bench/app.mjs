// The handed-over page against the product: same pictures, opened from file:// with the network off.
// Needs Chromium (WINNOW_CHROMIUM). WINNOW_SHOTS names a folder for pictures of the page at three widths.
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { discard, linkTree, mobilenet, plantDataset, scratch, sets, shared, winnow } from './product.mjs';

const wanted = 50;

/** Evenly spread photos, decoded and saved again: files that the dataset does not hold, so both sides answer as for new ones. */
const makePictures = async (photos, folder) => {
  const all = readdirSync(photos, { recursive: true })
    .filter((name) => /\.(jpe?g|png|webp)$/i.test(name) && !name.includes('.winnow'))
    .sort();
  const files = { png: [], jpeg: [] };
  for (let i = 0; i < wanted; i++) {
    const photo = sharp(path.join(photos, all[Math.floor((i * all.length) / wanted)]))
      .autoOrient()
      .flatten({ background: '#fff' });
    for (const [kind, save] of [
      ['png', photo.clone().png()],
      ['jpeg', photo.clone().jpeg({ quality: 92 })],
    ]) {
      const file = path.join(folder, `${String(i).padStart(2, '0')}.${kind}`);
      await save.toFile(file);
      files[kind].push(file);
    }
  }
  return files;
};

const parseCsv = (text) => {
  const [head, ...lines] = text.replace('\ufeff', '').trim().split('\r\n');
  const classes = head.split(',').slice(3);
  return lines.map((line) => {
    const [file, prediction, , ...p] = line.split(',');
    return { file, prediction, p: Object.fromEntries(classes.map((name, at) => [name.slice(2, -1), Number(p[at])])) };
  });
};

/** One set's page: how long it takes to answer, and whether it answers as the product does. */
const measure = async (browser, set) => {
  const dir = scratch();
  try {
    linkTree(path.join(shared, 'data', set), path.join(dir, 'photos'));
    plantDataset(dir, set, []);
    const env = { WINNOW_HOME: path.join(dir, 'home') };
    winnow(['train', dir, '--backbone', mobilenet], env);
    winnow(['export', dir, '--to', 'html', '--out', path.join(dir, 'out')], env);
    const page = path.join(dir, 'out', 'classifier.html');
    const files = await makePictures(path.join(dir, 'photos'), dir);
    const context = await browser.newContext({ offline: true, acceptDownloads: true });
    const tab = await context.newPage();
    const started = performance.now();
    await tab.goto(pathToFileURL(page).href);
    await tab.locator('input[type=file]').setInputFiles([files.png[0]]);
    await tab.locator('.verdict').first().waitFor();
    const row = { set, mb: statSync(page).size / 1e6, firstMs: Math.round(performance.now() - started) };
    for (const kind of ['png', 'jpeg']) row[kind] = await compare(tab, files[kind], dir, env);
    row.axe = await violations(tab, set);
    await context.close();
    return row;
  } finally {
    discard(dir);
  }
};

const compare = async (tab, files, dataset, env) => {
  await tab.getByRole('button', { name: 'Clear' }).click();
  const from = performance.now();
  await tab.locator('input[type=file]').setInputFiles(files);
  await tab.waitForFunction((n) => document.querySelectorAll('.verdict').length === n, wanted);
  const warmMs = Math.round((performance.now() - from) / wanted);
  const download = tab.waitForEvent('download');
  await tab.getByRole('button', { name: 'Save as CSV' }).click();
  const stream = await (await download).createReadStream();
  const csv = Buffer.concat(await stream.toArray()).toString('utf8');
  const { predictions: own } = winnow(['predict', dataset, ...files], env).out;
  let agreed = 0;
  let most = 0;
  parseCsv(csv).forEach((row, at) => {
    if (own[at].basis !== 'new' || path.basename(own[at].path) !== row.file) throw new Error('answers out of order');
    if (row.prediction === own[at].prediction) agreed++;
    for (const [label, p] of Object.entries(own[at].probabilities)) most = Math.max(most, Math.abs(p - row.p[label]));
  });
  return { warmMs, agreed, of: wanted, mostDifferent: most };
};

/** What axe finds at three widths, light and dark. */
const violations = async (tab, set) => {
  let found = 0;
  for (const [width, colorScheme] of [
    [360, 'light'],
    [768, 'dark'],
    [1280, 'light'],
  ]) {
    await tab.emulateMedia({ colorScheme });
    await tab.setViewportSize({ width, height: 900 });
    found += (await new AxeBuilder({ page: tab }).analyze()).violations.length;
    if (process.env.WINNOW_SHOTS) {
      mkdirSync(process.env.WINNOW_SHOTS, { recursive: true });
      await tab.screenshot({ path: path.join(process.env.WINNOW_SHOTS, `app-${set}-${width}.png`) });
    }
  }
  return found;
};

/** The handed-over page of each set. */
export const appBench = async () => {
  const browser = await chromium.launch({
    executablePath: process.env.WINNOW_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const rows = [];
    for (const set of sets) {
      rows.push(await measure(browser, set));
      console.error(JSON.stringify(rows.at(-1)));
    }
    return rows;
  } finally {
    await browser.close();
  }
};
