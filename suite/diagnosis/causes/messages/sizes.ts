// Mistakes that show from a certain size on: of a message, of a conversation, of a buffer.
import type { AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import {
  counted,
  gapIn,
  idsWhere,
  isBufferSize,
  isEnd,
  isSilence,
  sidesOf,
} from '../../reading.ts';
import { countsInTwoBytes } from './counts-in-two-bytes.ts';
import { damagesOneByte } from '../bytes/damaged-byte.ts';
import { fullReadCauses } from './full-reads.ts';
import { lastByteCauses } from './last-byte.ts';
import { givesUp, isOfTheSlowReader } from './late-readers.ts';
import { lengthInAByte } from './length-in-a-byte.ts';
import {
  answersLonger,
  isCutNowAndThen,
  isOfSeveralReads,
  largeTransfers,
  lengthSent,
  limitOf,
  sized,
} from './long-messages.ts';
import { cutOfEachRead, pieceCauses } from './pieces.ts';
import { refusedByACountInAByte, refusesLongMessages } from './refused-lengths.ts';

const replyStops = {
  id: 'reply-stops-at-the-buffer',
  title: 'Of a long message only the beginning comes back',
  sign: 'Every reply ends at the same size, however long the message is.',
  mistake:
    'One read is treated as one message: what does not fit into the buffer is never read, or is thrown away. A counter or a limit for the whole conversation shows in the same way, and so does a length that is kept in too small a number (uint8_t, as u8).',
  mend: 'read-until-nothing-more',
  matches: (evidence) => {
    if (answersLonger(evidence)) return undefined;
    const cut =
      lengthInAByte(evidence) ?? cutOfEachRead(evidence) ?? refusedByACountInAByte(evidence);
    const found = limitOf(evidence);
    if (cut !== undefined || found === undefined) return cut;
    const { limit, seen } = found;
    const explains = idsWhere(
      evidence,
      (failure) => sidesOf(failure.finding) !== undefined && lengthSent(failure) > limit,
      sized,
    );
    const ofAll = limitOfAll(evidence, limit);
    return {
      confidence: seen >= 2 && isBufferSize(limit) ? 'certain' : 'likely',
      shows: `Of every longer message exactly ${counted(limit, 'byte')} came back; ${
        ofAll.length > 0
          ? `and of many short messages on one connection, one after another, no more than ${counted(limit, 'byte')} together: a limit for the whole connection.`
          : `messages up to ${counted(limit, 'byte')} are answered in full.`
      }`,
      explains: [...explains, ...ofAll],
    };
  },
} as const satisfies CauseRule;

/**
 * Where short messages, of which each was answered, came to an end when all of them together had that length, and what
 * ended at a later message too; empty where no connection did.
 */
function limitOfAll(evidence: Evidence, limit: number): readonly AnyBehaviourId[] {
  const many = evidence.failure('stream/many-messages-on-one-connection');
  const isAll = many?.verdict.conversation.some(({ receivedBytes }) => receivedBytes === limit);
  if (many === undefined || isAll !== true) return [];
  return idsWhere(evidence, (one) => isEnd(one) && isLater(one), [many.id]);
}

/** Whether a connection ended at a message that was not its first. */
const isLater = ({ exchanges }: Failure): boolean =>
  exchanges.some(
    ({ past, endedFirst, endedAfterFin }) =>
      past.length > 0 && (endedFirst ?? endedAfterFin) !== undefined,
  );

/** True when bytes came that had come before. */
const goesBack = ({ finding }: Failure): boolean =>
  finding.kind === 'bytes' && finding.goesOnAt !== undefined && finding.goesOnAt < finding.at;

const goesForward = ({ finding }: Failure): boolean =>
  finding.kind === 'bytes' && finding.goesOnAt !== undefined && finding.goesOnAt > finding.at;

/** True when bytes came that stand at no one place of what was due. */
const isElsewhere = ({ finding }: Failure): boolean =>
  finding.kind === 'bytes' && finding.goesOnAt === undefined;

const partAgain = {
  id: 'sends-a-part-again',
  title: 'A part of a long reply is sent a second time',
  sign: 'A client that reads late gets bytes again that it has had already, and then those behind them.',
  mistake:
    'When write() or send() has taken only a part, the whole chunk is sent again: what was taken already must be left out (buffer + written, length - written).',
  mend: 'write-all',
  matches: (evidence) => {
    const failed = largeTransfers.flatMap((id) => evidence.failure(id) ?? []);
    const turnedBack = failed.flatMap(({ id, finding }) =>
      finding.kind === 'bytes' && finding.goesOnAt !== undefined && finding.goesOnAt < finding.at
        ? [{ id, at: finding.at, goesOnAt: finding.goesOnAt }]
        : [],
    );
    const [first] = turnedBack;
    const isShortRight = evidence.verdict('payload/every-size') === 'passed';
    const forward = failed.filter(goesForward).length;
    if (first === undefined || !isShortRight || turnedBack.length <= forward) return undefined;
    const { id, at, goesOnAt } = first;
    return {
      confidence: 'likely',
      shows: `Short replies are complete; of several megabytes, byte ${at.toLocaleString('en')} was followed by what had begun at byte ${goesOnAt.toLocaleString('en')}: ${counted(at - goesOnAt, 'byte')} came a second time.`,
      explains: [id, ...failed.map((one) => one.id).filter((one) => one !== id)],
    };
  },
} as const satisfies CauseRule;

const everySize: AnyBehaviourId = 'payload/every-size';

const shortWrite = {
  id: 'short-write-is-not-continued',
  title: 'What cannot be sent at once is lost',
  sign: 'A client that reads late misses bytes from the middle of a long reply.',
  mistake:
    'The count that write() or send() returns is not checked: on a non-blocking socket, or with send() in Python, only a part may have been taken. Or what is read while a reply waits is thrown away: a return while writing is paused, a listener that is not there until the write is done, a queue that is full (offer(), try_send(), select with a default).',
  mend: 'write-all',
  matches: (evidence) => {
    const failed = largeTransfers.filter((id) => evidence.failure(id) !== undefined);
    const isLate = failed.some(
      (id) => id === 'stream/reader-starts-late' || id === 'stream/slow-reader',
    );
    const late = failed.flatMap((id) => evidence.failure(id) ?? []);
    const [gap] = late.flatMap(({ finding }) => gapIn(finding) ?? []);
    const hasGap = gap !== undefined;
    const closesShort = late.some(
      ({ id, finding }) =>
        id === 'half-close/sends-all-it-owes-when-large' &&
        finding.kind === 'ended' &&
        finding.by === 'fin',
    );
    // Where the whole length came, nothing of it was lost.
    if (late.some(({ finding }) => finding.kind === 'bytes' && finding.reordered === false))
      return undefined;
    // What a client loses that reads each reply before it speaks again had not to wait.
    const ofAwaited = evidence.failure('stream/many-messages-on-one-connection');
    if (ofAwaited !== undefined && isSilence(ofAwaited)) return undefined;
    const ofSizes = [...sized, 'half-close/fin-right-behind-the-data' as const].flatMap(
      (id) => evidence.failure(id) ?? [],
    );
    const isSized = ofSizes.every(
      (one) => isOfSeveralReads(one) && (one.id !== everySize || isCutNowAndThen(evidence)),
    );
    const isSilent = late.some(({ finding }) => finding.kind === 'silence');
    const spoilt = late.find(isElsewhere);
    // Where pieces are short that came between two that are missing, nobody can tell where they belong.
    const isTorn = isLate && isSilent && spoilt !== undefined;
    if (!isSized || !(hasGap || isTorn || (isLate && closesShort && isSilent))) return undefined;
    // Where most of them go back in the stream, nothing is lost: a part is sent again.
    const back = late.filter(goesBack).length;
    if (back > late.filter(goesForward).length) return undefined;
    const where =
      gap === undefined
        ? spoilt?.finding.kind === 'bytes'
          ? `other bytes than the next came from byte ${spoilt.finding.at.toLocaleString('en')} on; elsewhere the rest never came`
          : 'the server read everything, sent a part, and ended the connection properly'
        : `${counted(gap.missing, 'byte')} ${gap.missing === 1 ? 'is' : 'are'} missing at byte ${gap.at.toLocaleString('en')}, and what follows came`;
    return {
      confidence: hasGap && isLate ? 'certain' : hasGap || closesShort ? 'likely' : 'possible',
      shows: `Short replies are complete; of several megabytes that were read late, ${where}.`,
      explains: [...failed, ...(hasGap ? ofSizes.map(({ id }) => id) : [])],
    };
  },
} as const satisfies CauseRule;

/** One that paused once got all of a long reply; one that paused several times got a part, while others were served. */
function standsStillAgain(evidence: Evidence): Match | undefined {
  const id = 'concurrency/slow-reader-blocks-nobody';
  const failure = evidence.failure(id);
  if (failure?.finding.kind !== 'silence' || !isOfTheSlowReader(failure)) return undefined;
  if (evidence.verdict('stream/reader-starts-late') !== 'passed') return undefined;
  const { expected, observed } = failure.finding;
  return {
    confidence: 'likely',
    shows: `A client that began to read late got all of a long reply. One that read in parts, with pauses between them, got ${observed.length.toLocaleString('en')} of ${counted(expected.length, 'byte')}; then nothing more came, and the connection stayed open. Other clients were answered meanwhile.`,
    explains: [id],
  };
}

const neverResumes = {
  id: 'never-sends-on',
  title: 'Once a client has read late, its conversation stands still',
  sign: 'When the client reads again nothing more comes, and the connection stays open.',
  mistake:
    "Reading is paused, or writing awaited, when the socket buffer is full, and nothing starts it again: no 'drain' listener, POLLOUT or OP_WRITE not asked for.",
  mend: 'wait-for-room',
  matches: (evidence) => {
    const again = standsStillAgain(evidence);
    if (again !== undefined) return again;
    const explains = largeTransfers.filter(
      (id) => evidence.failure(id)?.finding.kind === 'silence',
    );
    const isLate = explains.some((id) => id.startsWith('stream/'));
    const closes = evidence.failure('half-close/sends-all-it-owes-when-large');
    if (!isLate || closes?.finding.kind === 'ended') return undefined;
    if (evidence.verdict('payload/every-size') === 'failed') return undefined;
    // One that keeps back what fills its buffer does so at the end of a long message too.
    const ofSize = evidence.failure('stream/replies-at-once-at-any-size');
    if (ofSize?.finding.kind === 'silence') return undefined;
    return {
      confidence: closes === undefined ? 'possible' : 'likely',
      shows:
        'All that came of a long reply was right; then, though the client read on, nothing more came, and no end either.',
      explains,
    };
  },
} as const satisfies CauseRule;

const closesEarly = {
  id: 'closes-before-all-is-written',
  title: 'The connection is closed before a long reply is out',
  sign: 'A long reply that is still under way when the client ends its side is cut off.',
  mistake:
    'close(), destroy() or exit follows end-of-file at once, and what is still queued for writing is dropped.',
  mend: 'reply-before-closing',
  matches: (evidence) => {
    const id = 'half-close/sends-all-it-owes-when-large';
    const failure = evidence.failure(id);
    if (failure?.finding.kind !== 'ended') return undefined;
    const others = [
      'stream/reader-starts-late',
      'stream/slow-reader',
      'payload/every-size',
    ] as const;
    if (others.some((other) => evidence.verdict(other) === 'failed')) return undefined;
    const { expected, observed } = failure.finding;
    return {
      confidence:
        evidence.verdict('half-close/sends-all-it-owes') === 'passed' ? 'certain' : 'likely',
      shows: `Of ${counted(expected.length, 'byte')} that were owed at the client’s FIN ${counted(observed.length, 'byte')} came, then the server’s end. The same amount comes whole while the client’s side is open.`,
      explains: [id],
    };
  },
} as const satisfies CauseRule;

export const sizeCauses = [
  ...pieceCauses,
  ...fullReadCauses,
  replyStops,
  refusesLongMessages,
  ...lastByteCauses,
  partAgain,
  countsInTwoBytes,
  shortWrite,
  givesUp,
  neverResumes,
  closesEarly,
  damagesOneByte,
] as const satisfies readonly CauseRule[];
