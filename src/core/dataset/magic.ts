/** What the first bytes of a file say about it; the name says nothing. */

const starts = (bytes: Uint8Array, text: string, at = 0): boolean => {
  if (bytes.length < at + text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
};

/** Whether the file begins like a picture of any common format, readable here or not. */
export const looksLikeImage = (head: Uint8Array): boolean =>
  (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) ||
  starts(head, '\x89PNG\r\n') ||
  starts(head, 'GIF8') ||
  (starts(head, 'RIFF') && starts(head, 'WEBP', 8)) ||
  (starts(head, 'ftyp', 4) &&
    ['avif', 'avis', 'heic', 'heix', 'mif1', 'msf1'].some((brand) => starts(head, brand, 8))) ||
  (starts(head, 'BM') && head.length > 26) ||
  starts(head, 'II*\0') ||
  starts(head, 'MM\0*');

/** What a file is by its first bytes, in one word; null for bytes that say nothing. */
export const typeByMagic = (head: Uint8Array): string | null => {
  if (head.length === 0) return 'empty';
  if (head[0] === 0xff && head[1] === 0xd8) return 'jpeg';
  if (starts(head, '\x89PNG\r\n')) return 'png';
  if (starts(head, 'GIF8')) return 'gif';
  if (starts(head, 'RIFF') && starts(head, 'WEBP', 8)) return 'webp';
  if (starts(head, 'ftypavi', 4)) return 'avif';
  if (starts(head, 'ftyp', 4)) return 'heif';
  if (starts(head, 'BM')) return 'bmp';
  if (starts(head, 'II*\0') || starts(head, 'MM\0*')) return 'tiff';
  if (starts(head, '%PDF-')) return 'pdf';
  if (starts(head, 'PK\x03\x04')) return 'zip';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const text = String.fromCharCode(...head.subarray(0, 64))
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase();
  if (/^<(!doctype html|html|head|body)/.test(text)) return 'html';
  if (/^<(\?xml|svg)/.test(text)) return text.includes('<svg') ? 'svg' : 'xml';
  if (/^[[{]/.test(text)) return 'json';
  return /^[\x20-\x7e\s]+$/.test(text) ? 'text' : null;
};

/** Git-LFS left a pointer where the picture should be. */
export const isLfsPointer = (head: Uint8Array): boolean => starts(head, 'version https://git-lfs.github.com/spec/');

/** Names that are never photos, unless their bytes say otherwise. */
export const isUsuallyIgnored = (name: string): boolean =>
  /^(thumbs\.db|desktop\.ini|\.ds_store)$/i.test(name) ||
  name.startsWith('._') ||
  /\.(txt|json|jsonl|csv|md)$/i.test(name);
