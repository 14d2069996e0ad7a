/** What a fine-tuning is asked for: recipe, changes to the photos, epochs, learning rate. */

import { html, nothing, type TemplateResult } from 'lit';
import { highestRate, type FineTuneChoice, type FineTuningPage } from '../../src/protocol/fineTuning.js';
import { button } from '../shared/ui.js';
import { recipeNames, type TrainingModel } from './state.js';

export const begin = (shown: FineTuningPage, model: TrainingModel): TemplateResult => {
  const isSearching = shown.search?.isRunning ?? false;
  return html`<section class="begin" aria-labelledby="begin">
    <h2 id="begin">Train the whole network</h2>
    <p class="quiet">
      Training the whole network on your labels takes minutes on a GPU and longer on the CPU. Review and prediction go
      on meanwhile. Its score is measured on photos that it does not learn from.
    </p>
    <div class="choices">
      ${choice(model, 'recipe', 'Recipe', [
        ['winnow', recipeNames.winnow],
        ['fastai', recipeNames.fastai],
      ])}
      ${choice(model, 'preset', 'Changes to the photos', [
        [null, 'As saved by Preview Augmentations, else standard'],
        ['none', 'None'],
        ['standard', 'Standard'],
        ['strong', 'Strong: for few photos'],
      ])}
      <label
        >Epochs<input
          type="number"
          min="1"
          max="1000"
          .value=${String(model.choice.epochs)}
          @change=${(event: Event) => {
            const value = Math.round(Number((event.target as HTMLInputElement).value));
            model.choose({ epochs: Number.isFinite(value) ? Math.min(1000, Math.max(1, value)) : 3 });
          }}
      /></label>
      ${rateField(model)}
      <label
        >Folds<select
          aria-describedby="folds"
          @change=${(event: Event) => model.choose({ folds: Number((event.target as HTMLSelectElement).value) })}
        >
          ${foldCounts.map((count) => html`<option value=${count} ?selected=${model.choice.folds === count}>${count === 0 ? 'None' : count}</option>`)}
        </select></label
      >
    </div>
    <p id="folds" class="quiet">${foldWords(model.choice.folds)}</p>
    <div class="other">
      ${button({ text: 'Fine-Tune', look: 'primary', isDisabled: isSearching, onClick: () => void model.start() })}
      ${button({
        text: 'Find Learning Rate',
        title: 'A hundred steps with a rising rate, thrown away afterwards',
        isDisabled: isSearching,
        onClick: () => void model.findRate(),
      })}
      ${
        shown.unfinished === null
          ? nothing
          : button({
              text: 'Go On with the Last One',
              title: `${shown.unfinished} was cut short; nothing that it learned is lost`,
              isDisabled: isSearching,
              onClick: () => void model.resume(),
            })
      }
    </div>
  </section>`;
};

const foldCounts = [0, 3, 5, 10] as const;

const foldWords = (folds: number): string =>
  folds === 0
    ? 'With folds, every photo is judged by a network that has not seen it, not only those kept apart.'
    : `Trains ${folds + 1} networks one after another, so it takes about ${folds + 1} times as long: the one that ships, then ${folds} that each leave out one fold of the photos and judge it.`;

const choice = <K extends 'recipe' | 'preset'>(
  model: TrainingModel,
  key: K,
  name: string,
  options: readonly (readonly [FineTuneChoice[K], string])[],
): TemplateResult =>
  html`<label
    >${name}<select
      @change=${(event: Event) => model.choose({ [key]: (event.target as HTMLSelectElement).value || null })}
    >
      ${options.map(([value, text]) => html`<option value=${value ?? ''} ?selected=${model.choice[key] === value}>${text}</option>`)}
    </select></label
  >`;

const textOf = (rate: number | null): string => (rate === null ? '' : String(rate));

const rateField = (model: TrainingModel): TemplateResult =>
  html`<label
    >Learning rate<input
      type="number"
      class="rate"
      step="any"
      min="0"
      max=${highestRate}
      placeholder="the recipe’s own"
      .value=${textOf(model.choice.rate)}
      @change=${(event: Event) => {
        const field = event.target as HTMLInputElement;
        const rate = Math.min(highestRate, Number(field.value));
        model.choose({ rate: rate > 0 ? rate : null });
        // Where the model has it already, drawing would leave standing what was typed.
        field.value = textOf(model.choice.rate);
      }}
  /></label>`;
