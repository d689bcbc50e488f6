// Reads a file that may be a pipe. Node opens and reads one on a thread that waits in the kernel until
// somebody writes, and as long as that waits this process cannot exit: so a child waits instead.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { access, constants, readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { atExit } from '../../targets/cleanup/at-exit.ts';
import { linkedPlace } from './write-atomically.ts';

/** No report, rubric or script is longer, in bytes: what is was named by mistake, or never ends. */
export const mostBytes = 64 * 1024 * 1024;

/** More than is ever read whole; its code is that of a file that is too large for its reader. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  readonly code = 'EFBIG';

  constructor() {
    super(`It is larger than ${mostBytes / 1024 / 1024} MiB, the most that conform reads.`);
  }
}

/**
 * What stands in `file`, or comes out of it.
 * @throws {Error} of the file system, with its code; the signal's reason when it is aborted
 * @throws {TooLarge}
 */
export async function readWhole(file: string, signal?: AbortSignal): Promise<string> {
  const status = await stat(file);
  if (status.isDirectory()) return await readFile(file, 'utf8');
  // A file may say that it is empty and go on all the same, as those of /proc do.
  if (status.isFile()) return await wholeText(createReadStream(file, { signal }));
  signal?.throwIfAborted();
  if (status.isSocket()) throw Object.assign(new Error('It is a socket.'), { code: 'ENXIO' });
  await access(file, constants.R_OK);
  return await fromChild(file, signal);
}

/**
 * All that `chunks` bring, as UTF-8.
 * @throws {TooLarge}
 */
export async function wholeText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of chunks) {
    byteCount += chunk.length;
    if (byteCount > mostBytes) throw new TooLarge();
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function fromChild(file: string, signal: AbortSignal | undefined): Promise<string> {
  // As /proc/PID/fd/N, where it is a descriptor of ours: the child's own are others.
  const path = linkedPlace(file, (step) => step.startsWith('/proc/'));
  const child = spawn('cat', ['--', path], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void child.kill('SIGKILL');
  const stay = atExit(stop);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const [content, why, [exitCode]] = await Promise.all([
      wholeText(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    signal?.throwIfAborted();
    if (exitCode !== 0) throw new Error(why.trim());
    return content;
  } finally {
    stop();
    signal?.removeEventListener('abort', stop);
    stay();
  }
}
