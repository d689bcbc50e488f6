// Reads tar archives, plain or packed by gzip.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Extract } from 'tar-stream';
import { SubmissionUnusable } from '../unusable.ts';
import { damaged, type DamagedPlace } from './damaged.ts';
import { refusal } from './entry-path.ts';
import type { TreeWriter } from './tree-writer.ts';

type Entry = Extract extends AsyncIterable<infer One> ? One : never;

/** Of the whole archive unpacked, with what is passed over: a project's history may be large. */
const mostStreamBytes = 512 * 1024 * 1024;

/**
 * Unpacks the tar archive at `path`.
 * @throws {SubmissionUnusable} when it is none, broken, or not safe
 */
export async function untar(
  path: string,
  isGzip: boolean,
  writer: TreeWriter,
  signal: AbortSignal,
): Promise<void> {
  const { extract } = await import('tar-stream');
  const entries = extract();
  const file = createReadStream(path);
  const counted = count(isGzip ? file.pipe(createGunzipOf(file)) : file);
  const feeding = pipeline(counted, entries, { signal });
  // Whoever reads the entries is told; this one only must not go unheard.
  feeding.catch(() => undefined);
  let last: string | null = null;
  try {
    for await (const entry of entries) {
      last = entry.header.name;
      await addEntry(entry, writer);
      entry.resume();
    }
    await feeding;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SubmissionUnusable) throw error;
    const cause: unknown = await feeding.catch((reason: unknown) => reason);
    signal.throwIfAborted();
    // What reads the entries knows at times only that there will be no more of them.
    const isMute = error instanceof Error && error.message === 'Stream was destroyed';
    const first = isMute ? (cause ?? error) : error;
    throw damaged(placeOf(first, last), first);
  } finally {
    file.destroy();
    entries.destroy();
  }
}

/** A file that breaks off is an error of what is made of it. */
function createGunzipOf(file: NodeJS.ReadableStream): ReturnType<typeof createGunzip> {
  const gunzip = createGunzip();
  file.once('error', (error: Error) => gunzip.destroy(error));
  return gunzip;
}

async function* count(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let byteCount = 0;
  for await (const chunk of stream) {
    byteCount += chunk.length;
    if (byteCount > mostStreamBytes) {
      throw new SubmissionUnusable(
        'refused',
        `It unpacks to more than ${mostStreamBytes / 1024 / 1024} MiB. Submit the sources only.`,
      );
    }
    yield chunk;
  }
}

async function addEntry(entry: Entry, writer: TreeWriter): Promise<void> {
  const { name, mode } = entry.header;
  // Absent for what it has no name for, and a link may have no target, whatever its types tell.
  const told: { readonly type: string | null; readonly linkname: string | null } = entry.header;
  const type = String(told.type);
  const to = told.linkname ?? '';
  if (!writer.wants(name)) return;
  switch (type) {
    case 'file':
    case 'contiguous-file':
      await writer.addFile(name, mode, bytesOf(entry));
      break;
    case 'directory':
      await writer.addFolder(name);
      break;
    case 'symlink':
      await writer.addLink(name, to);
      break;
    case 'link':
      await writer.addHardLink(name, to);
      break;
    case 'character-device':
    case 'block-device':
    case 'fifo':
      throw refusal(name, 'is a device or a pipe. Submit only files and folders.');
    default:
      throw refusal(name, 'is of a kind that few programs can read. Pack it by a plain `tar`.');
  }
}

async function* bytesOf(entry: Entry): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) {
    const bytes: unknown = chunk;
    if (bytes instanceof Uint8Array) yield bytes;
  }
}

/** Where an archive is damaged that was read as far as its entry `last`. */
function placeOf(cause: unknown, last: string | null): DamagedPlace {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const message = cause instanceof Error ? cause.message : '';
  if (code === 'Z_DATA_ERROR') {
    // A checksum is of all that came before it.
    if (/^incorrect (?:data|length) check$/u.test(message)) {
      return { kind: 'anywhere', what: 'its size or checksum differs from what gzip recorded' };
    }
    const what = 'what gzip packed cannot be unpacked';
    // It is unpacked ahead of the entries.
    return last === null ? { kind: 'anywhere', what } : { kind: 'from', name: last, what };
  }
  const isCut = code === 'Z_BUF_ERROR' || message === 'Unexpected end of data';
  if (isCut) return { kind: 'from', name: last, what: 'it ends too early' };
  const isHeader = message.startsWith('Invalid') || message.startsWith('Header');
  const what = isHeader
    ? 'what stands there is not an entry of a tar archive'
    : 'it cannot be read on';
  return { kind: 'from', name: last, what };
}
