// Reads zip archives. What their directory says of a file is a claim: sizes, sums and kinds are held
// against what comes out.
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { damaged } from './damaged.ts';
import { refusal } from './entry-path.ts';
import type { TreeWriter } from './tree-writer.ts';

/** The bits of a Unix mode that tell what kind of thing it is. */
const kindBits = 0o170000;
const kinds: Readonly<Record<number, 'file' | 'folder' | 'link'>> = {
  0: 'file',
  0o100000: 'file',
  0o040000: 'folder',
  0o120000: 'link',
};
const longestLinkBytes = 4096;

/**
 * Unpacks the zip archive at `path`.
 * @throws {SubmissionUnusable} when it is none, broken, encrypted, or not safe
 */
export async function unzip(path: string, writer: TreeWriter, signal: AbortSignal): Promise<void> {
  const { openPromise, getFileNameLowLevel } = await import('yauzl');
  let zip: ZipFile;
  try {
    zip = await openPromise(path, {
      lazyEntries: true,
      autoClose: false,
      // Names and sizes are checked here: its own checks speak in words of theirs, and that of the
      // sizes throws out of a stream's callback, where nobody can catch it.
      decodeStrings: false,
      validateEntrySizes: false,
    });
  } catch (cause) {
    const what = 'the list of its entries, which ends the file, cannot be read';
    throw damaged({ kind: 'anywhere', what }, cause);
  }
  let last: string | null = null;
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted();
      const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
      const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
      last = name;
      await addEntry(zip, entry, name, writer);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw damaged(
      { kind: 'from', name: last, what: 'its list of entries cannot be read on' },
      error,
    );
  } finally {
    zip.close();
  }
}

async function addEntry(
  zip: ZipFile,
  entry: Entry,
  name: string,
  writer: TreeWriter,
): Promise<void> {
  if (!writer.wants(name)) return;
  const mode = entry.externalFileAttributes >>> 16;
  const kind = name.endsWith('/') ? 'folder' : kinds[mode & kindBits];
  if (kind === undefined) {
    throw refusal(name, 'is a device, a pipe or a socket. Submit only files and folders.');
  }
  if (kind === 'folder') {
    await writer.addFolder(name);
    return;
  }
  if (entry.isEncrypted()) {
    throw refusal(name, 'is encrypted. Pack it again without a password.');
  }
  if (!entry.canDecodeFileData()) {
    throw refusal(
      name,
      `is packed by method ${entry.compressionMethod}, which few programs can read. Pack it again as an ordinary zip.`,
    );
  }
  const content = checked(zip, entry, name);
  if (kind === 'file') await writer.addFile(name, mode, content);
  else await writer.addLink(name, await linkTarget(content, name));
}

/** The bytes of a file, and an error at their end when they are not those that were packed. */
async function* checked(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Buffer> {
  const isDamaged = (what: string, cause?: unknown): unknown =>
    damaged({ kind: 'entry', name, what }, cause);
  let sum = 0;
  let byteCount = 0;
  try {
    for await (const chunk of packed(zip, entry)) {
      sum = crc32(chunk, sum);
      byteCount += chunk.length;
      if (byteCount > entry.uncompressedSize) break;
      yield chunk;
    }
  } catch (cause) {
    throw isDamaged('its packed bytes cannot be unpacked', cause);
  }
  if (sum !== entry.crc32 || byteCount !== entry.uncompressedSize) {
    throw isDamaged('its size or checksum differs from what the archive says');
  }
}

/** Opened when it is read and no sooner: it may fail at once, and then somebody has to listen. */
async function* packed(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  const stream = await zip.openReadStreamPromise(entry);
  // It may fail once more after the last of it was wanted.
  stream.on('error', () => undefined);
  const chunks: AsyncIterable<Buffer> = stream;
  yield* chunks;
}

async function linkTarget(content: AsyncIterable<Buffer>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of content) {
    byteCount += chunk.length;
    if (byteCount > longestLinkBytes) throw refusal(name, 'is a link without end. Leave it out.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
