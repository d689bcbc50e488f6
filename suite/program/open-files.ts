// How many files this process may have open, told in words where they are too few.
import { openFilesLimit } from '../../targets/processes/open-files-limit.ts';

/** Node opens the modules of a command side by side: with fewer it may not even begin. */
const fewest = 64;
/** A crowd of 1,200 clients, and what else is open beside them. */
const enough = 1300;

/** Read at once: when the last one is open, it cannot be read any more. */
const limitAtStart = openFilesLimit('self');

/** A sentence that says why no command can begin; undefined where one can, as far as is known. */
export function tooFewOpenFiles(limit = limitAtStart): string | undefined {
  return limit !== undefined && limit < fewest ? openFilesWords(limit) : undefined;
}

/** What is allowed, what is needed and how to raise it, in a sentence. */
export function openFilesWords(limit = limitAtStart): string {
  const allowed = limit === undefined ? 'Too few files' : `Only ${limit} files`;
  return `${allowed} may be open at once: conform needs at least ${fewest} to start, and about ${enough} to test everything. Raise the limit: ulimit -n ${enough}`;
}
