// How many files this process may have open, told in words where they are too few.
import { readFileSync } from 'node:fs';

/** Node opens the modules of a command side by side: with fewer it may not even begin. */
const fewest = 64;
/** A crowd of 1,000 clients, and what else is open beside them. */
const enough = 1100;

/** How many files may be open at once in this process; undefined where the system does not tell. */
function readLimit(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    const [, soft] = /^Max open files\s+(\d+)/mu.exec(limits) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** Read at once: when the last one is open, it cannot be read any more. */
const limitAtStart = readLimit();

/** A sentence that says why no command can begin; undefined where one can, as far as is known. */
export function tooFewOpenFiles(limit = limitAtStart): string | undefined {
  return limit !== undefined && limit < fewest ? openFilesWords(limit) : undefined;
}

/** What is allowed, what is needed and how to raise it, in a sentence. */
export function openFilesWords(limit = limitAtStart): string {
  const allowed = limit === undefined ? 'Too few files' : `Only ${limit} files`;
  return `${allowed} may be open at once: conform needs at least ${fewest} to start, and about ${enough} to test everything. Raise the limit: ulimit -n ${enough}`;
}
