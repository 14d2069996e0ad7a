/** The handed-over app: opened from a file or a web server, with no editor and no network behind it. This file: its wiring. */

import { render } from 'lit';
import { photograph } from './cameraDialog.js';
import { openClassifier } from './classifier.js';
import { readSettings } from './payload.js';
import { AppState, sentence } from './state.js';
import { page, type Actions } from './view.js';

const root = document.getElementById('app')!;
const chooser = document.createElement('input');
chooser.type = 'file';
chooser.accept = 'image/*';
chooser.multiple = true;
chooser.hidden = true;
chooser.setAttribute('aria-label', 'Pictures');
document.body.append(chooser);

const save = (name: string, text: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  // The browser reads it after this call.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

const actions: Actions = {
  choose: () => chooser.click(),
  camera: () => {
    photograph().then(
      (photo) => photo && state.add([photo]),
      (error: unknown) => state.complain(sentence(error)),
    );
  },
  saveCsv: () => save('answers.csv', state.csv()),
};

// The first frame is drawn before the model is unpacked, which takes a moment.
const ready = new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))).then(openClassifier);
let isAsked = false;
const state = new AppState(readSettings(), ready, () => {
  if (isAsked) return;
  isAsked = true;
  queueMicrotask(() => {
    isAsked = false;
    render(page(state, actions), root);
  });
});
root.replaceChildren();
render(page(state, actions), root);

const take = (list: FileList | null | undefined): void => {
  const files = [...(list ?? [])];
  if (files.length > 0) state.add(files);
  else state.complain('That holds no picture file. Save the picture first, then choose or drop the file.');
};
chooser.addEventListener('change', () => {
  take(chooser.files);
  chooser.value = '';
});
document.addEventListener('paste', (event) => take(event.clipboardData?.files));
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  state.dropping(true);
});
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) state.dropping(false);
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  state.dropping(false);
  take(event.dataTransfer?.files);
});
