// The handed-over page against the product: same pictures, opened from file:// with the network off.
// node scripts/bench/app.mjs CLASSIFIER.html DATASET [--shots FOLDER]; needs Chromium (WINNOW_CHROMIUM) and a build.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const [page, dataset] = process.argv.slice(2);
const shotsAt = process.argv.indexOf('--shots');
const shots = shotsAt < 0 ? null : process.argv[shotsAt + 1];
const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
const wanted = 50;

/** Evenly spread photos, decoded and saved again: files that the dataset does not hold, so both sides answer as for new ones. */
const makePictures = async (folder) => {
  const all = readdirSync(dataset, { recursive: true })
    .filter((name) => /\.(jpe?g|png|webp)$/i.test(name) && !name.includes('.winnow'))
    .sort();
  const files = { png: [], jpeg: [] };
  for (let i = 0; i < wanted; i++) {
    const photo = sharp(path.join(dataset, all[Math.floor((i * all.length) / wanted)]))
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

const productAnswers = (files) => {
  const { stdout, stderr } = spawnSync(process.execPath, [cli, 'predict', dataset, ...files, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout).predictions;
};

const parseCsv = (text) => {
  const [head, ...lines] = text.replace('\ufeff', '').trim().split('\r\n');
  const classes = head.split(',').slice(3);
  return lines.map((line) => {
    const [file, prediction, , ...p] = line.split(',');
    return { file, prediction, p: Object.fromEntries(classes.map((name, at) => [name.slice(2, -1), Number(p[at])])) };
  });
};

const scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-app-'));
const browser = await chromium.launch({
  executablePath: process.env.WINNOW_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  const files = await makePictures(scratch);
  console.log(`${path.basename(page)}: ${(statSync(page).size / 1e6).toFixed(1)} MB`);
  const context = await browser.newContext({ offline: true, acceptDownloads: true });
  const tab = await context.newPage();
  const started = performance.now();
  await tab.goto(pathToFileURL(path.resolve(page)).href);
  await tab.locator('input[type=file]').setInputFiles([files.png[0]]);
  await tab.locator('.verdict').first().waitFor();
  console.log(`first answer, page opening included: ${Math.round(performance.now() - started)} ms`);
  for (const kind of ['png', 'jpeg']) {
    await tab.getByRole('button', { name: 'Clear' }).click();
    const from = performance.now();
    await tab.locator('input[type=file]').setInputFiles(files[kind]);
    await tab.waitForFunction((n) => document.querySelectorAll('.verdict').length === n, wanted);
    const perImage = (performance.now() - from) / wanted;
    const download = tab.waitForEvent('download');
    await tab.getByRole('button', { name: 'Save as CSV' }).click();
    const stream = await (await download).createReadStream();
    const csv = Buffer.concat(await stream.toArray()).toString('utf8');
    const own = productAnswers(files[kind]);
    let agreed = 0;
    let most = 0;
    parseCsv(csv).forEach((row, at) => {
      if (own[at].basis !== 'new' || path.basename(own[at].path) !== row.file) throw new Error('answers out of order');
      agreed += row.prediction === own[at].prediction;
      for (const [label, p] of Object.entries(own[at].probabilities)) most = Math.max(most, Math.abs(p - row.p[label]));
    });
    console.log(
      `${kind}: ${agreed} of ${wanted} same top class, largest difference ${most.toExponential(1)}, ${Math.round(perImage)} ms an image warm`,
    );
  }
  if (shots) {
    mkdirSync(shots, { recursive: true });
    for (const [width, scheme] of [
      [360, 'light'],
      [768, 'dark'],
      [1280, 'light'],
    ]) {
      await tab.emulateMedia({ colorScheme: scheme });
      await tab.setViewportSize({ width, height: 900 });
      await tab.screenshot({ path: path.join(shots, `app-${width}.png`) });
    }
  }
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}
