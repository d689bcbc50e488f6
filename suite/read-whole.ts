// Reads a file that may be a pipe. Node opens and reads one on a thread that waits in the kernel until
// somebody writes, and as long as that waits this process cannot exit: so a child waits instead.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { atExit } from '../targets/at-exit.ts';
import { linkedPlace } from './write-atomically.ts';

/**
 * What stands in `file`, or comes out of it.
 * @throws {Error} of the file system, with its code; the signal's reason when it is aborted
 */
export async function readWhole(file: string, signal?: AbortSignal): Promise<string> {
  const status = await stat(file);
  if (status.isFile() || status.isDirectory()) return await readFile(file, 'utf8');
  signal?.throwIfAborted();
  return await fromChild(file, signal);
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
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    signal?.throwIfAborted();
    if (exitCode !== 0) throw new Error(why.trim());
    return content;
  } finally {
    signal?.removeEventListener('abort', stop);
    stay();
  }
}
