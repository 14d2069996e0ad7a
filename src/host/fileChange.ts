/** What a file event means for a dataset. No `vscode` here, so that a plain test can read it. */

export type Change = 'files' | 'journal' | 'none';

/** What a path below the dataset folder means, with `/`. */
export const changeOf = (relative: string): Change => {
  // Our own half-written files come and go.
  if (/(^|\/)\.winnow-\d+-[0-9a-f]{12}\.tmp$/.test(relative)) return 'none';
  if (!/^\.winnow(\/|$)/.test(relative)) return 'files';
  return /^\.winnow\/(journal\/|runs\/[^/]+\/DONE$)/.test(relative) ? 'journal' : 'none';
};
