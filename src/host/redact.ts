/** What may stand in a log that somebody pastes into an issue. No `vscode` here, so that a plain test can read it. */

import { homedir } from 'node:os';

/** Home folders are shortened and query strings dropped, so that a pasted log tells nothing about its owner. */
export const redact = (text: string, home: string = homedir()): string =>
  (home.length > 1 ? text.replaceAll(home, '~') : text).replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?…');
