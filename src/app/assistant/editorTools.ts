/** The table as the editor's manifest has it (`contributes.languageModelTools`): a test holds package.json to this. */

import { ToolInput, type InputSchema } from './toolInput.js';
import { assistantTools, type AssistantTool } from './tools.js';

/** Several datasets can be open in one window. */
const datasetProperty = {
  type: 'string',
  description: 'Folder or name of the dataset; default: the one in front, or the last used',
} as const;

export const editorInput = ({ input }: AssistantTool): InputSchema => ({
  ...input,
  properties: { ...input.properties, dataset: datasetProperty },
});

export const editorName = ({ name }: AssistantTool): string => `winnow_${name}`;

/** Which dataset is meant, and the input of the tool itself. @throws WinnowError 'usage'. */
export const splitInput = (tool: AssistantTool, given: unknown): { dataset: string | null; own: unknown } => {
  const dataset = new ToolInput(editorInput(tool), given).text('dataset');
  const { dataset: _dataset, ...own } = (given ?? {}) as Readonly<Record<string, unknown>>;
  return { dataset, own };
};

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

export const languageModelTools = (): unknown =>
  assistantTools.map((tool) => ({
    name: editorName(tool),
    displayName: `Winnow: ${tool.title}`,
    toolReferenceName: camel(editorName(tool)),
    canBeReferencedInPrompt: true,
    modelDescription: tool.description,
    userDescription: tool.description.split(/(?<=[.:]) /, 1)[0]?.replace(/:$/, '.') ?? tool.title,
    tags: ['images', 'dataset'],
    inputSchema: editorInput(tool),
  }));
