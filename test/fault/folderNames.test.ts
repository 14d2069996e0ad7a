import { it } from 'vitest';
import { tryNames } from '../core/dataset/folderNames.js';

/** A million with the thousand kills of `npm run test:fault`; by default as many as cost a second. */
const names = Number(process.env['WINNOW_KILLS'] ?? 24) * 1000;

it(`${names.toLocaleString('en')} strange class names: none escapes, none collides, each is found again`, () => {
  tryNames(names, 2);
}, 300_000);
