/** The evidence panel: why the photo was found, in words; photos like it; its copies side by side. */

import { html, nothing, type TemplateResult } from 'lit';
import type { ItemId } from '../../src/core/dataset/item.js';
import type { ReviewTile } from '../../src/protocol/review.js';
import type { EvidenceList, EvidenceTwin, NetworkOpinion } from '../../src/protocol/shownEvidence.js';
import { heatMap } from '../shared/heatMap.js';
import { modal } from '../shared/modal.js';
import { photoStrip } from '../shared/photoStrip.js';
import { button, icon, progressRing } from '../shared/ui.js';
import { percentFine } from '../shared/words.js';
import type { EvidenceModel } from './evidenceState.js';
import { kindWords, labelWords, splitWords } from './words.js';

export interface EvidenceActions {
  readonly close: () => void;
  readonly open: (id: ItemId) => void;
  readonly similar: () => void;
}

export const evidenceDialog = (
  tile: ReviewTile,
  evidence: EvidenceModel,
  place: string,
  on: EvidenceActions,
): TemplateResult => {
  const shown = evidence.shown?.id === tile.id ? evidence.shown : null;
  return html`<dialog class="evidence" aria-labelledby="evidence-title" ${modal(on.close)}>
    <h2 id="evidence-title" title=${tile.path}>Why? <span class="quiet">${tile.path}</span></h2>
    <div class="evidence-columns">
      <div class="evidence-picture" tabindex="-1" autofocus>
        ${
          shown === null
            ? evidence.trouble === null
              ? html`${progressRing()}<span>Looking…</span>`
              : html`${icon('warning')}<span>No evidence.</span>`
            : shown.picture === null
              ? html`${icon('warning')}<span>This file cannot be shown.</span>`
              : evidence.heat.subject === tile.id
                ? heatMap(evidence.heat, shown.picture, `${labelWords(tile)}: ${tile.path}`, labelsOf(tile))
                : html`<img src=${shown.picture} alt=${`${labelWords(tile)}: ${tile.path}`} />`
        }
      </div>
      <div class="evidence-words">
        ${why(tile)} ${shown?.network ? html`<p>${networkOpinion(tile, shown.network)}</p>` : nothing}
        ${evidence.trouble === null ? nothing : html`<p class="trouble" role="alert">${evidence.trouble}</p>`}
        ${shown?.trouble ? html`<p class="hint">${shown.trouble}</p>` : nothing}
        ${shown?.lists.map((list) => nearest(list, tile.label !== null, on))}
      </div>
    </div>
    ${shown && shown.twins.length > 0 ? twins(shown.twins, on) : nothing}
    <div class="dialog-buttons">
      <span class="quiet evidence-place">${place}</span>
      ${button({
        text: evidence.heat.subject === tile.id ? 'Hide the heat map' : 'What it looked at',
        key: 'h',
        icon: 'flame',
        isDisabled: !canLook(tile) || !shown?.picture,
        onClick: () => lookAtTile(tile, evidence),
      })}
      ${button({ text: 'Find similar', key: 'f', icon: 'search', isDisabled: !canLook(tile), onClick: on.similar })}
      ${button({ text: 'Close', key: 'e', onClick: on.close })}
    </div>
  </dialog>`;
};

/** The classes that a heat map can be about: what the model says, what the label says, what is suggested. */
const labelsOf = (tile: ReviewTile): string[] => [
  ...new Set([tile.prediction, tile.label, tile.suggestion].filter((label) => label !== null)),
];

/** Only what a model has judged can be asked about. */
const canLook = (tile: ReviewTile): boolean => tile.prediction !== null;

export const lookAtTile = (tile: ReviewTile, evidence: EvidenceModel): void => {
  if (tile.prediction !== null && evidence.shown?.picture) evidence.toggleHeat(tile.id, tile.prediction);
};

/** The findings' own sentences, then what label and model say. */
const why = (tile: ReviewTile): TemplateResult => {
  const reasons = tile.kinds
    .map((kind, at) => ({ kind, text: tile.reasons[at] ?? '' }))
    .filter(({ text }) => text !== '');
  return html`<h3>Why it is here</h3>
    ${
      reasons.length === 0
        ? html`<p>
            ${tile.kinds.length === 0 ? 'Nothing was found wrong with this photo.' : `Found as ${tile.kinds.map((kind) => kindWords[kind]).join(', ')}.`}
          </p>`
        : html`<ul class="reasons">
            ${reasons.map(({ kind, text }) => html`<li><span class="chip">${kindWords[kind]}</span> ${text}</li>`)}
          </ul>`
    }
    <p>${opinion(tile)}</p>`;
};

const opinion = (tile: ReviewTile): string => {
  const label = tile.label === null ? 'It has no label.' : `Its label is ${labelWords(tile)}.`;
  if (tile.prediction === null) return `${label} No model has judged it yet.`;
  const given =
    tile.label === null || tile.labelProbability === null || tile.label === tile.prediction
      ? ''
      : `, and gives ${tile.label} ${percentFine(tile.labelProbability)}`;
  const surprise =
    tile.surprise === null
      ? ''
      : ` The judge, which has not seen it either, is surprised by the label: ${tile.surprise} of 100.`;
  return `${label} A model that has not seen this photo says ${tile.prediction} with ${percentFine(tile.probability)}${given}.${surprise}`;
};

/** Whose opinion this is stands in the sentence: its loss is not the judge's. */
const networkOpinion = (tile: ReviewTile, network: NetworkOpinion): string => {
  const given =
    tile.label === null || network.labelProbability === null || tile.label === network.prediction
      ? ''
      : `, and gives ${tile.label} ${percentFine(network.labelProbability)}`;
  return `The fine-tuned network of this photo’s fold, which has not seen it either, says ${network.prediction} with ${percentFine(network.probability)}${given}.`;
};

const listTitles: Readonly<Record<EvidenceList['role'], (label: string, isLabelled: boolean) => string>> = {
  given: (label) => `Nearest photos labelled ${label}, as this one is`,
  other: (label, isLabelled) => `Nearest photos labelled ${label}${isLabelled ? ' instead' : ''}`,
  any: () => 'Nearest photos of any label',
};

const nearest = (list: EvidenceList, isLabelled: boolean, on: EvidenceActions): TemplateResult => {
  const title = listTitles[list.role](list.label ?? '', isLabelled);
  return html`<h3>${title}</h3>
    ${
      list.photos.length === 0
        ? html`<p class="hint">There is no other photo of this label to compare with.</p>`
        : photoStrip(title, list.photos, (photo) => on.open(photo.id))
    }`;
};

const twins = (rows: readonly EvidenceTwin[], on: EvidenceActions): TemplateResult =>
  html`<h3>Side by side</h3>
    <ul class="twins" aria-label="Copies and look-alikes">
      ${rows.map(
        (twin) =>
          html`<li>
            <div class="twin-picture">
              ${twin.thumb === null ? icon('file-media') : html`<img src=${twin.thumb} alt="" draggable="false" />`}
            </div>
            <button class="plain twin-path" title="Open ${twin.path}" @click=${() => on.open(twin.id)}>
              ${twin.path}
            </button>
            ${twin.isThis ? html`<span class="chip">this photo</span>` : nothing}
            <dl>
              ${fact('Label', twin.label ?? 'none')} ${fact('Size', sizeWords(twin))}
              ${fact('Split', twin.split === null ? '–' : splitWords[twin.split])}
              ${fact('Found at', twin.source ?? 'not known')}
            </dl>
          </li>`,
      )}
    </ul>`;

const fact = (term: string, value: string): TemplateResult =>
  html`<div>
    <dt>${term}</dt>
    <dd>${value}</dd>
  </div>`;

/** "640 × 480, 83 kB" */
const sizeWords = ({ size, bytes }: EvidenceTwin): string =>
  [
    size === null ? null : `${size.width} × ${size.height}`,
    bytes === null
      ? null
      : bytes < 1e6
        ? `${Math.max(1, Math.round(bytes / 1e3))} kB`
        : `${(bytes / 1e6).toFixed(1)} MB`,
  ]
    .filter((part) => part !== null)
    .join(', ') || '–';
