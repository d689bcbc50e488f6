import { readFileSync, statSync } from 'node:fs';

/** Larger ones are not read: they are interpreters more often than servers of students. */
const mostBytes = 32 * 1024 * 1024;

const goMark = Buffer.from('\xff Go buildinf:', 'latin1');
const rustMark = Buffer.from('/rustc/', 'latin1');
const commitLength = 40;

/**
 * The language that the executable at `path` was compiled from: Go's linker leaves what `go version FILE` reads,
 * and Rust's standard library the places of its panics, `/rustc/COMMIT/library/…`, stripped or not. Undefined for every
 * other file, and where it cannot be read.
 */
export function compiledFrom(path: string): 'go' | 'rust' | undefined {
  const bytes = contentOf(path);
  if (bytes === undefined || !isExecutable(bytes)) return undefined;
  if (bytes.includes(goMark)) return 'go';
  return namesRustc(bytes) ? 'rust' : undefined;
}

function contentOf(path: string): Buffer | undefined {
  try {
    // Asked before it is opened: to open a pipe would wait for who writes to it.
    const stats = statSync(path);
    return stats.isFile() && stats.size <= mostBytes ? readFileSync(path) : undefined;
  } catch {
    // It is not there, or not ours to read: who starts it will say so.
    return undefined;
  }
}

/** How the executables of Linux (ELF) and of macOS (Mach-O, 64 bits) begin. */
const isExecutable = (bytes: Buffer): boolean =>
  ['7f454c46', 'cffaedfe'].includes(bytes.toString('hex', 0, 4));

function namesRustc(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(rustMark); at >= 0; at = bytes.indexOf(rustMark, at + 1)) {
    const begin = at + rustMark.length;
    const commit = bytes.toString('latin1', begin, begin + commitLength);
    if (/^[\da-f]{40}$/u.test(commit)) return true;
  }
  return false;
}
