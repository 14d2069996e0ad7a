/** A row of photos that are like another one: each a button with its picture, its label and its distance as text. */

import { html, type TemplateResult } from 'lit';
import { icon } from './ui.js';
import { fileName } from './words.js';

export interface StripPhoto {
  readonly path: string;
  readonly label: string | null;
  readonly distance: number;
  readonly thumb: string | null;
}

export const photoStrip = <P extends StripPhoto>(
  name: string,
  photos: readonly P[],
  onOpen: (photo: P) => void,
): TemplateResult =>
  html`<ol class="strip" aria-label=${name}>
    ${photos.map(
      (photo) =>
        html`<li>
          <button
            class="strip-photo"
            title="Open ${photo.path}"
            aria-label="${photo.label ?? 'no label'}, distance ${photo.distance.toFixed(2)}, open ${fileName(photo.path)}"
            @click=${() => onOpen(photo)}
          >
            <span class="strip-picture"
              >${photo.thumb === null ? icon('file-media') : html`<img src=${photo.thumb} alt="" draggable="false" />`}</span
            >
            <span class="name">${photo.label ?? 'no label'}</span>
            <span class="quiet figure">distance ${photo.distance.toFixed(2)}</span>
          </button>
        </li>`,
    )}
  </ol>`;
