// Writes tar archives (POSIX.1-2001, pax), as an engine takes its build contexts and images.
import { open, readlink } from 'node:fs/promises';

/** What goes into an archive. */
export interface TarEntry {
  /** Its path in the archive, parts divided by `/`. */
  readonly name: string;
  readonly mode: number;
  readonly content:
    | { readonly kind: 'bytes'; readonly bytes: Buffer }
    /** Read while the archive is written; `size` bytes of it count, whatever it is by then. */
    | { readonly kind: 'file'; readonly path: string; readonly size: number }
    | { readonly kind: 'link'; readonly path: string }
    | { readonly kind: 'folder' };
}

const blockBytes = 512;
const chunkBytes = 64 * 1024;
/** What fits into the fields of a header; longer ones get a pax record. */
const nameBytes = 100;

/** The archive of `entries`, piece by piece. */
export async function* tar(
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const { name, mode, content } of entries) {
    switch (content.kind) {
      case 'bytes':
        yield* header({ name, mode, type: '0', size: content.bytes.length });
        yield* padded(content.bytes);
        break;
      case 'file':
        yield* header({ name, mode, type: '0', size: content.size });
        yield* fileBytes(content.path, content.size);
        break;
      case 'link':
        yield* header({ name, mode, type: '2', size: 0, link: await readlink(content.path) });
        break;
      case 'folder':
        yield* header({ name: `${name}/`, mode, type: '5', size: 0 });
        break;
    }
  }
  yield Buffer.alloc(2 * blockBytes);
}

interface Header {
  readonly name: string;
  readonly mode: number;
  /** `0` a file, `2` a symbolic link, `5` a folder, `x` records for the next header. */
  readonly type: string;
  readonly size: number;
  readonly link?: string;
}

function* header(fields: Header): Generator<Buffer> {
  const { name, size, link = '' } = fields;
  const records = [
    ...(fits(name) ? [] : [record('path', name)]),
    ...(fits(link) ? [] : [record('linkpath', link)]),
    ...(size < 8 ** 11 ? [] : [record('size', String(size))]),
  ];
  if (records.length > 0) {
    const bytes = Buffer.from(records.join(''));
    yield block({ name: 'pax', mode: 0o644, type: 'x', size: bytes.length });
    yield* padded(bytes);
  }
  yield block(fields);
}

const fits = (text: string): boolean => Buffer.byteLength(text) <= nameBytes;

/** `LENGTH KEY=VALUE\n`; the length counts its own digits. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes;
  while (length !== restBytes + String(length).length) length = restBytes + String(length).length;
  return `${length}${rest}`;
}

function block({ name, mode, type, size, link = '' }: Header): Buffer {
  const bytes = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, width: number): void => {
    bytes.write(value.toString(8).padStart(width - 1, '0'), at, width - 1, 'latin1');
  };
  Buffer.from(name).copy(bytes, 0, 0, nameBytes);
  octal(mode & 0o7777, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size < 8 ** 11 ? size : 0, 124, 12);
  // The same time always: the engine's layer cache looks at contents, not at clocks.
  octal(0, 136, 12);
  bytes.write(' '.repeat(8), 148, 'latin1');
  bytes.write(type, 156, 'latin1');
  Buffer.from(link).copy(bytes, 157, 0, nameBytes);
  bytes.write('ustar\0', 257, 'latin1');
  bytes.write('00', 263, 'latin1');
  // The checksum is that of the header with blanks in its place.
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

function* padded(bytes: Buffer): Generator<Buffer> {
  yield bytes;
  yield padding(bytes.length);
}

const padding = (size: number): Buffer =>
  Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);

/** A file that became shorter meanwhile is filled up with zeros, or the archive would be broken. */
async function* fileBytes(path: string, size: number): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    for (let left = size; left > 0;) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, left));
      const { bytesRead } = await file.read(chunk, 0, chunk.length);
      const piece = bytesRead === 0 ? chunk : chunk.subarray(0, bytesRead);
      left -= piece.length;
      yield piece;
    }
  } finally {
    await file.close();
  }
  yield padding(size);
}
