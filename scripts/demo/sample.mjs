// Makes the seeded sample dataset: 3 classes × 60 pictures with planted mistakes. What was planted goes into a key file
// beside the dataset folder, which the tool never reads.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { seeded } from '../seeded.mjs';
import { classes, scene } from './scenes.mjs';

const perClass = 60;
const wrongLabels = 18;

const shuffled = (values, r) => {
  const out = [...values];
  for (let i = out.length - 1; i > 0; i--) {
    const j = r.below(i + 1);
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
};

/** @returns the key: what was planted, by finding kind; paths relative to `dir`. */
export const makeSample = async (dir, seed, keyFile) => {
  rmSync(dir, { recursive: true, force: true });
  const r = seeded(seed);
  const photos = [];
  for (const kind of classes) {
    for (let i = 1; i <= perClass; i++) {
      const width = 300 + 20 * r.below(8);
      const height = 240 + 20 * r.below(6);
      let picture = sharp(Buffer.from(scene(kind, r, width, height)));
      if (r.next() < 0.2) picture = picture.blur(0.6 + r.next());
      const bytes = await picture.jpeg({ quality: 70 + r.below(25) }).toBuffer();
      photos.push({ kind, name: `${kind}-${String(i).padStart(2, '0')}.jpg`, bytes });
    }
  }
  const key = { seed, planted: { 'label-issue': [], 'exact-duplicate': [], 'label-conflict': [], 'bad-image': [] } };
  const put = (label, name, bytes) => {
    mkdirSync(path.join(dir, label), { recursive: true });
    writeFileSync(path.join(dir, label, name), bytes);
    return `${label}/${name}`;
  };
  const order = shuffled(photos, r);
  const wrong = order.slice(0, wrongLabels);
  const twins = order.slice(wrongLabels, wrongLabels + 4);
  const torn = order.slice(wrongLabels + 4, wrongLabels + 6);
  for (const photo of photos) {
    const others = classes.filter((kind) => kind !== photo.kind);
    const label = wrong.includes(photo) ? others[r.below(others.length)] : photo.kind;
    const file = put(label, photo.name, photo.bytes);
    if (wrong.includes(photo)) key.planted['label-issue'].push(file);
  }
  for (const photo of twins) {
    key.planted['exact-duplicate'].push(put(photo.kind, photo.name.replace('.jpg', '-copy.jpg'), photo.bytes));
  }
  for (const photo of torn) {
    const other = classes.find((kind) => kind !== photo.kind);
    key.planted['label-conflict'].push(put(other, photo.name.replace('.jpg', '-again.jpg'), photo.bytes));
  }
  const [first] = photos;
  key.planted['bad-image'].push(
    put(classes[0], 'torn.jpg', first.bytes.subarray(0, Math.floor(first.bytes.length * 0.6))),
    put(classes[1], 'empty.jpg', Buffer.alloc(0)),
    put(classes[1], 'not-found.jpg', Buffer.from('<!doctype html><title>404</title><p>Not found</p>')),
    put(classes[2], 'pointer.png', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n')),
  );
  mkdirSync(path.dirname(keyFile), { recursive: true });
  writeFileSync(keyFile, JSON.stringify(key, null, 2));
  return key;
};
