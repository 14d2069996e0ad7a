import { readFile } from 'node:fs/promises';

/** A thumbnail as a `data:` URI; null when it cannot be read. */
export const readThumbnail = async (file: string): Promise<string | null> => {
  const bytes = await readFile(file).catch(() => null);
  return bytes && `data:image/jpeg;base64,${bytes.toString('base64')}`;
};
