/** Folders for classes of any name: the name itself where every system can have it, else a readable stand-in. */

import { sha256OfUnits } from '../../base/sha256.js';
import { classNameProblem } from './className.js';
import { collisionKey } from './paths.js';
import { folderOfClass, type ClassSpec } from './spec.js';

/** Of the readable part; with `~` and ten digits a stand-in has 64 bytes at most. */
const mostBytes = 53;
const graphemes = new Intl.Segmenter('en');
const standIn = /~[0-9a-f]{10,64}$/i;

/** Whether a folder can bear the name as it is, on every system, and nobody is deceived by it. */
export const isFolderName = (name: string): boolean =>
  classNameProblem(name) === null && !name.startsWith('-') && !/\p{Cf}/u.test(name) && name === name.normalize('NFC');

/**
 * The folder of a new class. A stand-in is `<slug>~<hex of sha-256>`; whose it is, only a list of classes can say,
 * so whoever uses one writes it down beside the name.
 * @param isTaken by collision key: folders of other classes.
 */
export const folderName = (label: string, isTaken: (key: string) => boolean = () => false): string => {
  // What looks like a stand-in could be another's.
  if (isFolderName(label) && !standIn.test(label) && !isTaken(collisionKey(label))) return label;
  const hash = sha256OfUnits(label);
  const names = [10, 16, 32, 64].map((digits) => `${slugOf(label)}~${hash.slice(0, digits)}`);
  return names.find((name) => !isTaken(collisionKey(name))) ?? names.at(-1)!;
};

const slugOf = (label: string): string => {
  const plain = label
    .slice(0, 4 * mostBytes)
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}\p{So}]+/gu, '-')
    .replace(/^[-\p{M}]+|-+$/gu, '');
  let slug = '';
  let bytes = 0;
  for (const { segment } of graphemes.segment(plain)) {
    for (const character of segment) bytes += utf8Bytes(character.codePointAt(0) ?? 0);
    if (bytes > mostBytes) break;
    slug += segment;
  }
  return slug === '' ? 'class' : slug;
};

const utf8Bytes = (point: number): number => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);

/**
 * The classes of the spec, with a folder for each label that needs one of another name; the same array when none does.
 * @param labels in NFC.  @param vocab the classes that are there, in the spec or on the disk.
 */
export const withFolders = (
  classes: readonly ClassSpec[],
  labels: readonly string[],
  vocab: readonly string[],
): readonly ClassSpec[] => {
  const owners = new Map(vocab.map((label) => [collisionKey(folderOfClass(classes, label)), label]));
  const folders = new Map<string, string>();
  for (const label of labels) {
    const isKnown = vocab.includes(label) && classNameProblem(label) === null;
    if (isKnown || folderOfClass(classes, label) !== label) continue;
    const folder = folderName(label, (key) => (owners.get(key) ?? label) !== label);
    owners.set(collisionKey(folder), label);
    if (folder !== label) folders.set(label, folder);
  }
  if (folders.size === 0) return classes;
  const known = classes.map((one): ClassSpec => {
    const folder = folders.get(one.name.normalize('NFC'));
    folders.delete(one.name.normalize('NFC'));
    return folder === undefined ? one : { ...one, folder };
  });
  return [...known, ...[...folders].map(([name, folder]): ClassSpec => ({ name, terms: [], folder }))];
};
