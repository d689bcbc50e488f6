// Names of submissions are hostile: what becomes of them as folders of ours.
import { createHash } from 'node:crypto';

/** Letters, digits and a few signs, neither hidden nor an option; short enough for every file system. */
const plain = /^[\p{L}\p{N}_][\p{L}\p{N}_.,@+ -]{0,99}$/u;
/** Names that Windows keeps for devices: results are copied there too. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;
/** The end of every made name: no plain name may look like one. */
const made = /-[0-9a-f]{12}$/u;

/**
 * The folder for a submission of that name: the name itself where it is safe, else what is left of
 * it and a digest. Different names have different folders.
 */
export function folderName(name: string): string {
  const isPlain = plain.test(name) && !/[. ]$/u.test(name) && !reserved.test(name);
  const isOneForm = name === name.normalize('NFC');
  if (isPlain && isOneForm && !made.test(name)) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
  const rest = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 60);
  return rest === '' ? `submission-${digest}` : `${rest}-${digest}`;
}
