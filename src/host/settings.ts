/** The settings, typed; every one works at its default. */

import * as vscode from 'vscode';
import type { TrainOptions } from '../app/train.js';
import type { Recipe } from '../protocol/engine.js';
import { trainingDevices, type TrainingDevice } from '../protocol/training.js';

const read = <T>(key: string, fallback: T): T => vscode.workspace.getConfiguration('winnow').get<T>(key, fallback);
const oneOf = <T extends string>(value: string, allowed: readonly T[], fallback: T): T =>
  allowed.find((candidate) => candidate === value) ?? fallback;

/** What `train` is asked for. Nonsense in settings.json counts as the default. */
export const trainOptions = (): TrainOptions => {
  const seed = read<unknown>('training.seed', 42);
  const size = read<unknown>('training.inputSize', 0);
  const normalise = oneOf(read('training.normalise', ''), ['', 'signed', 'imagenet', 'unit'], '');
  return {
    backbone: read('backbone', '').trim() || null,
    normalise: normalise === '' ? null : normalise,
    size: typeof size === 'number' && Number.isInteger(size) && size > 0 ? size : null,
    views: oneOf(read('training.views', 'all'), ['all', '1'], 'all'),
    seed: typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 ? seed : 42,
    // CUDA trains; it looks at no photos.
    device: oneOf(read('device', 'auto'), ['auto', 'cpu', 'webgpu'], 'auto'),
  };
};

/** What a fine-tuning is asked to compute on. */
export const trainingDevice = (): TrainingDevice => oneOf(read('device', 'auto'), trainingDevices, 'auto');

/**
 * Sets the network that photos are looked at with, where it was set before, else for the user.
 * @param normalise null = the network's own; what stood there belonged to another network.
 */
export const setBackbone = async (backbone: string, normalise: Recipe['normalise'] | null): Promise<void> => {
  const settings = vscode.workspace.getConfiguration('winnow');
  const set = async (key: string, value: string | undefined): Promise<void> => {
    const isOfWorkspace = settings.inspect(key)?.workspaceValue !== undefined;
    const { Global, Workspace } = vscode.ConfigurationTarget;
    await settings.update(key, value, isOfWorkspace ? Workspace : Global);
  };
  await set('backbone', backbone === '' ? undefined : backbone);
  await set('training.normalise', normalise ?? undefined);
};

/** The Node that the user named for the engine; null = find one. Machine scope: a workspace cannot set it. */
export const nodePath = (): string | null => read('nodePath', '').trim() || null;

/** The most images that one predict on a folder answers. */
export const maxPredictFiles = (): number => Math.min(2000, Math.max(1, read('prediction.maxFiles', 1000)));

/** Whether suspicious images carry a badge in the Explorer. */
export const hasBadges = (): boolean => read<unknown>('explorer.badges', true) !== false;

export interface GatherNetwork {
  /** The editor's own `http.proxy`; null = none that is usable. */
  readonly proxy: string | null;
  /** For the owner of a server, in the User-Agent; null = none. */
  readonly contact: string | null;
  /** Exact `host:port`. */
  readonly allowPrivateHosts: readonly string[];
  /** Provider id → address. */
  readonly baseUrls: Readonly<Record<string, string>>;
}

/** How the network is used. Machine scope: a workspace cannot send anybody elsewhere. */
export const gatherNetwork = (): GatherNetwork => {
  const given = read<unknown>('gather.network', {});
  const { contact, allowPrivateHosts, baseUrls } = (typeof given === 'object' && given !== null ? given : {}) as Record<
    string,
    unknown
  >;
  const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
  const proxy = vscode.workspace.getConfiguration('http').get<string>('proxy', '').trim();
  return {
    proxy: /^https?:/i.test(proxy) && URL.canParse(proxy) ? proxy : null,
    contact: isText(contact) ? contact.trim() : null,
    allowPrivateHosts: Array.isArray(allowPrivateHosts) ? allowPrivateHosts.filter(isText) : [],
    baseUrls: Object.fromEntries(
      Object.entries(typeof baseUrls === 'object' && baseUrls !== null ? baseUrls : {}).filter(
        (pair): pair is [string, string] => isText(pair[1]),
      ),
    ),
  };
};
