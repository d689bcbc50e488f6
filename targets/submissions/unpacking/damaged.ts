// What is said of an archive whose bytes are not those that were packed: never in the words of the
// library that stumbled over them.
import { SubmissionUnusable } from '../unusable.ts';
import { refusal, shownName } from './entry-path.ts';

const packAgain = 'Pack it again, and open it once yourself before submitting it.';

/** Where the damage is, as far as it can be told. */
export type DamagedPlace =
  /** In this entry alone. */
  | { readonly kind: 'entry'; readonly name: string; readonly what: string }
  /** Somewhere from this entry on; at the first of all when null. */
  | { readonly kind: 'from'; readonly name: string | null; readonly what: string }
  | { readonly kind: 'anywhere'; readonly what: string };

/**
 * The refusal of an archive that `cause` came of.
 * @returns `cause` itself where it is a refusal, or a failure of this machine and none of the archive
 */
export function damaged(place: DamagedPlace, cause: unknown): unknown {
  if (cause instanceof SubmissionUnusable || isOfTheSystem(cause)) return cause;
  if (place.kind === 'entry') {
    return refusal(place.name, `is damaged: ${place.what}. ${packAgain}`, cause);
  }
  return new SubmissionUnusable(
    'refused',
    `The archive is damaged or cut short${whereOf(place)}: ${place.what}. ${packAgain}`,
    { cause },
  );
}

function whereOf(place: Exclude<DamagedPlace, { readonly kind: 'entry' }>): string {
  if (place.kind === 'anywhere') return '';
  if (place.name === null) return ', at its first entry';
  return `, in or after the entry ${shownName(place.name)}`;
}

/** A full disk, say: Node tells which call it was. */
function isOfTheSystem(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause;
}
