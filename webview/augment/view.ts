/** The augmentation page: one photo again and again, the settings beside it, and the three ways to make a photo square. */

import { html, nothing, type TemplateResult } from 'lit';
import {
  augmentBounds,
  type AugmentNumber,
  type AugmentSettings,
} from '../../src/core/image/augment/augmentSettings.js';
import type { AugmentPage, AugmentPictures } from '../../src/protocol/augmenting.js';
import { notice, trouble } from '../shared/notice.js';
import { button } from '../shared/ui.js';
import type { AugmentModel } from './state.js';

export const page = (model: AugmentModel): TemplateResult => {
  const { page: shown } = model;
  return html`<header class="bar">
      <h1 title=${shown?.datasetName ?? ''}>
        Augmentations<span class="quiet">${shown ? ` ${shown.datasetName}` : ''}</span>
      </h1>
      ${shown?.photo ? turning(shown, shown.photo, model) : nothing}
    </header>
    ${trouble(model.trouble, () => model.dismiss())}
    <main>${shown ? content(shown, model) : notice({ kind: 'busy', text: 'Opening…' }, 'page')}</main>
    <div class="hidden-words" role="status" aria-live="polite">${model.said}</div>`;
};

const content = (shown: AugmentPage, model: AugmentModel): TemplateResult => {
  if (shown.state === 'error') return notice({ kind: 'error', text: shown.message ?? 'Something went wrong.' }, 'page');
  if (!shown.photo) {
    return notice({ kind: 'info', text: 'There are no photos here yet. Add some, then look again.' }, 'page');
  }
  return html`<div class="both">
    ${settings(model)}
    <div class="pictures">${variations(model.pictures)}${squares(model.pictures)}</div>
  </div>`;
};

const turning = (shown: AugmentPage, photo: NonNullable<AugmentPage['photo']>, model: AugmentModel): TemplateResult =>
  html`<div class="turning">
    <span class="which" title=${photo.label ?? ''}
      >Photo ${photo.at + 1} of ${shown.photos}${photo.label === null ? '' : html`, <bdi>${photo.label}</bdi>`}</span
    >
    ${button({ text: 'Previous Photo', icon: 'arrow-left', onClick: () => void model.turn(-1) })}
    ${button({ text: 'Next Photo', icon: 'arrow-right', onClick: () => void model.turn(1) })}
    ${button({ text: 'Draw Again', icon: 'refresh', onClick: () => void model.drawAgain() })}
  </div>`;

const variations = (pictures: AugmentPictures | null): TemplateResult =>
  html`<section aria-labelledby="varied">
    <h2 id="varied">One photo, as training sees it</h2>
    ${
      pictures === null
        ? notice({ kind: 'busy', text: 'Drawing…' }, 'banner')
        : pictures.varied === null
          ? notice({ kind: 'error', text: 'This photo cannot be read. Look at another one.' }, 'banner')
          : html`<div class="varied">
              ${pictures.varied.map((uri, at) => html`<img src=${uri} alt="Variation ${at + 1}" width="192" height="192" />`)}
            </div>`
    }
    <p class="quiet">Whoever can still name it in all of them has chosen well; whoever cannot has gone too far.</p>
  </section>`;

const ways = [
  ['crop', 'Crop', 'Right when the thing is in the middle: nothing is bent, but what lies at the edge is lost.'],
  ['pad', 'Pad', 'Right when every part counts and shapes must stay true: nothing is lost, but the thing is smaller.'],
  [
    'squish',
    'Squish',
    'Right when every part counts and size matters more than shape: nothing is lost, but all is bent.',
  ],
] as const;

const squares = (pictures: AugmentPictures | null): TemplateResult =>
  html`<section aria-labelledby="squares">
    <h2 id="squares">Three ways to make a photo square</h2>
    <div class="ways">
      ${ways.map(
        ([key, name, words]) =>
          html`<figure>
            ${
              pictures?.resized
                ? html`<img
                    src=${pictures.resized[key]}
                    alt="The photo by ${name.toLowerCase()}"
                    width="192"
                    height="192"
                  />`
                : nothing
            }
            <figcaption><strong>${name}.</strong> ${words}</figcaption>
          </figure>`,
      )}
    </div>
    <p class="quiet">
      A random crop takes another part each time, as fastai does; it is right most of the time, for it makes many photos
      of one.
    </p>
  </section>`;

const share = (value: number): string => `${Math.round(100 * value)} %`;
const sliders: readonly (readonly [AugmentNumber, string, (value: number) => string])[] = [
  ['minScale', 'Smallest part', share],
  ['flip', 'Mirrored', share],
  ['affine', 'How often turned, zoomed, warped', share],
  ['maxRotate', 'Turned by up to', (value) => `${value}°`],
  ['maxZoom', 'Zoomed by up to', (value) => `${value.toFixed(2)} ×`],
  ['maxWarp', 'Seen from the side by up to', share],
  ['lighting', 'How often lit otherwise', share],
  ['maxLighting', 'Lit otherwise by up to', share],
  ['maxSaturation', 'Colours stronger or weaker by up to', share],
  ['maxHue', 'Colours turned by up to', share],
  ['erase', 'A part erased', share],
  ['noise', 'Noise', share],
];

const settings = (model: AugmentModel): TemplateResult =>
  html`<section class="settings" aria-labelledby="settings">
    <h2 id="settings">Changes</h2>
    <div class="presets" role="group" aria-label="Presets">
      ${(
        [
          ['none', 'None'],
          ['standard', 'Standard'],
          ['strong', 'Strong'],
        ] as const
      ).map(
        ([name, text]) =>
          html`<button
            class="preset"
            aria-pressed=${String(model.preset === name)}
            @click=${() => void model.choosePreset(name)}
          >
            ${text}
          </button>`,
      )}
    </div>
    <div class="other">
      ${button({
        text: 'Save to winnow.json',
        look: 'primary',
        isDisabled: model.isInForce,
        onClick: () => void model.save(),
      })}
    </div>
    <p class="quiet">
      ${model.isInForce ? 'The next fine-tuning uses these settings.' : 'Not saved: the next fine-tuning does not use these settings yet.'}
    </p>
    ${select(model, 'resize', 'Part of the photo', [
      ['random-crop', 'Random crop'],
      ['crop', 'Middle (crop)'],
      ['pad', 'Whole (pad)'],
      ['squish', 'Whole (squish)'],
    ])}
    ${select(model, 'padding', 'Beyond the edge', [
      ['reflection', 'Reflection'],
      ['border', 'The last pixel'],
      ['zeros', 'Black'],
    ])}
    ${sliders
      .filter(([key]) => key !== 'minScale' || model.settings.resize === 'random-crop')
      .map(([key, name, tell]) => slider(model, key, name, tell))}
    <label class="flag"
      ><input
        type="checkbox"
        .checked=${model.settings.isDihedral}
        @change=${(event: Event) => void model.choose({ isDihedral: (event.target as HTMLInputElement).checked })}
      />Upside down and on its side are as good (seen from above, say)</label
    >
  </section>`;

const slider = (
  model: AugmentModel,
  key: AugmentNumber,
  name: string,
  tell: (value: number) => string,
): TemplateResult => {
  const [least, most, step] = augmentBounds[key];
  const value = model.settings[key];
  return html`<label class="slider"
    ><span>${name}<span class="value">${tell(value)}</span></span
    ><input
      type="range"
      min=${least}
      max=${most}
      step=${step}
      .value=${String(value)}
      aria-valuetext=${tell(value)}
      @input=${(event: Event) => void model.choose({ [key]: Number((event.target as HTMLInputElement).value) })}
  /></label>`;
};

const select = <K extends 'resize' | 'padding'>(
  model: AugmentModel,
  key: K,
  name: string,
  options: readonly (readonly [AugmentSettings[K], string])[],
): TemplateResult =>
  html`<label class="select"
    >${name}<select
      .value=${model.settings[key]}
      @change=${(event: Event) => void model.choose({ [key]: (event.target as HTMLSelectElement).value })}
    >
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${model.settings[key] === value}>${text}</option>`)}
    </select></label
  >`;
