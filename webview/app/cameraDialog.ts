/** The camera's picture in a dialog with one button; resolves with a photo, or null when the person thought better of it. */

import { html, render } from 'lit';
import { closeCamera, openCamera, takePhoto } from './camera.js';

/** Throws a sentence when there is no camera to be had. */
export const photograph = async (): Promise<File | null> => {
  const stream = await openCamera();
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', 'Camera');
  document.body.append(dialog);
  try {
    return await new Promise<File | null>((resolve, reject) => {
      const take = (): void => {
        const video = dialog.querySelector('video');
        if (video) takePhoto(video).then(resolve, reject);
      };
      render(
        html`<video autoplay muted playsinline .srcObject=${stream} aria-label="What the camera sees"></video>
          <div class="tools">
            <button class="primary" autofocus @click=${take}>Take the photo</button>
            <button @click=${() => resolve(null)}>Cancel</button>
          </div>`,
        dialog,
      );
      dialog.addEventListener('close', () => resolve(null));
      dialog.showModal();
    });
  } finally {
    closeCamera(stream);
    dialog.remove();
  }
};
