/** Native multi-step input: QuickPicks and input boxes with a way back. */

import * as vscode from 'vscode';
import { Scope } from '../../base/scope.js';

/** What a step came to besides a value. */
export const back = Symbol('back');
export type Stepped<T> = T | typeof back | null;

interface Place {
  readonly title: string;
  /** Counted from 1; null = a side step that is not counted. */
  readonly step: number | null;
  readonly of: number;
  readonly canGoBack: boolean;
}

export interface Pick<T> extends vscode.QuickPickItem {
  readonly value: T;
}

export interface PickOptions<T> extends Place {
  readonly placeholder: string;
  readonly items: readonly Pick<T>[];
  readonly active?: Pick<T>;
  /** Fills in more while it is shown. */
  readonly later?: (show: (items: readonly Pick<T>[]) => void, signal: AbortSignal) => Promise<void>;
}

/** One of the items; null = dismissed. */
export const pickOne = <T>(options: PickOptions<T>): Promise<Stepped<T>> =>
  show(vscode.window.createQuickPick<Pick<T>>(), options, (picker, settle, scope) => {
    picker.placeholder = options.placeholder;
    picker.matchOnDetail = true;
    picker.items = [...options.items];
    if (options.active) picker.activeItems = [options.active];
    scope.add(
      picker.onDidAccept(() => {
        const [chosen] = picker.selectedItems;
        if (chosen) settle(chosen.value);
      }),
    );
    if (!options.later) return;
    const abort = new AbortController();
    scope.add({ dispose: () => abort.abort() });
    picker.busy = true;
    void options
      .later((items) => {
        if (!abort.signal.aborted) picker.items = [...items];
      }, abort.signal)
      .finally(() => (picker.busy = false));
  });

/** Any number of the items, one at least; null = dismissed. */
export const pickMany = <T>(
  options: PickOptions<T> & { readonly chosen: readonly Pick<T>[] },
): Promise<Stepped<readonly T[]>> =>
  show(vscode.window.createQuickPick<Pick<T>>(), options, (picker, settle, scope) => {
    picker.placeholder = options.placeholder;
    picker.canSelectMany = true;
    picker.matchOnDetail = true;
    picker.items = [...options.items];
    picker.selectedItems = [...options.chosen];
    scope.add(
      picker.onDidAccept(() => {
        if (picker.selectedItems.length > 0) settle(picker.selectedItems.map(({ value }) => value));
      }),
    );
  });

export interface TextOptions extends Place {
  readonly prompt: string;
  readonly value: string;
  readonly placeholder?: string;
  /** A sentence for what is wrong with the text; null = it is fine. */
  readonly problem: (text: string) => string | null;
  readonly button?: { readonly button: vscode.QuickInputButton; readonly press: () => Promise<string | null> };
  readonly isSecret?: boolean;
}

export const askText = (options: TextOptions): Promise<Stepped<string>> =>
  show(vscode.window.createInputBox(), options, (box, settle, scope) => {
    box.prompt = options.prompt;
    box.value = options.value;
    box.password = options.isSecret === true;
    if (options.placeholder !== undefined) box.placeholder = options.placeholder;
    const { button } = options;
    if (button) {
      box.buttons = [...box.buttons, button.button];
      scope.add(
        box.onDidTriggerButton(async (pressed) => {
          if (pressed !== button.button) return;
          const text = await button.press();
          if (text !== null) settle(text);
        }),
      );
    }
    scope.add(box.onDidChangeValue(() => (box.validationMessage = undefined)));
    scope.add(
      box.onDidAccept(() => {
        const text = box.value.trim();
        const problem = options.problem(text);
        if (problem === null) settle(text);
        else box.validationMessage = problem;
      }),
    );
  });

const show = <I extends vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox, T>(
  input: I,
  place: Place,
  fill: (input: I, settle: (value: T) => void, scope: Scope) => void,
): Promise<Stepped<T>> =>
  new Promise((resolve) => {
    const scope = new Scope();
    let isSettled = false;
    const settle = (value: Stepped<T>): void => {
      if (isSettled) return;
      isSettled = true;
      resolve(value);
      scope.dispose();
    };
    scope.add(input);
    input.title = place.title;
    if (place.step !== null) {
      input.step = place.step;
      input.totalSteps = place.of;
    }
    // A dialog of the system may take the focus.
    input.ignoreFocusOut = true;
    input.buttons = place.canGoBack ? [vscode.QuickInputButtons.Back] : [];
    scope.add(
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) settle(back);
      }),
    );
    scope.add(input.onDidHide(() => settle(null)));
    fill(input, settle, scope);
    input.show();
  });
