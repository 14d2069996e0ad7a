/** A request's body into a file of ours, piece by piece and never more than is allowed. */

import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { refusal, type ServiceAnswer } from '../../ports/service.js';
import type { Sender } from './senders.js';

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

/** Null when all of it is in `file`; a refusal when it is too large, empty, or its sender lost its place. Rejects when the client goes away or the disk refuses. */
export const receivePicture = async (
  request: IncomingMessage,
  file: string,
  maxBytes: number,
  sender: Pick<Sender, 'came' | 'evicted'>,
): Promise<ServiceAnswer | null> => {
  const handle = await open(file, 'wx', 0o600);
  let bytes = 0;
  const lost = new Promise<null>((resolve) => sender.evicted.addEventListener('abort', () => resolve(null)));
  try {
    // By hand: leaving a `for await` early would close the connection before the refusal is sent.
    const pieces = request[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    for (;;) {
      const next = await Promise.race([pieces.next(), lost]);
      if (next === null) return tooSlow();
      if (next.done === true) break;
      bytes += next.value.length;
      sender.came(bytes);
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

const tooSlow = (): ServiceAnswer => ({
  ...refusal(408, 'busy', 'The picture came too slowly while others waited. Send it again, or a smaller one.'),
  retryAfter: 5,
});

const empty = (): ServiceAnswer => refusal(400, 'usage', 'The body is empty. Send the bytes of a picture.');
