// Servers that keep what every client says in one place, and send all of it to each.
import type { CauseRule } from '../../cause.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import { isWhole, type Exchange } from '../../exchanges.ts';
import { quoted } from '../../rewrites/learned.ts';
import { counted } from '../../reading.ts';
import { bufferBehind } from './behind-what-was-read.ts';
import { failuresOf, firstReplies } from './first-replies.ts';

/** So many replies, each longer than what was due by another count, show that what is kept grows. */
const fewestReplies = 3;

/** One that was not answered may have another reason. */
const fewestRepeated = 2;

/** Whether it equals the message before it on its connection. */
const isRepeated = ({ sent, past, writes }: Exchange): boolean =>
  writes === 1 && isWhole(sent) && sent.length > 0 && past.at(-1)?.equals(sent.head) === true;

/** The last thing that a client said, where it was the same once more and got nothing. */
function lostRepetition({ exchanges, finding }: Failure): Exchange | undefined {
  if (finding.kind !== 'silence' && finding.kind !== 'ended') return undefined;
  const last = new Map(
    exchanges.filter(({ sent }) => sent.length > 0).map((one) => [one.client, one]),
  );
  return [...last.values()].find(
    (one) =>
      isRepeated(one) &&
      one.received.length === 0 &&
      one.endedFirst === undefined &&
      (one.wasSilent || one.endedAfterFin !== undefined),
  );
}

/** The failures in which what equals the message before it got nothing; none where such a one was answered elsewhere. */
export function repetitionsLost({ failures }: Evidence): readonly Failure[] {
  const turns = failures.flatMap((failure) => turnsOf(failure));
  const isSameAnswered = turns.some((turn) => turn.received.length > 0 && isRepeated(turn));
  const isOtherAnswered = turns.some(
    (turn) => turn.received.length > 0 && turn.past.length > 0 && !isRepeated(turn),
  );
  const lost = failures.filter((failure) => lostRepetition(failure) !== undefined);
  return isSameAnswered || !isOtherAnswered || lost.length < fewestRepeated ? [] : lost;
}

export const keptForAllCauses = [
  {
    id: 'repeats-what-all-have-said',
    title: 'Each reply repeats what all clients have said before',
    sign: 'A new client’s first reply begins with bytes of others, and each such reply is longer than the one before.',
    mistake:
      'What is read is appended to one variable of the whole program (a global, a static, a field of the server), and all of it is sent each time.',
    mend: 'own-state-a-client',
    spreads: ({ finding }) => finding.kind === 'bytes',
    matches: (evidence) => {
      const replies = firstReplies(evidence);
      const extras = replies.map(({ sentBytes, cameBytes }) => cameBytes - sentBytes);
      const counts = [...new Set(extras)].toSorted((one, other) => one - other);
      const [first] = replies;
      if (first === undefined || counts.length < fewestReplies) return undefined;
      if (!replies.every(({ head }) => head.equals(first.head))) return undefined;
      if (bufferBehind(replies) !== undefined) return undefined;
      return {
        confidence: 'likely',
        shows: `Replies to the first message of a connection began with the same bytes, and had ${counts.join(', ')} bytes more than was sent.`,
        explains: failuresOf(evidence, replies),
      };
    },
  },
  {
    id: 'leaves-a-repeated-message-unanswered',
    title: 'A message that is the same as the one before it is not answered',
    sign: 'What differs from the message before is answered; what equals it gets nothing.',
    mistake:
      'The last message is kept and compared with the new one, to leave out what is sent twice (a retry, a key pressed twice), or only changes are sent on.',
    mend: 'send-what-was-read',
    matches: (evidence) => {
      const lost = repetitionsLost(evidence);
      const [shown] = lost;
      const last = shown === undefined ? undefined : lostRepetition(shown);
      if (last === undefined) return undefined;
      return {
        confidence: 'likely',
        shows: `${quoted(last.sent.head)} was answered, and not when the same client said it again right behind. So it was in ${counted(lost.length, 'test')}; later messages that differed from the one before were answered.`,
        explains: lost.map(({ id }) => id),
      };
    },
  },
  {
    id: 'answers-with-other-blanks',
    title: 'A message is answered with blanks that another message had',
    sign: 'The words come back, now with a space or a line ending that was not sent, now without one that was.',
    mistake:
      'Replies are kept (a cache, a dictionary, memoisation) under a key from which strip() or trim() has taken the blanks: who says the same words later gets the reply that was made for other blanks.',
    mend: 'send-what-was-read',
    matches: (evidence) => {
      const wrong = evidence.failures.filter(isOfContent).flatMap((failure) =>
        turnsOf(failure)
          .filter((turn) => isWrong(turn, evidence))
          .map((turn) => ({ id: failure.id, turn })),
      );
      const others = wrong.filter(({ turn }) => hasOtherBlanks(turn, evidence));
      const around = new Set(others.map(({ turn }) => blanksOf(turn.received.head)));
      const added = others.find(
        ({ turn: { sent, received } }) => received.length > sent.length && !isBlank(sent.head),
      );
      const changed = others.find(({ turn: { sent, received } }) => received.length <= sent.length);
      const isEach = others.length === wrong.length;
      if (!isEach || around.size < 2 || added === undefined || changed === undefined)
        return undefined;
      const [one, another] = [added, changed].map(
        ({ turn: { sent, received } }) => `to ${quoted(sent.head)} came ${quoted(received.head)}`,
      );
      return {
        confidence: 'likely',
        shows: `What was said came back with other blanks around it, and not the same each time: ${one}, ${another}.`,
        explains: [...new Set([added.id, ...others.map(({ id }) => id)])],
      };
    },
  },
] as const satisfies readonly CauseRule[];

const isOfContent = ({ family, finding }: Failure): boolean =>
  (family === 'payload' || family === 'stream') && finding.kind === 'bytes';

const isWrong = ({ sent, received, writes }: Exchange, { reply }: Evidence): boolean =>
  writes === 1 &&
  isWhole(sent) &&
  isWhole(received) &&
  received.length > 0 &&
  !received.head.equals(reply(sent.head));

const wordsOf = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/^[\0 \t\r\n\v\f]+|[\0 \t\r\n\v\f]+$/g, '');

const isBlank = (bytes: Buffer): boolean => wordsOf(bytes) === '';

/** What stands before the words and behind them. */
const blanksOf = (bytes: Buffer): string => bytes.toString('latin1').replace(wordsOf(bytes), '|');

const hasOtherBlanks = ({ sent, received }: Exchange, { reply }: Evidence): boolean =>
  wordsOf(received.head) === wordsOf(reply(sent.head));
