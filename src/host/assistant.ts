/** The assistant's tools in the editor: the same table as `winnow mcp`, with a question before anything changes. */

import path from 'node:path';
import * as vscode from 'vscode';
import { editorName, splitInput } from '../app/assistant/editorTools.js';
import { ToolInput } from '../app/assistant/toolInput.js';
import { assistantTools, runTool, type AssistantTool } from '../app/assistant/tools.js';
import type { OpenDataset } from '../app/openDataset.js';
import { WinnowError } from '../base/errors.js';
import { Scope, type Disposable } from '../base/scope.js';
import type { Datasets } from './datasets.js';
import type { OutputLog } from './outputLog.js';
import type { Training } from './training.js';
import { requireTrust } from './trustedEngine.js';

export interface Around {
  readonly datasets: Datasets;
  readonly training: Training;
  /** The dataset of the panel in front. */
  readonly inFront: () => OpenDataset | null;
  readonly log: OutputLog;
}

export const registerAssistantTools = (around: Around): Disposable => {
  const scope = new Scope();
  for (const tool of assistantTools) scope.add(vscode.lm.registerTool(editorName(tool), editorTool(tool, around)));
  return scope;
};

export const editorTool = (tool: AssistantTool, around: Around): vscode.LanguageModelTool<unknown> => ({
  prepareInvocation: async ({ input }) => {
    try {
      const { dataset, own } = splitInput(tool, input);
      const { name } = await meant(around, dataset);
      const invocationMessage = vscode.l10n.t('{0}: {1}', name, tool.title);
      if (!tool.question) return { invocationMessage };
      const message = tool.question(new ToolInput(tool.input, own));
      return { invocationMessage, confirmationMessages: { title: `${name}: ${tool.title}`, message } };
    } catch (error) {
      // Running it will say the same to the model; but nothing that changes something runs unasked.
      if (!WinnowError.is(error)) throw error;
      return tool.question ? { confirmationMessages: { title: tool.title, message: error.message } } : {};
    }
  },
  invoke: async ({ input }, token) => {
    const abort = new AbortController();
    const listening = token.onCancellationRequested(() => abort.abort());
    try {
      requireTrust();
      const { dataset: named, own } = splitInput(tool, input);
      const dataset = await meant(around, named);
      const answer = await runTool(tool, dataset, own, {
        by: 'assistant',
        fileOf: (text) => path.resolve(dataset.store.dir, text),
        // With the window's own progress and its own way to stop it.
        train: () => around.training.run(dataset),
        signal: abort.signal,
      });
      return result(JSON.stringify(answer));
    } catch (error) {
      if (!WinnowError.is(error)) throw error;
      // A sentence that the model can act on; the log has it too.
      around.log.warn(`${editorName(tool)}: ${error.message}`);
      return result(JSON.stringify({ error: { code: error.code, message: error.message } }));
    } finally {
      listening.dispose();
    }
  },
});

const result = (text: string): vscode.LanguageModelToolResult =>
  new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);

/** By folder or name; else the one in front, else the last used. Throws `not-found`. */
const meant = async ({ datasets, inFront }: Around, text: string | null): Promise<OpenDataset> => {
  await datasets.restore();
  const open = datasets.list();
  const found =
    text === null
      ? (inFront() ?? datasets.lastUsed)
      : (datasets.find(text) ?? open.find(({ name }) => name === text) ?? null);
  if (found) return found;
  throw new WinnowError(
    'not-found',
    open.length === 0
      ? vscode.l10n.t('No dataset is open. Run “Winnow: Open Dataset” first.')
      : vscode.l10n.t('No open dataset is called {0}. Open: {1}.', text ?? '', open.map(({ name }) => name).join(', ')),
  );
};
