/** A request's body into a file of ours, piece by piece and never more than is allowed. */

import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { refusal, type ServiceAnswer } from '../../ports/service.js';

/** What the headers alone forbid; null = the body may be read. */
export const headerProblem = ({ headers }: IncomingMessage, maxBytes: number): ServiceAnswer | null => {
  const type = headers['content-type']?.toLowerCase() ?? '';
  if (/^(multipart\/|application\/(json|x-www-form-urlencoded))/.test(type)) {
    return refusal(
      415,
      'usage',
      'Send the bytes of the picture as the body, not a form: curl --data-binary @photo.jpg -H "Content-Type: image/jpeg".',
    );
  }
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') {
    return refusal(415, 'usage', 'Send the picture as it is: packed bodies are not opened.');
  }
  const declared = headers['content-length'];
  if (declared !== undefined && Number(declared) > maxBytes) return tooLarge(maxBytes);
  return declared === '0' ? empty() : null;
};

/** Null when all of it is in `file`. Rejects when the client goes away or the disk refuses. */
export const receivePicture = async (
  request: IncomingMessage,
  file: string,
  maxBytes: number,
): Promise<ServiceAnswer | null> => {
  const handle = await open(file, 'wx', 0o600);
  let bytes = 0;
  try {
    // By hand: leaving a `for await` early would close the connection before the refusal is sent.
    const pieces = request[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      bytes += next.value.length;
      if (bytes > maxBytes) return tooLarge(maxBytes);
      await handle.write(next.value);
    }
  } finally {
    await handle.close();
  }
  return bytes === 0 ? empty() : null;
};

const tooLarge = (maxBytes: number): ServiceAnswer =>
  refusal(
    413,
    'too-large',
    `The picture is larger than ${String(Math.round(maxBytes / 1048576))} MB. Make it smaller.`,
  );

const empty = (): ServiceAnswer => refusal(400, 'usage', 'The body is empty. Send the bytes of a picture.');
