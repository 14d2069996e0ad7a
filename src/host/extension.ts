/** The extension's door. */

import * as vscode from 'vscode';
import { compose, type WinnowHost } from './compose.js';

export const activate = (context: vscode.ExtensionContext): WinnowHost | undefined => {
  const host = compose(context);
  const isTest = context.extensionMode === vscode.ExtensionMode.Test || process.env['WINNOW_TEST'] === '1';
  return isTest ? host : undefined;
};
