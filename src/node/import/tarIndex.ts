/** What a tar archive holds and where: nothing is unpacked, so no name in it can lead anywhere. */

import { open, type FileHandle } from 'node:fs/promises';

export interface TarPlace {
  readonly start: number;
  readonly bytes: number;
}

export interface TarIndex {
  /** Plain files by name, in the order of the archive. */
  readonly files: ReadonlyMap<string, TarPlace>;
  /** Sentences for what is left out. */
  readonly problems: readonly string[];
}

const block = 512;
const mostEntries = 1_000_000;
/** Of a long name or a pax header. */
const mostHeaderBytes = 1024 * 1024;
const mostProblems = 100;

const kinds: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
  S: 'a sparse file',
};

/** Never throws for what is in the file; reads headers only. */
export const readTarIndex = async (file: string): Promise<TarIndex> => {
  const handle = await open(file, 'r');
  try {
    return await new Reader(handle, (await handle.stat()).size).read();
  } finally {
    await handle.close();
  }
};

class Reader {
  readonly #files = new Map<string, TarPlace>();
  readonly #problems: string[] = [];
  #untold = 0;

  constructor(
    private readonly handle: FileHandle,
    private readonly size: number,
  ) {}

  async read(): Promise<TarIndex> {
    let at = 0;
    let next: Readonly<Record<string, string>> = {};
    for (let n = 0; at + block <= this.size; n++) {
      if (n === mostEntries) {
        this.#tell('The archive has more than 1,000,000 entries; the rest was not read.');
        break;
      }
      const header = await this.#bytes(at, block);
      if (header.every((byte) => byte === 0)) break;
      if (!hasRightSum(header)) {
        this.#tell(
          at === 0
            ? 'The file is no tar archive (a packed one is unpacked first: gunzip).'
            : `The archive is damaged at byte ${String(at)}; what comes after it was not read.`,
        );
        break;
      }
      const kind = String.fromCharCode(header[156] || 0x30);
      const bytes = next['size'] === undefined ? numberAt(header, 124) : Number(next['size']);
      const start = at + block;
      const name = next['path'] ?? nameAt(header);
      if (!Number.isSafeInteger(bytes) || bytes < 0 || start + bytes > this.size) {
        this.#tell(`${said(name)} is cut short; the archive ends before it does.`);
        break;
      }
      at = start + Math.ceil(bytes / block) * block;
      if ('LKxg'.includes(kind)) {
        if (bytes > mostHeaderBytes) {
          this.#tell('The archive has a header of more than 1 MB; what comes after it was not read.');
          break;
        }
        const content = await this.#bytes(start, bytes);
        if (kind === 'L') next = { ...next, path: content.toString('utf8').replace(/\0.*$/s, '') };
        else if (kind === 'x') next = { ...next, ...paxOf(content) };
        continue;
      }
      this.#take(name, Object.keys(next).some((key) => key.startsWith('GNU.sparse')) ? 'S' : kind, { start, bytes });
      next = {};
    }
    if (this.size < block) this.#tell('The file is no tar archive (it is too short).');
    if (this.#untold > 0) this.#problems.push(`${String(this.#untold)} more entries were left out.`);
    return { files: this.#files, problems: this.#problems };
  }

  #take(name: string, kind: string, place: TarPlace): void {
    if (kind === '5' || (kind === '0' && name.endsWith('/'))) return;
    const what = kinds[kind] ?? (kind === '0' || kind === '7' ? null : 'of an unknown kind');
    const path = name.replace(/^(\.\/)+/, '');
    if (what !== null) this.#tell(`${said(name)} is ${what}; only plain files are taken.`);
    else if (!isPlainPath(path))
      this.#tell(`${said(name)} would lie outside of the archive's folder; it was left out.`);
    else if (this.#files.has(path)) this.#tell(`${said(name)} is there twice; the first was taken.`);
    else this.#files.set(path, place);
  }

  #tell(sentence: string): void {
    if (this.#problems.length < mostProblems) this.#problems.push(sentence);
    else this.#untold++;
  }

  async #bytes(at: number, length: number): Promise<Buffer> {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await this.handle.read(buffer, 0, length, at);
    return buffer.subarray(0, bytesRead);
  }
}

const said = (name: string): string => JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);

const isPlainPath = (path: string): boolean =>
  path !== '' &&
  !/^([/\\]|[a-z]:)/i.test(path) &&
  !path.includes('\0') &&
  path.split(/[/\\]/).every((part) => part !== '..' && part !== '');

const textAt = (header: Buffer, at: number, length: number): string => {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
};

const nameAt = (header: Buffer): string => {
  const prefix = textAt(header, 257, 6) === 'ustar' ? textAt(header, 345, 155) : '';
  return prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`;
};

/** Octal digits, or base 256 when the first bit is set; NaN for anything else. */
const numberAt = (header: Buffer, at: number): number => {
  const first = header[at] ?? 0;
  if (first === 0x80) return Number(BigInt(`0x${header.subarray(at + 1, at + 12).toString('hex')}`));
  const digits = textAt(header, at, 12).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits === '' ? '0' : digits, 8) : Number.NaN;
};

/** The sum of all bytes, those of the sum itself counted as spaces. */
const hasRightSum = (header: Buffer): boolean => {
  let sum = 0;
  header.forEach((byte, i) => (sum += i >= 148 && i < 156 ? 0x20 : byte));
  return Number.parseInt(textAt(header, 148, 8).trim(), 8) === sum;
};

/** `<length> <key>=<value>\n`, the length in bytes and of the whole record. */
const paxOf = (content: Buffer): Record<string, string> => {
  const found: Record<string, string> = {};
  for (let at = 0; at < content.length;) {
    const length = Number.parseInt(content.subarray(at, at + 20).toString('latin1'), 10);
    if (!(length > 4) || at + length > content.length) break;
    const record = /^\d+ ([^=]+)=(.*)\n$/s.exec(content.subarray(at, at + length).toString('utf8'));
    if (record && record[1] !== '__proto__') found[record[1]!] = record[2]!;
    at += length;
  }
  return found;
};
