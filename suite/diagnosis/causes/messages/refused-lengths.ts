// Servers that answer short messages and, from some length on, none.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import { counted, idsWhere, isEachTime, isEnd, isSilence } from '../../reading.ts';
import { byteLengthOf, byteLengthWords, lengthInAByte } from './length-in-a-byte.ts';
import { largeTransfers, limitOf } from './long-messages.ts';
import { cutOfEachRead, sentIn } from './pieces.ts';

/** They say messages of many sizes, and end nothing before the reply. */
const whileOpen: readonly AnyBehaviourId[] = [
  'payload/every-size',
  'stream/replies-at-once-at-any-size',
];
const behindTheFin: readonly AnyBehaviourId[] = [
  'half-close/sends-all-it-owes',
  'half-close/fin-right-behind-the-data',
];

/** What is shorter is refused for what it says, not for its length. */
const leastBytes = 64;

/** The length of a first message that was not answered, or not in full before the server ended the connection. */
function refusedIn(failure: Failure): number | undefined {
  const [turn] = failure.exchanges.filter(({ sent }) => sent.length > 0).slice(-1);
  if (turn === undefined || turn.past.length > 0 || !isEachTime(failure)) return undefined;
  const isRefused = isEnd(failure)
    ? turn.received.length < turn.sent.length
    : isSilence(failure) && turn.received.length === 0;
  return isRefused && turn.sent.length >= leastBytes ? turn.sent.length : undefined;
}

/** Whether something longer than a buffer, and no multiple of it, was refused too. */
function refusesWhatIsLonger({ failures }: Evidence, byteCount: number): boolean {
  return failures
    .filter((one) => isEnd(one) || isSilence(one))
    .flatMap(turnsOf)
    .some(
      ({ sent, received }) =>
        sent.length > byteCount &&
        sent.length % byteCount !== 0 &&
        received.length < Math.min(sent.length, 1 << 20),
    );
}

/** Whether experiments told that all messages fail from some length on, and that shorter ones are right. */
const hasLawOfLongMessages = ({ verdict }: Failure): boolean =>
  (verdict.law?.respects ?? []).some(
    ({ dimension, says }) =>
      dimension === 'length' &&
      /^Messages of [\d,]+ to [\d,]+ bytes fail .*; those of 1 to /u.test(says),
  );

/** From which length on messages are not answered, or not in full, and what showed it. */
interface RefusedLengths {
  readonly leastRefused: number;
  readonly shown: { readonly failure: Failure; readonly byteCount: number };
  /** The failures that show it, the most telling first. */
  readonly ids: readonly AnyBehaviourId[];
  /** True where nothing came back of any of them. */
  readonly isUnanswered: boolean;
  /** True where the server ended the conversation; else it stayed open. */
  readonly isClosed: boolean;
}

export function refusedLengths(evidence: Evidence): RefusedLengths | undefined {
  if (evidence.verdict('payload/one-message') === 'failed') return undefined;
  if ((lengthInAByte(evidence) ?? cutOfEachRead(evidence)) !== undefined) return undefined;
  const refused = [...whileOpen, ...behindTheFin].flatMap((id) => {
    const failure = evidence.failure(id);
    const byteCount = failure === undefined ? undefined : refusedIn(failure);
    return failure === undefined || byteCount === undefined ? [] : [{ failure, byteCount }];
  });
  const [shown] = refused;
  if (shown === undefined || !whileOpen.includes(shown.failure.id)) return undefined;
  const leastRefused = Math.min(...refused.map(({ byteCount }) => byteCount));
  // Where experiments told the lengths, that is no chance, though nothing else was judged.
  const isLaw = hasLawOfLongMessages(shown.failure);
  if (!isLaw && (refused.length < 2 || !refusesWhatIsLonger(evidence, leastRefused)))
    return undefined;
  // Where as much comes back as the longest message that is right has, the reply stops, and nothing is refused.
  const limit = limitOf(evidence)?.limit;
  if (limit !== undefined && limit + 1 >= leastRefused) return undefined;
  return {
    leastRefused,
    shown,
    ids: refused.map(({ failure }) => failure.id),
    isUnanswered: refused.every(({ failure }) => failure.exchanges.at(-1)?.received.length === 0),
    isClosed: shown.failure.finding.kind === 'ended',
  };
}

/** The failures of messages of so many bytes and more. */
const explainedByLength = (
  evidence: Evidence,
  { ids, leastRefused }: RefusedLengths,
): AnyBehaviourId[] =>
  idsWhere(
    evidence,
    (one) => ids.includes(one.id) || (isOfLength(one) && sentIn(one) >= leastRefused),
    ids,
  );

/** Where the shortest that is refused is the one that a count in one byte takes for none. */
export function refusedByACountInAByte(evidence: Evidence): Match | undefined {
  const found = refusedLengths(evidence);
  if (found === undefined || !found.isUnanswered || !found.isClosed) return undefined;
  const inAByte = byteLengthOf(found.leastRefused);
  if (inAByte === undefined) return undefined;
  return {
    // Experiments with longer messages tell: nothing that was seen does.
    confidence: 'possible',
    shows: byteLengthWords(found.leastRefused, inAByte),
    explains: explainedByLength(evidence, found),
  };
}

export const refusesLongMessages = {
  id: 'refuses-long-messages',
  title: 'A message beyond a certain length is not answered',
  sign: 'Short messages are answered; from some length on the server ends the connection, or says nothing.',
  mistake:
    'A message, or a line, is gathered in a buffer of fixed size or has a greatest length (64 KiB in many libraries), and for one that does not fit there is an error, a read into no room (its 0 is taken for the end), a write past the buffer that ends the process of this one client, a loop with a counter too small to reach its end, or a wait without end. TCP has no messages: answer what a read brings.',
  mend: 'read-until-nothing-more',
  matches: (evidence) => {
    const found = refusedLengths(evidence);
    if (found === undefined) return undefined;
    const { shown } = found;
    const { finding } = shown.failure;
    const isBehindOurs = shown.failure.exchanges.at(-1)?.endedFirst === undefined;
    const how =
      finding.kind === 'ended' && isBehindOurs && finding.by === 'fin'
        ? 'the server ended its side only behind the client’s own'
        : finding.kind === 'ended'
          ? `the server ended its connection (${finding.by === 'fin' ? 'FIN' : 'RST'})`
          : 'nothing came, and the connection stayed open';
    return {
      confidence: 'likely',
      shows: `Short messages are answered. One of ${counted(shown.byteCount, 'byte')} was not, or not in full: ${how}. So it was with longer ones.`,
      explains: explainedByLength(evidence, found),
    };
  },
} as const satisfies CauseRule;

/** Whether it is about long messages, and ended as those do that are refused. */
const isOfLength = (failure: Failure): boolean =>
  (isEnd(failure) || isSilence(failure)) &&
  ['payload', 'stream', 'half-close'].includes(failure.family) &&
  (largeTransfers.includes(failure.id) ||
    failure.exchanges.some(({ sent }) => sent.length >= leastBytes));
