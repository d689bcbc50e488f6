// What the tests of submissions share: archives written byte by byte, as no packer would write them.
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';

/** An entry of a zip archive; what is left out is as an honest packer writes it. */
export interface ZipPart {
  readonly name: string;
  readonly content?: string | Buffer;
  /** The Unix mode with its kind, say `0o120777` for a link. */
  readonly mode?: number;
  readonly isEncrypted?: boolean;
  readonly isStored?: boolean;
  /** What the headers claim, instead of the truth. */
  readonly claimedBytes?: number;
  readonly claimedSum?: number;
  readonly method?: number;
}

const deflated = 8;
const stored = 0;
const utf8Names = 0x800;

/** A zip archive as APPNOTE.TXT of PKWARE describes it; the same bytes for the same parts. */
export function zipOf(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const content = Buffer.from(part.content ?? '');
    const method = part.isStored === true ? stored : deflated;
    const data = method === stored ? content : deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(utf8Names | (part.isEncrypted === true ? 1 : 0), 2);
    common.writeUInt16LE(part.method ?? method, 4);
    // The first moment that the format knows: 1 January 1980.
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(part.claimedSum ?? crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(part.claimedBytes ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((part.mode ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const madeByUnix = Buffer.from([30, 3]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), madeByUnix, common, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from('PK\x05\x06'), end]);
}

/** An entry of a tar archive, with its content. */
export type TarPart = Partial<Header> & { readonly name: string; readonly content?: string };

/** A plain tar archive; the same bytes for the same parts. */
export async function tarOf(parts: readonly TarPart[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of parts) {
    archive.entry({ mode: 0o644, mtime: new Date(0), ...header }, content);
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) {
    const bytes: unknown = chunk;
    if (bytes instanceof Uint8Array) chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The same, packed by gzip. */
export const tarGzipOf = async (parts: readonly TarPart[]): Promise<Buffer> =>
  gzipSync(await tarOf(parts));
