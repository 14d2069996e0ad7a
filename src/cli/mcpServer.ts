/** The assistant's tools over the Model Context Protocol, on stdin and stdout. */

import path from 'node:path';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema, type CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { assistantTools, runTool } from '../app/assistant/tools.js';
import type { OpenDataset } from '../app/openDataset.js';
import { defaultTrainOptions, train } from '../app/train.js';
import { WinnowError } from '../base/errors.js';
import type { OnProgress } from '../ports/engine.js';
import type { Session } from './session.js';

declare const WINNOW_VERSION: string;

const instructions =
  'Winnow finds wrong labels in image datasets. Train first when a tool says so. Labels change only by relabel; each change is one journal entry that undo takes back, and no file moves before a person applies the decisions.';

/** Until the client hangs up or the person stops it. */
export const serveAssistant = async (dataset: OpenDataset, session: Session): Promise<void> => {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- McpServer takes zod schemas only; ours are JSON, shared with the editor
  const server = new Server(
    { name: 'winnow', title: `Winnow: ${dataset.name}`, version: WINNOW_VERSION },
    { capabilities: { tools: {} }, instructions },
  );
  let isTraining = false;
  const trainOnce: Parameters<typeof runTool>[3]['train'] = async (onProgress, signal) => {
    if (isTraining) throw new WinnowError('busy', `${dataset.name} is being trained already. Wait for it.`);
    isTraining = true;
    try {
      return await train(dataset, defaultTrainOptions, onProgress ? { onProgress } : {}, signal);
    } finally {
      isTraining = false;
    }
  };
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: assistantTools.map(({ name, title, description, input, question }) => ({
      name,
      title,
      description,
      inputSchema: { ...input, required: [...input.required] },
      annotations: { title, readOnlyHint: question === null, destructiveHint: false, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, _meta, sendNotification }) => {
    const tool = assistantTools.find(({ name }) => name === params.name);
    if (!tool) return failed(`There is no tool ${params.name}.`);
    const progressToken = _meta?.progressToken;
    const tell: OnProgress = ({ stage, done, total }) => {
      if (progressToken === undefined) return;
      const told = { progressToken, progress: done, total, message: stage };
      sendNotification({ method: 'notifications/progress', params: told }).catch(() => undefined);
    };
    try {
      const answer = await runTool(tool, dataset, params.arguments, {
        by: 'mcp',
        fileOf: (text) => path.resolve(dataset.store.dir, text),
        train: trainOnce,
        onProgress: tell,
        signal,
      });
      return { content: [{ type: 'text', text: JSON.stringify(answer) }] } satisfies CallToolResult;
    } catch (error) {
      if (WinnowError.is(error)) return failed(error.message);
      session.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return failed('Something unexpected went wrong. Images and decisions are safe.');
    }
  });
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve;
    // The transport does not notice a client that has gone.
    process.stdin.once('end', resolve).once('close', resolve);
    session.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
};

const failed = (message: string): CallToolResult => ({ isError: true, content: [{ type: 'text', text: message }] });
