// Deaths that no client brought about: what was said in them is answered elsewhere, and nobody was rude.
import type { AnyBehaviourId } from '../behaviours/behaviours.ts';
import type { TranscriptEntry, TranscriptRecord } from '../events/events.ts';
import type { Evidence, Failure } from './evidence.ts';
import { isWhole, type Exchange } from './exchanges.ts';
import { isDeath } from './reading.ts';

const gentleMessages: readonly AnyBehaviourId[] = [
  'payload/answers',
  'payload/one-message',
  'payload/forgets-earlier-messages',
];

/** Behaviours whose clients say letters, take their replies and leave; what goes then, goes anyway. */
function isGentle({ id, family }: Failure): boolean {
  return (
    ['accept', 'process', 'half-close', 'concurrency'].includes(family) ||
    gentleMessages.includes(id)
  );
}

const isGone = (failure: Failure): boolean =>
  (isDeath(failure) && signal(failure) === null) ||
  (failure.finding.kind === 'refused' && failure.finding.code === 'ECONNREFUSED');

const signal = ({ finding }: Failure): string | null =>
  finding.kind === 'died' ? finding.signal : null;

const known = new WeakMap<readonly Failure[], readonly Failure[]>();

/**
 * The failures in which a server went though every message that was sent had been answered rightly,
 * by then or to another client, and nobody had reset a connection.
 */
export function goingAnyway(evidence: Evidence): readonly Failure[] {
  const found =
    known.get(evidence.failures) ?? evidence.failures.filter((one) => isAnyway(one, evidence));
  known.set(evidence.failures, found);
  return found;
}

function isAnyway(failure: Failure, { reply, isByByte }: Evidence): boolean {
  if (!isByByte || !isGone(failure)) return false;
  const { exchanges, verdict } = failure;
  // The same messages were answered when they were said again: they are not to blame.
  const { failed, of } = verdict.tally;
  if (failure.family === 'payload' && isDeath(failure) && failed < of) return true;
  if (!isGentle(failure)) return false;
  const isRude = hasReset(failure);
  const isRight = ({ sent, received }: Exchange): boolean =>
    isWhole(sent) && isWhole(received) && received.head.equals(reply(sent.head));
  const said = exchanges.filter(({ sent }) => sent.length > 0);
  const answered = new Set(said.filter(isRight).map(({ sent }) => sent.head.toString('hex')));
  return (
    !isRude &&
    answered.size > 0 &&
    said.every(({ sent }) => answered.has(sent.head.toString('hex')))
  );
}

/** True when nobody in it left without a word, which may end a server too. */
export function hasOnlySpeakers({ verdict }: Failure): boolean {
  return verdict.conversation.every(({ sentBytes }) => sentBytes > 0);
}

/** Entries of one kind in all records of a failure, in microseconds from the start of the run. */
const momentsOf = ({ verdict }: Failure, kind: 'connected' | 'reset-sent'): number[] =>
  verdict.conversation.flatMap(({ entries }) =>
    entries.filter((entry) => entry.kind === kind).map(({ atMicros }) => atMicros),
  );

/** Whether a client was seen to reset its connection. */
export const hasReset = (failure: Failure): boolean => momentsOf(failure, 'reset-sent').length > 0;

/**
 * Whether the server's process was seen to end, with a status or by a signal, where a client had reset its connection.
 * Then one that was gone after a reset has ended as well, though nobody may have been told of it in time.
 */
export const endsByReset = ({ failures }: Evidence): boolean =>
  failures.some(
    (failure) =>
      failure.finding.kind === 'died' &&
      (failure.finding.exitCode ?? failure.finding.signal) !== null &&
      hasReset(failure),
  );

const at = (record: TranscriptRecord, kinds: readonly TranscriptEntry['kind'][]): number[] =>
  record.entries.filter(({ kind }) => kinds.includes(kind)).map(({ atMicros }) => atMicros);

/**
 * Whether a client that had been answered, and had ended nothing itself, was ended by the server
 * after another one's reset, or its FIN: one that is turned away when it comes shows nothing of these.
 */
export function isBystanderEnded(
  { verdict: { conversation } }: Failure,
  leave: 'reset-sent' | 'fin-sent' = 'reset-sent',
): boolean {
  return conversation.some((record) => {
    const [end] = at(record, ['fin-received', 'reset-received']);
    const [own] = at(record, ['fin-sent', 'reset-sent']);
    const isOurs = own !== undefined && end !== undefined && own <= end;
    if (end === undefined || isOurs) return false;
    const isServed = (one: number): boolean => at(record, ['received']).some((came) => came <= one);
    return conversation.some(
      (other) =>
        other !== record && at(other, [leave]).some((left) => left <= end && isServed(left)),
    );
  });
}

/** Whether somebody was let in before a client’s reset, and nobody behind the last one. */
export function isShutByReset(failure: Failure): boolean {
  const [letIn, resets] = [momentsOf(failure, 'connected'), momentsOf(failure, 'reset-sent')];
  return letIn.length > 0 && resets.length > 0 && Math.max(...letIn) <= Math.max(...resets);
}
