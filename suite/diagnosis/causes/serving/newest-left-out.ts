// Servers that do not serve the client that came last, until another comes.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { TranscriptRecord } from '../../../events/events.ts';
import type { CauseRule } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { failedOf, idsWhere, isSilence } from '../../reading.ts';

/** They bring so many clients in that the last of them has the highest number yet. */
const ofMany: readonly AnyBehaviourId[] = [
  'concurrency/many-at-once',
  'concurrency/no-byte-crosses-over',
  'concurrency/crowd',
];

const when = (record: TranscriptRecord, kind: string, afterMicros = -1): number =>
  record.entries.find((one) => one.kind === kind && one.atMicros > afterMicros)?.atMicros ??
  Infinity;

/** Whether a client that had waited in vain was answered when more had come, which said nothing, and nobody had left. */
function isFreedByANewcomer({ verdict: { conversation } }: Failure): boolean {
  return conversation.some((waiting) => {
    const silentMicros = when(waiting, 'silence');
    const servedMicros = when(waiting, 'received', silentMicros);
    if (servedMicros === Infinity) return false;
    const isBetween = (micros: number): boolean => micros > silentMicros && micros < servedMicros;
    const hasCome = conversation.some(
      (one) => one.sentBytes === 0 && isBetween(when(one, 'connected')),
    );
    const hasLeft = conversation.some((one) =>
      ['fin-sent', 'reset-sent'].some((kind) => isBetween(when(one, kind))),
    );
    return hasCome && !hasLeft;
  });
}

/** The failures in which the newest client was left out. */
export const leavesOutTheNewest = (evidence: Evidence): readonly AnyBehaviourId[] =>
  failedOf(evidence, ofMany).filter((id) => {
    const failure = evidence.failure(id);
    return failure !== undefined && isSilence(failure) && isFreedByANewcomer(failure);
  });

export const newestLeftOut = [
  {
    id: 'newest-client-is-left-out',
    title: 'The client that came last is not served until another comes',
    sign: 'A client waits for its reply, and has it when the next client connects, whatever that says.',
    mistake:
      'The loop over the clients, or the number that select() or poll() is given, ends one too early: select(highest, …) where highest + 1 is meant, i < count - 1, or a count that is raised only at the next accept().',
    mend: 'serve-many',
    matches: (evidence) => {
      const shown = leavesOutTheNewest(evidence);
      if (shown.length === 0) return undefined;
      return {
        confidence: 'likely',
        shows:
          'Of many clients one was not answered. A few more connected and said nothing, and with that the reply came.',
        explains: idsWhere(
          evidence,
          (one) =>
            isSilence(one) && ['accept', 'concurrency'].includes(one.family) && !isOfWriting(one),
          shown,
        ),
      };
    },
  },
] as const satisfies readonly CauseRule[];

/** Where somebody does not read, others may wait for that. */
const isOfWriting = ({ id }: Failure): boolean =>
  id === 'concurrency/slow-reader-blocks-nobody' ||
  id === 'concurrency/half-closed-client-blocks-nobody';
