import { it } from 'vitest';
import { tryNames } from '../core/dataset/folderNames.js';

it('1,000,000 strange class names: none escapes, none collides, each is found again', () => {
  tryNames(1_000_000, 2);
}, 300_000);
