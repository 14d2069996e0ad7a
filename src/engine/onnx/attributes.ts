/** A node's attributes, read with their defaults. */

import { toNumber, type OnnxAttribute, type OnnxNode } from './onnxModel.js';

const find = (node: OnnxNode, name: string): OnnxAttribute | undefined =>
  node.attribute?.find((each) => each.name === name);

export const intAttribute = (node: OnnxNode, name: string, otherwise: number): number => {
  const found = find(node, name);
  return found?.i === undefined ? otherwise : toNumber(found.i);
};

export const floatAttribute = (node: OnnxNode, name: string, otherwise: number): number =>
  find(node, name)?.f ?? otherwise;

export const intsAttribute = (node: OnnxNode, name: string, otherwise: readonly number[]): readonly number[] => {
  const found = find(node, name)?.ints;
  return found && found.length > 0 ? found.map(toNumber) : otherwise;
};

export const stringAttribute = (node: OnnxNode, name: string, otherwise: string): string => {
  const found = find(node, name)?.s;
  return found && found.length > 0 ? new TextDecoder().decode(found) : otherwise;
};
