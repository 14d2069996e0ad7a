import { WinnowError } from '../../base/errors.js';
import { withFolders } from '../../core/dataset/folderName.js';
import type { ClassSpec, DatasetSpec, GatherSpec } from '../../core/dataset/spec.js';
import type { OpenDataset } from '../openDataset.js';
import { refuseUnwritable } from './takeIn.js';

export interface GatherChanges {
  /** Terms to add; a class that is not there yet is made. */
  readonly classes: readonly ClassSpec[];
  readonly gather: Partial<GatherSpec>;
}

/**
 * Writes into winnow.json what is to be gathered, before anything is: so it can be repeated, resumed and edited.
 * A folder without images and without winnow.json gets its images below `images/`. Throws `usage`, `bad-spec`, `read-only`.
 */
export const writeGatherSpec = async (dataset: OpenDataset, changes: GatherChanges): Promise<DatasetSpec> => {
  const { spec: store } = dataset.store;
  const exists = await store.exists();
  const before = await store.read();
  const classes = merged(before.classes, changes.classes);
  if (!classes.some(({ terms }) => terms.length > 0)) throw noTerms();
  const { scan } = await dataset.snapshot();
  const isNew = !exists && scan.files === 0;
  const spec = {
    ...before,
    ...(isNew ? { root: 'images' } : {}),
    classes: withFolders(
      classes,
      classes.map(({ name }) => name.normalize('NFC')),
      scan.vocab,
    ),
    gather: { ...before.gather, ...changes.gather },
  };
  if (exists && JSON.stringify(spec) === JSON.stringify(before)) return before;
  refuseUnwritable(dataset);
  await store.write(spec);
  return spec;
};

export const noTerms = (): WinnowError =>
  new WinnowError(
    'usage',
    'No class has a search term. Give one (winnow gather DIR --class mug="coffee mug photo"), or write "terms" in winnow.json.',
  );

const merged = (before: readonly ClassSpec[], added: readonly ClassSpec[]): readonly ClassSpec[] => {
  const classes = new Map(before.map((one) => [one.name.normalize('NFC'), one]));
  for (const { name, terms } of added) {
    const label = name.normalize('NFC');
    const known = classes.get(label);
    if (!known && label.trim() === '') {
      throw new WinnowError('usage', 'A class needs a name. Give it one; nothing was written.');
    }
    classes.set(label, {
      ...known,
      name: known?.name ?? label,
      terms: [...new Set([...(known?.terms ?? []), ...terms])],
    });
  }
  return [...classes.values()];
};
