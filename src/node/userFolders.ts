/** node: adapters on plain Node, no native modules. This file: where a user's things lie that belong to no dataset. */

import { homedir } from 'node:os';
import path from 'node:path';

export interface UserFolders {
  /** Disposable: embeddings, thumbnails, indexes. */
  readonly cache: string;
  /** Journals and runs of datasets that cannot be written. */
  readonly data: string;
  /** Which writer this clone is. */
  readonly state: string;
}

/** `WINNOW_HOME` puts all three into one folder; else the platform's habits. */
export const userFolders = (
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): UserFolders => {
  const own = env['WINNOW_HOME'];
  if (own) return { cache: path.join(own, 'cache'), data: path.join(own, 'data'), state: path.join(own, 'state') };
  if (platform === 'win32') {
    const base = path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'winnow');
    return { cache: path.join(base, 'cache'), data: path.join(base, 'data'), state: path.join(base, 'state') };
  }
  if (platform === 'darwin') {
    const support = path.join(home, 'Library', 'Application Support', 'winnow');
    return { cache: path.join(home, 'Library', 'Caches', 'winnow'), data: support, state: path.join(support, 'state') };
  }
  // The XDG rule: a relative path is invalid and ignored.
  const folder = (name: string, fallback: string): string => {
    const value = env[name];
    return path.join(value && path.isAbsolute(value) ? value : path.join(home, fallback), 'winnow');
  };
  return {
    cache: folder('XDG_CACHE_HOME', '.cache'),
    data: folder('XDG_DATA_HOME', '.local/share'),
    state: folder('XDG_STATE_HOME', '.local/state'),
  };
};
