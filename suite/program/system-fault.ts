// What the operating system refused, said to a person: never a defect of ours, so never a stack trace.
import { openFilesWords } from './open-files.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device; make some',
  EDQUOT: 'the quota of disk space is used up; make some room',
  EFBIG: 'the file would be larger than is allowed (ulimit -f)',
  EROFS: 'the file system is read-only; choose another folder',
  EACCES: 'permission was denied; choose another, or change its permissions',
  EPERM: 'it is not permitted; choose another, or change its permissions',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it already exists',
  ELOOP: 'links form a loop',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the device reported an error',
  ENFILE: 'too many files are open on the whole machine',
  EAGAIN: 'no further process may be started; allow more (ulimit -u)',
  ENOMEM: 'there is too little memory',
  EADDRNOTAVAIL: 'no local port is free; wait until earlier connections have gone',
};

/** A sentence about an error of the operating system; undefined for any other. */
export function systemFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  const { syscall = '', code = '', path, message } = error as NodeJS.ErrnoException;
  if (syscall.endsWith('cwd')) {
    return 'The working folder no longer exists: change to one that does.';
  }
  if (code === 'EMFILE') return `${openFilesWords()} (${firstWord(syscall)}, EMFILE).`;
  const what = path === undefined ? '' : ` ${path}`;
  const reason = reasons[code];
  if (reason === undefined) return `${message}.`;
  return `The system refused${what}: ${reason} (${firstWord(syscall)}, ${code}).`;
}

const firstWord = (text: string): string => text.split(' ', 1)[0] ?? '';
