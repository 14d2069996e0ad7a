import { WinnowError } from '../base/errors.js';

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

/** The error as a sentence with what to do next; anything that is not the disk's is passed on as it is. */
export const diskError = (error: unknown, what: string): unknown => {
  if (error instanceof WinnowError) return error;
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new WinnowError(
        'disk-full',
        `${what}: the disk is full. Nothing is lost; free some space and try again.`,
        {
          cause: error,
        },
      );
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new WinnowError(
        'read-only',
        `${what}: no permission to write there. Nothing was changed; check the folder's permissions.`,
        { cause: error },
      );
    default:
      return error;
  }
};

/** Runs `work`; what the disk refuses becomes a sentence. */
export const onDisk = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, what);
  }
};
