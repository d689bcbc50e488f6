// How many messages of a connection were answered, where its record keeps only the first and the last of them.
import type { TranscriptRecord } from '../../../events/events.ts';
import type { Failure } from '../../evidence.ts';
import { counted } from '../../reading.ts';

type Kind = TranscriptRecord['entries'][number]['kind'];

/**
 * How many messages were answered on a connection whose client read each reply before it spoke again: those that the
 * record left out too. Undefined where replies came in several pieces: then what was left out may be fewer messages.
 */
export function answeredOn({ entries }: TranscriptRecord): number | undefined {
  const kinds = entries.map(({ kind }) => kind).filter(isOfTalk);
  const gap = entries.find(({ kind }) => kind === 'omitted');
  const sends = kinds.filter((kind) => kind === 'sent').length;
  // The last may have got nothing: it was sent, and the server said no more.
  const isLastAnswered = kinds.at(-1) === 'received';
  const kept = sends - (isLastAnswered ? 0 : 1);
  if (gap?.kind !== 'omitted') return kept;
  const at = kinds.indexOf('omitted');
  const isInTurn = kinds.every(
    (kind, nth) => kind === 'omitted' || kind !== kinds[nth + 1] || kinds[nth + 1] === undefined,
  );
  // What was left out begins with the other of the two, and ends with the other of what follows.
  const first = kinds[at - 1] === 'sent' ? 'received' : 'sent';
  const last = kinds[at + 1] === 'sent' ? 'received' : 'sent';
  const isEven = first !== last;
  if (!isInTurn || isEven !== (gap.entries % 2 === 0)) return undefined;
  return kept + (first === 'sent' ? Math.ceil(gap.entries / 2) : Math.floor(gap.entries / 2));
}

const isOfTalk = (kind: Kind): boolean =>
  kind === 'sent' || kind === 'received' || kind === 'omitted';

/** `255 messages were`, or `many messages were` where nobody can tell how many. */
export function answeredWords({ verdict }: Failure): string {
  const record = verdict.conversation.at(-1);
  const count = record === undefined ? undefined : answeredOn(record);
  if (count === undefined) return 'many messages were';
  return `${counted(count, 'message')} ${count === 1 ? 'was' : 'were'}`;
}
