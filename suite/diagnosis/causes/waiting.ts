// Servers that do not answer yet: they wait for a newline, for a full buffer, for the end.
import type { AnyBehaviourId } from '../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../cause.ts';
import type { TranscriptEntry } from '../../events/events.ts';
import { turnsOf, type Evidence, type Failure } from '../evidence.ts';
import { keptForGood } from './rest-of-a-buffer.ts';
import { answersInGroups, messagesOfAGroup } from './messages/groups.ts';
import { largeTransfers } from './messages/long-messages.ts';
import { counted, idsWhere, isSilence } from '../reading.ts';
import { fitsOf } from '../rewrites/fits.ts';
import { isOvertaken } from '../strangers.ts';

const asked: readonly AnyBehaviourId[] = ['stream/replies-at-once', 'payload/answers'];

/** What set a reply free, as the further questions of a silent conversation tell. */
export interface Freed {
  readonly by: 'newline' | 'plenty' | 'fin';
  readonly id: AnyBehaviourId;
  /** Bytes that had been sent by then, and came back. */
  readonly sentBytes: number;
  readonly cameBytes: number;
  /** The message that came back in part at first: its length, and that of the part; undefined where nothing came. */
  readonly part: { readonly sentBytes: number; readonly cameBytes: number } | undefined;
}

function freedIn({ id, verdict }: Failure): Freed | undefined {
  for (const { entries, sentBytes, receivedBytes } of verdict.conversation) {
    const freed = freedBy(entries);
    // A record may leave entries out, and counts their bytes all the same.
    if (freed !== undefined) return { ...freed, id, sentBytes, cameBytes: receivedBytes };
  }
  return undefined;
}

function freedBy(entries: readonly TranscriptEntry[]): Omit<Freed, 'id'> | undefined {
  let sentBytes = 0;
  let cameBytes = 0;
  let last: Freed['by'] | 'message' = 'message';
  let by: Freed['by'] | undefined;
  /** Whether nothing came of what was said last. */
  let isWaitedFor = false;
  let part: Freed['part'];
  for (const entry of entries) {
    if (entry.kind === 'sent') {
      sentBytes += entry.bytes.length;
      const isNewline = entry.bytes.hex === '0a';
      if (last === 'message' && isNewline) last = 'newline';
      else if (last === 'newline') last = 'plenty';
      isWaitedFor = false;
    } else if (entry.kind === 'silence') isWaitedFor = true;
    else if (entry.kind === 'fin-sent') {
      // The reply to what was said right before it may come behind it all the same.
      if (!isWaitedFor) return undefined;
      last = 'fin';
    } else if (entry.kind === 'received') {
      cameBytes += entry.bytes.length;
      if (last === 'message') part = { sentBytes, cameBytes };
      // A server that answers a part of a message awaits no newline: the byte itself completed what was kept.
      else by ??= part !== undefined && last === 'newline' ? 'plenty' : last;
    }
  }
  // What was answered in full waited for nothing.
  if (by === undefined || (part !== undefined && part.cameBytes >= part.sentBytes))
    return undefined;
  return { by, sentBytes, cameBytes, part };
}

export function freed(evidence: Evidence): Freed | undefined {
  for (const id of asked) {
    const failure = evidence.failure(id);
    const found = failure === undefined ? undefined : freedIn(failure);
    if (found !== undefined) return found;
  }
  return undefined;
}

function waitsFor(by: Freed['by'], shows: (freed: Freed) => string) {
  return (evidence: Evidence): Match | undefined => {
    const found = freed(evidence);
    // Where a number of messages brings the replies, a newline or many bytes are only some messages more.
    if (found?.by !== by || messagesOfAGroup(evidence) !== undefined) return undefined;
    // Where a terminator is known, neither more bytes nor the FIN are what was waited for.
    if (by !== 'newline' && evidence.line !== undefined) return undefined;
    const isUnanswered = (failure: Failure): boolean =>
      failure.id === found.id || (isSilence(failure) && failure.family === 'stream');
    return {
      // A reply that lacks the newline may have been kept back for another reason.
      confidence:
        by === 'newline' && found.cameBytes < found.sentBytes
          ? 'likely'
          : by === 'plenty' && bufferSize(found) === undefined
            ? 'possible'
            : 'certain',
      shows: shows(found),
      explains: idsWhere(evidence, isUnanswered, [found.id]),
    };
  };
}

/** What people give to buffers, and to reads of a fixed count; powers of two are the likeliest. */
const usualSizes = [
  ...[65_536, 32_768, 16_384, 8192, 4096, 2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2],
  ...[1000, 500, 100, 50, 40, 24, 20, 12, 10, 7, 6, 5, 3],
];

/** The sizes that the buffer may have that had to be full: what was kept back is less than one of them. */
export function bufferSizes({ sentBytes, cameBytes, part }: Freed): readonly number[] {
  const isKept = (size: number, sent: number, came: number): boolean =>
    came % size === 0 && sent - came < size;
  return usualSizes.filter(
    (size) =>
      isKept(size, sentBytes, cameBytes) &&
      (part === undefined || isKept(size, part.sentBytes, part.cameBytes)),
  );
}

const bufferSize = (found: Freed): number | undefined => bufferSizes(found)[0];

const forPlenty = waitsFor('plenty', (found) => {
  const size = bufferSize(found);
  const { part } = found;
  if (part !== undefined) {
    const multiple = size === undefined ? '' : `, a multiple of ${counted(size, 'byte')}`;
    return `Of ${counted(part.sentBytes, 'byte')} ${part.cameBytes} came back at once${multiple}; the rest only when more bytes had come.`;
  }
  const whole = `of ${counted(found.sentBytes, 'byte')} ${counted(found.cameBytes, 'byte')} came back`;
  return `A short message was not answered, nor with a newline after it. With many more bytes ${whole}${
    size === undefined ? '' : `, a multiple of ${counted(size, 'byte')}`
  }; the rest stayed.`;
});

/** Reads of a few bytes, of which the last one drops what is less. */
function forGood(evidence: Evidence): Match | undefined {
  const kept = keptForGood(evidence);
  if (kept === undefined) return undefined;
  const { failures, sentBytes, cameBytes } = kept;
  return {
    confidence: 'possible',
    shows:
      cameBytes === 0
        ? `A message of ${counted(sentBytes, 'byte')} was not answered, not even when its client had ended its side; one of 8 bytes was.`
        : `Of ${counted(sentBytes, 'byte')} ${cameBytes} came back; the rest did not, not even when the client had ended its side.`,
    explains: failures.map(({ id }) => id),
  };
}

const forANewline = waitsFor(
  'newline',
  () =>
    'A message without a newline was not answered; the reply came as soon as a newline was sent after it.',
);

const readsLines = {
  id: 'reads-and-writes-lines',
  title: 'The server reads lines and writes lines, not bytes',
  sign: 'A reply comes at the newline or at the client’s end, and it has a newline that was not sent.',
  mistake:
    'readLine() and println(), or their like: the one waits for a line ending and takes it away, the other adds one.',
  mend: 'reply-at-once',
  matches: (evidence) => {
    const isLine = (failure: Failure): boolean =>
      turnsOf(failure).some(({ sent, received, wasSilent }) => {
        const due = evidence.reply(sent.head).toString('latin1');
        const came = received.head.toString('latin1');
        return (
          wasSilent &&
          due !== '' &&
          !due.endsWith('\n') &&
          /^\r?\n$/.test(came.slice(due.length)) &&
          came.startsWith(due)
        );
      });
    const explains = idsWhere(evidence, (one) => one.family === 'payload' && isLine(one));
    if (explains.length === 0) return undefined;
    return {
      confidence: 'certain',
      shows:
        'To a message without a newline nothing came at first; when the client had ended its side, the message came back with a newline that it had not had.',
      explains: [
        ...explains,
        ...idsWhere(evidence, (one) => one.family === 'payload' && !explains.includes(one.id)),
      ],
    };
  },
} as const satisfies CauseRule;

/** Long messages whose last read filled the buffer too, so that what was owed was kept back. */
const keptFromTheEnd = ({ failure }: Evidence): AnyBehaviourId[] =>
  largeTransfers.filter((id) => failure(id)?.finding.kind === 'silence');

export const waitingCauses = [
  readsLines,
  answersInGroups,
  {
    id: 'waits-for-a-newline',
    title: 'A reply waits for a newline',
    sign: 'A message without a newline is not answered until one comes.',
    mistake:
      'The server reads lines: readline(), fgets(), getline(), a Scanner, or a loop up to "\\n". TCP has no lines; answer what a read brings.',
    mend: 'reply-at-once',
    matches: (evidence) => {
      const match = forANewline(evidence);
      const [cut] = fitsOf(evidence);
      if (match === undefined || cut?.rewrite.cause !== 'reply-ends-at-nul') return match;
      return {
        ...match,
        shows: `${match.shows} What follows a NUL does not come back either: fgets() and fputs() take lines for C strings.`,
        explains: [...match.explains, ...cut.explains],
      };
    },
  },
  {
    id: 'waits-for-a-terminator',
    title: 'A reply waits for a terminator of the server’s own',
    sign: 'A message is not answered until a certain byte comes, and that is no newline: a NUL, or ";".',
    mistake:
      'The server collects what comes until a byte that it takes for the end of a message: split(b"\\0"), getline() with a delimiter, readuntil(). The contract has no such byte; answer what a read brings.',
    mend: 'reply-at-once',
    // Told by the deviation alone, for which each byte was tried.
    matches: () => undefined,
  },
  {
    id: 'waits-for-a-full-buffer',
    title: 'A reply waits until a buffer is full',
    sign: 'A short message is not answered until many more bytes have come.',
    mistake:
      'A read waits for a fixed count (fread(), readFully(), MSG_WAITALL, read(n) of a file object), or the reply stays in a buffered stream that is never flushed.',
    mend: 'reply-at-once',
    matches: (evidence) => forPlenty(evidence) ?? forGood(evidence),
  },
  {
    id: 'keeps-back-the-last-read',
    title: 'What was read last is kept back until more comes',
    sign: 'A reply comes when its client says more, whatever that is, or ends its side.',
    mistake:
      'One chunk is kept back to know the last one when the end comes (a Transform that pushes the chunk before and the last in flush(), a loop that reads ahead), or each read sends what the read before had brought. Answer what a read brings.',
    mend: 'reply-at-once',
    // Told by the deviation alone, for which messages were said that wait for one another.
    matches: () => undefined,
  },
  {
    id: 'waits-for-the-fin',
    title: 'A reply waits until the client has ended its side',
    sign: 'Nothing comes back before the client’s FIN, and everything after it.',
    mistake:
      'All input is read before anything is sent (read() to the end, readAllBytes(), once("end")), or a buffered stream is flushed by close() alone.',
    mend: 'reply-at-once',
    matches: waitsFor(
      'fin',
      ({ sentBytes, cameBytes }) =>
        `Neither a newline nor ${counted(sentBytes, 'byte')} brought a reply; the client’s FIN did: ${counted(cameBytes, 'byte')}.`,
    ),
  },
  {
    id: 'takes-a-full-read-for-a-part',
    title: 'A full buffer is treated as an incomplete message',
    sign: 'A message exactly as long as the buffer is not answered until more comes.',
    mistake:
      'The server reads on while a read fills its buffer (while (count == sizeof buffer)), and waits when nothing more is there.',
    mend: 'read-until-nothing-more',
    matches: (evidence) => {
      const id = 'stream/replies-at-once-at-any-size';
      const failure = evidence.failure(id);
      const sent = failure?.exchanges.at(-1)?.sent.length ?? 0;
      if (failure === undefined || !isSilence(failure)) return undefined;
      // A length keeps its reply each time, whoever else is there: what does not is a matter of chance.
      const { tally, conversation } = failure.verdict;
      if (tally.failed < tally.of || conversation.length > 1) return undefined;
      if (evidence.failures.some(isOvertaken)) return undefined;
      const isExact = sent >= 64 && (sent & (sent - 1)) === 0;
      if (!isExact || (failure.exchanges.at(-1)?.received.length ?? 0) % sent !== 0)
        return undefined;
      return {
        confidence: (failure.verdict.counterexample?.shrinkTries ?? 0) > 2 ? 'certain' : 'likely',
        shows: `A message of exactly ${counted(sent, 'byte')} was not answered while the connection stayed open; shorter ones were.`,
        explains: [id, ...keptFromTheEnd(evidence)],
      };
    },
  },
] as const satisfies readonly CauseRule[];
