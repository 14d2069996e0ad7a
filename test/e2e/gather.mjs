// From nothing to a reviewed dataset: the wizard end to end against a loopback image search, cancelled half-way, resumed,
// ending in the review grid.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startImageServer } from '../../scripts/demo/imageServer.mjs';
import { makeSample } from '../../scripts/demo/sample.mjs';

const terms = { bottle: 'bottle product photo', plate: 'plate product photo' };

export const prepare = async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'winnow-search-'));
  const source = path.join(folder, 'source');
  await makeSample(source, 1, path.join(folder, 'key.json'));
  const queries = Object.fromEntries(Object.entries(terms).map(([kind, term]) => [term, kind]));
  // Slow enough that a person, and a machine that looks twice a second, can stop it half-way.
  const server = await startImageServer(source, queries, { delayMs: 900 });
  return {
    requests: server.requests,
    settings: {
      'winnow.gather.network': { allowPrivateHosts: [server.host], baseUrls: { openverse: server.base } },
    },
    close: async () => {
      await server.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
};

export const scenario = async ({ page, step, palette, frameOf, setTheme, shot, sandbox, prepared }) => {
  const widget = page.locator('.quick-input-widget:not([style*="display: none"])');
  const box = widget.locator('input[type="text"], input:not([type="checkbox"])').first();
  const row = (text) => widget.locator('.monaco-list-row').filter({ hasText: text }).first();
  const titled = (text) => widget.locator('.quick-input-title').filter({ hasText: text });
  const dataset = path.join(sandbox.workspace, 'crockery');
  const images = (kind) => {
    const folder = path.join(dataset, 'images', kind);
    return fs.existsSync(folder) ? fs.readdirSync(folder).length : 0;
  };
  const answer = async (text) => {
    await box.fill(text);
    await page.keyboard.press('Enter');
  };
  const addClass = async (kind, isFirst) => {
    if (!isFirst) await row('Add another class').click();
    await widget.getByText(/The name of class/).waitFor();
    await answer(kind);
    await widget.getByText(/What to search for/).waitFor();
    await answer(terms[kind]);
    await row('This is what I mean').waitFor();
    const preview = await frameOf(`What “${kind}” finds`);
    await preview.locator('img').nth(11).waitFor({ timeout: 30_000 });
  };

  await step('the wizard asks for a folder first', async () => {
    await palette('Winnow: New Dataset from Image Search');
    await titled('New Dataset from Image Search').waitFor();
    await widget.getByText('(1/6)').waitFor();
    await shot('wizard-folder-dark');
    await answer(dataset);
  });

  await step('classes with precise terms, each with a preview of what they find', async () => {
    await addClass('bottle', true);
    await shot('wizard-preview-dark');
    await row('This is what I mean').click();
    await addClass('plate', false);
    await row('This is what I mean').click();
    await row('Go on with these classes').waitFor();
    await shot('wizard-classes-dark');
    await row('Go on with these classes').click();
  });

  await step('providers, number and licences, and a way back', async () => {
    await widget.getByText('(3/6)').waitFor();
    await shot('wizard-providers-dark');
    // Wikimedia Commons is not on this machine.
    await row('Wikimedia Commons').locator('input[type="checkbox"], .monaco-checkbox').first().click();
    await widget.getByRole('button', { name: 'OK' }).click();
    await widget.getByText(/How many images a class/).waitFor();
    await widget.getByRole('button', { name: 'Back' }).click();
    await widget.getByText('(3/6)').waitFor();
    await widget.getByRole('button', { name: 'OK' }).click();
    await widget.getByText(/How many images a class/).waitFor();
    await answer('40');
    await row('Openly licensed').click();
    await row('Gather').waitFor();
    assert.match(await row('Gather').innerText(), /Up to 80 images for 2 classes from Openverse/);
    await shot('wizard-summary-dark');
  });

  await step('it can be cancelled half-way, and what is there is kept', async () => {
    await row('Gather').click();
    const toast = page.locator('.notification-toast').filter({ hasText: 'Gathering crockery' });
    await toast.waitFor({ timeout: 30_000 });
    await toast.filter({ hasText: /bottle ([2-9]|[12]\d|3[0-5])\/40/ }).waitFor({ timeout: 60_000 });
    await shot('gathering-dark');
    await toast.getByRole('button', { name: 'Cancel' }).click();
    await page
      .getByText(/Gathering was stopped/)
      .first()
      .waitFor({ timeout: 30_000 });
    const kept = images('bottle') + images('plate');
    assert.ok(kept > 0 && kept < 80, `${String(kept)} images`);
    const spec = JSON.parse(fs.readFileSync(path.join(dataset, 'winnow.json'), 'utf8'));
    assert.deepEqual(spec.gather.providers, ['openverse']);
  });

  await step('it goes on from there, fetches nothing twice, and ends in the review', async () => {
    const before = prepared.requests.filter((url) => url.startsWith('/files/')).length;
    await page.locator('.notification-toast').getByRole('button', { name: 'Go On' }).click();
    const review = await frameOf('Review', 120_000);
    await review.getByRole('gridcell').first().waitFor({ timeout: 120_000 });
    await review.locator('.thumb img').first().waitFor();
    assert.equal(images('bottle'), 40);
    assert.equal(images('plate'), 40);
    const asked = prepared.requests.filter((url) => url.startsWith('/files/'));
    // Previews load thumbnails, which are the pictures here; those in flight at the cancel are asked for again.
    assert.ok(asked.length - before < 80, `${String(asked.length - before)} of 80 after the cancel`);
    for (const theme of ['light', 'hc', 'dark']) {
      await setTheme(theme);
      await shot(`gathered-${theme}`);
    }
  });

  await step('the report names every address that was tried', async () => {
    await palette('Winnow: Focus on Gathered Images View');
    const tree = page.locator('.sidebar').getByRole('treeitem', { name: /bottle.*40 of 40/ });
    await tree.first().waitFor({ timeout: 30_000 });
    await shot('gather-report-dark');
  });
};
