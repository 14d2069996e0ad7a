/** One entry of a tar archive, honest or not. */

interface Entry {
  readonly name: string;
  readonly kind?: string;
  readonly body?: string | Buffer;
  /** As it is written, instead of the body's. */
  readonly size?: string | Buffer;
  readonly prefix?: string;
  readonly magic?: string;
}
export const tarEntry = ({
  name,
  kind = '0',
  body = '',
  size,
  prefix = '',
  magic = 'ustar\u000000',
}: Entry): Buffer => {
  const content = Buffer.from(body);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write('0000644\0', 100);
  if (Buffer.isBuffer(size)) size.copy(header, 124);
  else header.write(size ?? `${content.length.toString(8).padStart(11, '0')} `, 124, 12);
  header.fill(0x20, 148, 156);
  header.write(kind, 156);
  header.write(magic, 257);
  header.write(prefix, 345, 155);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
};
