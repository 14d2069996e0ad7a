/** Where a panel comes from, and the tabs that it may come from. */

import * as vscode from 'vscode';
import type { PanelType } from '../commandIds.js';

export interface Origin {
  /** The panel stands in for a tab that was there before: its page goes on where that one was. */
  readonly goesOn: boolean;
  /** The panel that a reload of the window kept; null = a new one is made. */
  readonly restored: vscode.WebviewPanel | null;
}

export const restoredFrom = (restored: vscode.WebviewPanel): Origin => ({ goesOn: true, restored });

/**
 * Tabs that a reload left in the background: VS Code wakes such a panel when somebody looks at it, and tells
 * nobody of it before. One of them beside a new panel would be a second one of the same.
 */
export const sleepingTabs = (type: PanelType, title: string): readonly vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input, label }) =>
        // The editor puts a prefix of its own before the type.
        input instanceof vscode.TabInputWebview && input.viewType.endsWith(type) && label === title,
    );
