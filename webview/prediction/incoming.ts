/** What a person pastes or drops: pictures by their bytes, files of the editor's Explorer by their addresses. */

import { maxImageBytes } from '../../src/protocol/plain.js';

export interface Incoming {
  readonly files: readonly File[];
  readonly uris: readonly string[];
  /** Sentences about what was left out. */
  readonly refused: readonly string[];
}

/** Lists of addresses in the order of trust: the editor's own first. */
const uriTypes = ['application/vnd.code.uri-list', 'text/uri-list'];

/** @param transfer of a `paste` or `drop` event; must be read before the event ends. */
export const incoming = (transfer: DataTransfer): Incoming => {
  const all = [...transfer.files];
  const refused: string[] = [];
  const files = all.filter((file) => {
    if (file.type !== '' && !file.type.startsWith('image/')) refused.push(`${file.name} is not an image.`);
    else if (file.size > maxImageBytes) refused.push(`${file.name} is larger than 25 MB: use the file button.`);
    else return true;
    return false;
  });
  if (all.length > 0) return { files, uris: [], refused };
  const uris = uriTypes.map((type) => uriList(transfer.getData(type))).find((list) => list.length > 0);
  return { files: [], uris: uris ?? [], refused };
};

/** RFC 2483: one address a line, `#` begins a comment. */
export const uriList = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
