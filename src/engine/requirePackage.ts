/** Loads a CommonJS package by `require`: `import` reads all of it once more for the names it exports, at twice the cost of loading it. */

import { createRequire } from 'node:module';

export const requirePackage = createRequire(import.meta.url);
