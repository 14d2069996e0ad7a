// What the host tests share: the extension's test API, and waiting for events instead of sleeping.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { WinnowHost } from '../../src/host/compose.js';
import type { TreeNode } from '../../src/host/views/tree.js';

export const activated = async (): Promise<WinnowHost> => {
  const extension = vscode.extensions.getExtension<WinnowHost | undefined>('winnow.winnow');
  assert.ok(extension, 'winnow.winnow is not among the extensions');
  const host = await extension.activate();
  assert.ok(host, 'the extension gave no test API');
  return host;
};

type Subscribe<T> = (listener: (value: T) => void) => { dispose(): void };

/** Resolves as soon as `isSo` holds, asking again after each event; the suite's time-out is the limit. */
export const until = <T>(event: Subscribe<T>, isSo: () => boolean | Promise<boolean>): Promise<void> =>
  new Promise((resolve, reject) => {
    const subscription = event(() => void ask());
    const ask = async (): Promise<void> => {
      try {
        if (!(await isSo())) return;
        subscription.dispose();
        resolve();
      } catch (error) {
        subscription.dispose();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    void ask();
  });

/** The labels of a tree, children indented under their parents. */
export const drawn = async (
  tree: { getChildren(node?: TreeNode): Promise<TreeNode[]> },
  node?: TreeNode,
  depth = 0,
): Promise<string[]> => {
  const lines: string[] = [];
  for (const child of await tree.getChildren(node)) {
    const { label = '', description } = child.item;
    const name = typeof label === 'string' ? label : label.label;
    lines.push(`${'  '.repeat(depth)}${name}${description === undefined ? '' : ` | ${String(description)}`}`);
    if (child.children) lines.push(...(await drawn(tree, child, depth + 1)));
  }
  return lines;
};
