// Why a file cannot be read, in words: every reader of what a person named says it by these.
import { mostBytes } from './read-whole.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'conform may not read it',
  EPERM: 'conform may not read it',
  ELOOP: 'its links form a loop',
  ENAMETOOLONG: 'its name is too long',
  ENXIO: 'it is a socket or an unserved device, not a file',
  ENODEV: 'the device is missing',
  EIO: 'the system reported an error while it was read',
  EINVAL: 'the system does not read it as a file',
  ESTALE: 'the file system that it is on was lost',
  EMFILE: 'too many files are open; allow more (ulimit -n)',
  ENFILE: 'too many files are open on the whole machine',
  ENOMEM: 'there is too little memory',
  EFBIG: `it is larger than ${mostBytes / 1024 / 1024} MiB, the most that conform reads`,
};

/** A clause about what the file system, or `readWhole`, threw: `it is a folder`, say. */
export function whyUnreadable(cause: unknown): string {
  const { code } = cause as { readonly code?: unknown };
  const reason =
    typeof code === 'string' ? (reasons[code] ?? `the system says ${code}`) : undefined;
  return reason ?? (cause instanceof Error ? cause.message.replace(/\.$/u, '') : String(cause));
}
