// Whose submission is it? A name on disk, and the people of a sheet; nobody is guessed.
import { folded, type Participant } from './sheet.ts';

/** Whom a submission belongs to. */
export type Match =
  | { readonly kind: 'one'; readonly participant: Participant }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly participants: readonly Participant[] };

/** `Ada Lovelace_12345_assignsubmission_file_…`: the folders and files of Moodle's download of all submissions. */
const ofMoodle = /_(\d+)_assignsubmission_/u;
/** `lovelaceada_LATE_12345_67890_server`: the files of Canvas' download; the first number is the student's. */
const ofCanvas = /^[^_]+(?:_LATE)?_(\d+)_\d+_/u;

/**
 * Whom of `participants` the submission `name` belongs to: by the number in a name that their platform made, else by
 * a whole name, address or login that is equal but for case and blanks.
 */
export function matchOf(
  name: string,
  platform: 'Moodle' | 'Canvas',
  participants: readonly Participant[],
): Match {
  const form = platform === 'Moodle' ? ofMoodle : ofCanvas;
  const id = form.exec(name)?.[1];
  const whole = folded(name);
  const found = participants.filter((one) =>
    id === undefined
      ? one.id === name.trim() || one.names.some((other) => folded(other) === whole)
      : one.id === id,
  );
  const [participant, other] = found;
  if (participant === undefined) return { kind: 'none' };
  if (other !== undefined) return { kind: 'several', participants: found };
  return { kind: 'one', participant };
}
