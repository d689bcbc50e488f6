// Mistakes about several messages of one conversation: their order, their number, their edges.
import type { CauseRule } from '../../cause.ts';
import {
  counted,
  gapIn,
  idsWhere,
  isEnd,
  isSilence,
  missingBytes,
  sidesOf,
} from '../../reading.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { answeredWords } from './answered-messages.ts';
import { repetitionsLost } from './kept-for-all.ts';
import { keepsBackBehindARing } from './ring-ends.ts';
import { largeTransfers } from './long-messages.ts';
import { isWithinTheWord } from '../end-word/end-word-compared.ts';
import { oldestAge } from '../lifetime.ts';
import type { Exchange } from '../../exchanges.ts';
import {
  isOfOne,
  isWrongBytes,
  losesAByteInGrowing,
  overwritten,
  ringWraps,
  wholly,
  wrapsWrongly,
} from './spoilt-wholes.ts';

const received = ({ verdict }: Failure): number =>
  Math.max(0, ...verdict.conversation.map(({ receivedBytes }) => receivedBytes));

/** So much surely is one read. */
const surelyOneReadBytes = 64;

/** Whether the first message of its connection, which the server read at once, was not answered as it had to be. */
function isOfAFirstMessage({ exchanges, verdict: { conversation } }: Failure): boolean {
  const turn = exchanges.at(-1);
  if (turn === undefined || conversation.length !== 1) return false;
  return turn.past.length === 0 && turn.writes === 1 && turn.sent.length <= surelyOneReadBytes;
}

/** The reply has its full length, but a part of it stands elsewhere. */
function isMoved({ finding, exchanges }: Failure): boolean {
  if (finding.kind !== 'bytes') return false;
  const sides = sidesOf(finding);
  const total = exchanges.at(-1);
  if (sides === undefined || total === undefined) return false;
  const isWholeLength = total.received.length >= total.sent.length;
  return gapIn(finding) !== undefined && isWholeLength;
}

/** So many wrong bytes beside each other are no single damaged one. */
const fewestWrong = 8;

/** A long reply that came in its whole length, wrong from some byte on, where those that need not wait are right. */
function spoiltLate(evidence: Evidence): Failure | undefined {
  const { verdict } = evidence;
  if (verdict('payload/every-size') !== 'passed' || verdict('payload/megabytes') !== 'passed')
    return undefined;
  return wholly(evidence, false).find(({ id, finding }) => {
    if (!largeTransfers.includes(id) || finding.kind !== 'bytes') return false;
    const [due, came] = [finding.expected, finding.observed].map(({ hex }) =>
      Buffer.from(hex, 'hex'),
    );
    return [...(due ?? [])].filter((byte, nth) => byte !== came?.[nth]).length >= fewestWrong;
  });
}

export const sequenceCauses = [
  losesAByteInGrowing,
  keepsBackBehindARing,
  ringWraps,
  {
    id: 'sends-out-of-order',
    title: 'Parts of a reply overtake each other',
    sign: 'All bytes come back, but a later part stands before an earlier one.',
    mistake:
      'Each message (or block) is handed to a thread, a task or a callback of its own, and whichever is ready first writes first; or blocks are copied to the wrong place.',
    mend: 'keep-the-order',
    matches: (evidence) => {
      const [whole] = wholly(evidence, true);
      const [moved] = evidence.failures.filter((one) => isOfOne(one) && isMoved(one));
      const first = moved ?? whole;
      const gap = moved === undefined ? undefined : gapIn(moved.finding);
      // Where bytes are wrong besides, whole replies show it: each byte is there that was due, or it is not.
      const isOther = whole === undefined && wholly(evidence, false).length > 0;
      if (first === undefined || isOther) return undefined;
      return {
        confidence: 'likely',
        shows:
          gap === undefined
            ? `Of ${first.id} the whole reply came, and each byte value in it as often as it was due, but in another order.`
            : `At position ${gap.at.toLocaleString('en')} of the reply came the byte that belongs at position ${(gap.at + gap.missing).toLocaleString('en')}, ${counted(gap.missing, 'byte')} too early; the length is right.`,
        explains: idsWhere(evidence, isWrongBytes, [first.id, 'stream/in-order']),
      };
    },
  },
  {
    id: 'buffer-filled-before-it-is-sent',
    title: 'A buffer is filled again before its bytes are sent',
    sign: 'What a client sends later comes in the place of what it sent before, and once more in its own.',
    mistake:
      'A write is handed over with the buffer itself (a queue, a channel, another thread, write() of an event loop), and the next read fills the same buffer before that write is done: copy the bytes, or wait for the write.',
    mend: 'keep-the-order',
    matches: (evidence) => {
      const { failures, failure } = evidence;
      const spoilt = overwritten(evidence);
      if (spoilt !== undefined) return spoilt;
      if (wrapsWrongly(evidence) !== undefined) return undefined;
      const large = failures.filter(({ id }) => largeTransfers.includes(id));
      const early = large.find((one) => gapIn(one.finding) !== undefined) ?? spoiltLate(evidence);
      const gap = early === undefined ? undefined : gapIn(early.finding);
      // What is lost makes a reply shorter; what only changes its place changes no byte.
      const isWhole = wholly(evidence, false).length > 0 && wholly(evidence, true).length === 0;
      const isSoAlone = failure('payload/one-message') === undefined;
      if (early === undefined || !isWhole || !isSoAlone) return undefined;
      const explains = idsWhere(evidence, isWrongBytes, [early.id]);
      if (gap === undefined) {
        const at = early.finding.kind === 'bytes' ? early.finding.at.toLocaleString('en') : '';
        return {
          confidence: 'possible',
          shows: `Short replies are right. Of a long one that had to wait for its client the whole length came, but from byte ${at} on others than were due; a client that reads at once gets megabytes rightly.`,
          explains,
        };
      }
      return {
        confidence: 'likely',
        shows: `In ${early.id} came at byte ${gap.at.toLocaleString('en')} what the client had sent ${counted(gap.missing, 'byte')} later. Nothing is missing for it: elsewhere the whole length came, with such bytes in the place of others.`,
        explains,
      };
    },
  },
  {
    id: 'answers-only-once',
    title: 'Only the first message of a connection is answered',
    sign: 'The first message is answered, the second is not: the server has ended the connection, or says no more.',
    mistake:
      'There is no loop around read and write, a return (end(), once()) stands at the end of its first round, or the handler listens to one event only.',
    mend: 'read-until-nothing-more',
    matches: (evidence) => {
      const id = 'half-close/does-not-close-first';
      const failure = evidence.failure(id);
      if (failure === undefined) return undefined;
      const turns = failure.exchanges.filter(({ sent }) => sent.length > 0);
      const answered = turns.filter(({ received }) => received.length > 0).length;
      if (answered !== 1 || turns.length < 2) return undefined;
      const how = isEnd(failure)
        ? 'the server ended the connection; the next message stayed unanswered'
        : 'nothing more came on the connection, though it stayed open';
      const isCut = (one: Failure): boolean =>
        isEnd(one) ||
        isSilence(one) ||
        missingBytes(one.finding) > 0 ||
        one.finding.kind === 'bytes';
      return {
        confidence: 'certain',
        shows: `After its first reply ${how}.`,
        explains: idsWhere(
          evidence,
          (one) => isOfOne(one) && isCut(one) && !isOfAFirstMessage(one),
          [id],
        ),
      };
    },
  },
  {
    id: 'closes-after-some-messages',
    title: 'A conversation is ended after a number of messages',
    sign: 'Many messages are answered, then the server ends the connection.',
    mistake:
      'A for loop with a fixed count, a limit per connection, or a buffer that only grows and runs out.',
    mend: 'read-until-nothing-more',
    // Clients that stay while others come and go say many messages too.
    spreads: (failure) => isEnd(failure) && failure.exchanges.some(isEndedLater),
    matches: (evidence) => {
      const id = 'stream/many-messages-on-one-connection';
      const failure = evidence.failure(id);
      if (failure === undefined || !isEnd(failure)) return undefined;
      if (evidence.verdict('half-close/does-not-close-first') !== 'passed') return undefined;
      // Where a silent client's connection becomes no older, it is a matter of time, and no number.
      if (oldestAge(evidence) !== undefined) return undefined;
      // What ended it may be what was said right before: a piece of the ending word.
      if (wasEndedByAPiece(failure, evidence)) return undefined;
      return {
        confidence: 'likely',
        shows: `On one connection ${answeredWords(failure)} answered (${counted(received(failure), 'byte')}); then the server ended it.`,
        explains: idsWhere(evidence, (one) => isOfOne(one) && isEnd(one), [id]),
      };
    },
  },
  {
    id: 'loses-a-message',
    title: 'A later message on the same connection is not answered',
    sign: 'Earlier messages are answered; one gets nothing, and the server did not end the connection before.',
    mistake:
      'A read is dropped: by a counter, by a state that is not reset, by a buffer that is full, or by a loop that runs a fixed number of times.',
    mend: 'read-until-nothing-more',
    spreads: ({ finding }) => finding.kind === 'bytes',
    matches: (evidence) => {
      // Where what comes with a FIN is answered, the end behind it says that no answer was to come.
      const isFinNoExcuse = evidence.verdict('half-close/fin-right-behind-the-data') === 'passed';
      const lastOf = (failure: Failure): Exchange | undefined =>
        failure.exchanges.filter(({ sent }) => sent.length > 0).at(-1);
      const isEndedAfterFin = (failure: Failure): boolean =>
        isEnd(failure) && isFinNoExcuse && lastOf(failure)?.endedAfterFin === 'fin';
      const isLost = (failure: Failure): boolean => {
        const last = lastOf(failure);
        const isLater = last?.received.length === 0 && last.past.length > 0;
        return (
          (isSilence(failure) || isEndedAfterFin(failure)) &&
          isLater &&
          (failure.family === 'stream' || failure.family === 'payload')
        );
      };
      const first = idsWhere(evidence, isLost, [
        'stream/many-messages-on-one-connection',
        'stream/a-byte-at-a-time',
      ]);
      const [id] = first;
      const failure = id === undefined ? undefined : evidence.failure(id);
      // What is lost for what it is has not to do with a count of messages.
      const repeated = repetitionsLost(evidence).map((one) => one.id);
      if (failure === undefined || first.every((one) => repeated.includes(one))) return undefined;
      const isAlike = (one: Failure): boolean =>
        isSilence(one) || gapIn(one.finding) !== undefined || missingBytes(one.finding) > 0;
      return {
        confidence: 'likely',
        shows: `On one connection ${answeredWords(failure)} answered; to the next nothing came, and ${isEnd(failure) ? 'the server ended its side (FIN) only behind the client’s own' : 'the connection stayed open'}.`,
        explains: idsWhere(evidence, (one) => isAlike(one) || first.includes(one.id), first),
      };
    },
  },
  {
    id: 'takes-each-read-for-a-message',
    title: 'Each read is treated as a whole message',
    sign: 'The reply depends on how the stream was cut into segments.',
    mistake:
      'TCP keeps no message boundaries: something is added, dropped or begun anew at each read, as if it brought exactly one message.',
    mend: 'read-until-nothing-more',
    matches: (evidence) => {
      const explains = idsWhere(
        evidence,
        (one) =>
          (one.id === 'stream/any-cuts' || one.id === 'stream/a-byte-at-a-time') && isMostly(one),
      );
      if (
        explains.length === 0 ||
        evidence.verdict('payload/forgets-earlier-messages') === 'failed'
      )
        return undefined;
      return {
        confidence: 'possible',
        shows: 'Whole messages come back as they must; the same bytes in several segments do not.',
        explains,
      };
    },
  },
  {
    id: 'reply-in-small-writes',
    title: 'A small reply goes out in several writes',
    sign: 'A part of a short reply comes at once, the rest 40 ms later.',
    mistake:
      'Nagle’s algorithm holds the second small write back until the first is acknowledged, and the client’s kernel delays that by 40 ms.',
    mend: 'join-small-writes',
    matches: (evidence) => {
      const id = 'stream/no-stall-on-small-messages';
      const failure = evidence.failure(id);
      if (failure?.finding.kind !== 'other') return undefined;
      return {
        confidence: 'likely',
        shows: `The reply to 12 bytes came in parts: ${failure.finding.observed}, time and again.`,
        explains: [id],
      };
    },
  },
] as const satisfies readonly CauseRule[];

/** Whether the message before the one that stayed unanswered is a piece of the ending word, such as the e of end. */
const wasEndedByAPiece = ({ exchanges }: Failure, evidence: Evidence): boolean =>
  exchanges.some(({ endedFirst, past }) => {
    const before = past.at(-1);
    return endedFirst !== undefined && before !== undefined && isWithinTheWord(before, evidence);
  });

/** Cuts are the same each time: what hardly ever fails is a matter of something else. */
const isMostly = ({ verdict: { tally } }: Failure): boolean => 2 * tally.failed >= tally.of;

/** Whether the server ended the connection at a message that was not the first on it. */
const isEndedLater = ({ endedFirst, endedAfterFin, sent, received, past }: Exchange): boolean =>
  past.length > 0 &&
  (endedFirst !== undefined || (endedAfterFin !== undefined && received.length < sent.length));
