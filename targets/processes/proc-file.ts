// The small files of /proc, each read in one go.
import { closeSync, openSync, readSync } from 'node:fs';

/** Far more than a status or a line of numbers has. */
const buffer = Buffer.allocUnsafeSlow(16 * 1024);

/**
 * What a small file of /proc says now, its first 16 KiB: the kernel hands it over in one read.
 * `readFileSync` cannot know how long such a file is: it reads twice, with 64 KiB of new memory for
 * each read, which shows where hundreds of processes are looked at again and again.
 * @throws {Error} the system's error when it cannot be read: mostly the process has ended
 */
export function readProcFile(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    return buffer.toString('latin1', 0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
}
