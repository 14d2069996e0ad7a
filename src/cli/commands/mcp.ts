import type { Command } from 'commander';
import type { RunCommand, Session } from '../session.js';

const mcpCommand = async (session: Session, dir: string): Promise<null> => {
  const dataset = await session.open(dir);
  // The folder is read before anybody asks: a wrong one is told at once.
  await dataset.snapshot(session.signal);
  // Loaded for this command only: all others start without it.
  const { serveAssistant } = await import('../mcpServer.js');
  await serveAssistant(dataset, session);
  return null;
};

export const addMcpCommand = (command: (name: string, description: string) => Command, run: RunCommand): void => {
  command('mcp', 'let an assistant look at the dataset and relabel, over MCP on stdin and stdout')
    .argument('<dir>')
    .action((dir: string) => run((s) => mcpCommand(s, dir), false));
};
