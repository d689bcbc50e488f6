// Servers that have room for so many clients and no more.
import type { TranscriptRecord } from '../../../events/events.ts';
import { aboutRun } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import { counted, failedOf, idsWhere, isDeath, isEachTime, lineOf } from '../../reading.ts';
import { isContentWrong } from '../messages/ordinary-messages.ts';
import { leavesOutTheNewest } from './newest-left-out.ts';
import { ends, placeOf, servedAtOnce, type Room } from './places-at-once.ts';
import { besideAnIdleOne as second, hasRoomForOne } from './room-for-one.ts';
import { isShutOut, isTurnedAway } from './turned-away.ts';
import { turnsSomeAway } from './turns-some-away.ts';

/** How many clients there were when one was turned away. */
const clientsAt = ({ verdict }: Failure): number =>
  Math.max(0, ...verdict.conversation.map(placeOf));

/** Which client it was that was turned away; how many there were where the record does not tell. */
function turnedAwayAt(failure: Failure): number {
  const unserved = failure.verdict.conversation.filter(({ entries }) =>
    entries.some(({ kind }) => ends.includes(kind)),
  );
  return unserved.length === 0 ? clientsAt(failure) : Math.min(...unserved.map(placeOf));
}

/** The usual limit of open files, and FD_SETSIZE of select(); see select(2). */
const selectTakes = 1024;
/** FD_SET() beyond its set writes into other memory, which may show a little later. */
const mostUsual = 1200;

/** Whether the server answered this client, and then ended its connection before the client did. */
function isEndedLater({ entries, receivedBytes }: TranscriptRecord): boolean {
  const kinds = entries.map(({ kind }) => kind);
  const ended = kinds.findIndex((kind) => kind === 'fin-received' || kind === 'reset-received');
  const left = kinds.findIndex((kind) => kind === 'fin-sent' || kind === 'reset-sent');
  return receivedBytes > 0 && ended >= 0 && (left < 0 || ended < left);
}

/** Families whose clients find the places free, where those before have given theirs back. */
const ofFew = ['payload', 'stream', 'half-close', 'concurrency'];

/** Whether clients were closed, each time, where far fewer were there than are served at once: it is not the places. */
const isClosedAmongFew = (evidence: Evidence, { clients, idlers, isClosed }: Room): boolean =>
  isClosed &&
  evidence.failures.some(
    (one) =>
      ofFew.includes(one.family) &&
      isShutOut(one) &&
      isEachTime(one) &&
      clientsAt(one) + idlers <= clients / 4,
  );

/** Fewer that were shut out may have been so for what they said. */
const fewestShutOut = 4;

/** Whoever comes is let in and closed again, and nobody is served any more, though no others are there. */
function fullForEver(evidence: Evidence): Match | undefined {
  const shutOut = evidence.failures.filter(
    (one) => isShutOut(one) && isEachTime(one) && isAlone(one) && saysLetters(one),
  );
  const ofOneClient = evidence.failures.filter(({ family }) => talking.includes(family));
  const isServedLater = evidence.passedLater.some((id) => /^(payload|stream)\//u.test(id));
  if (shutOut.length < fewestShutOut || isServedLater || ofOneClient.some((one) => !isShutOut(one)))
    return undefined;
  if (evidence.verdict('payload/one-message') !== 'passed') return undefined;
  // Where clients that came in turn were all served, something that one of the others said closed it: unless the same
  // conversation, again and again on a fresh server, was right so many times and wrong ever after.
  if (!shutOut.some(({ id }) => id === inTurn) && !evidence.failures.some(turnsAfterSome))
    return undefined;
  return {
    confidence: 'likely',
    shows: `The first clients were answered. From some client on each was let in and closed again at its first message, unanswered, though those before it had left (${counted(shutOut.length, 'test')}, each time).`,
    explains: idsWhere(evidence, isShutOut, [inTurn]),
  };
}

/** So many places a table has at least of which most are found to be taken by nobody. */
const fewestPlaces = 8;
/** Fewer failures may have another reason. */
const fewestWithFewThere = 2;

/** So many clients were served at once, and later, with hardly anybody there, one beside a client that was served was not. */
function fullOfThoseWhoLeft(evidence: Evidence): Match | undefined {
  const room = servedAtOnce(evidence);
  if (room === undefined || room.isLeast || room.clients < fewestPlaces) return undefined;
  const few = evidence.failures.filter(
    (one) =>
      one.family === 'robustness' &&
      isTurnedAway(one) &&
      isEachTime(one) &&
      clientsAt(one) + room.idlers <= room.clients / 4,
  );
  const served = few.filter(({ verdict }) =>
    verdict.conversation.some(({ receivedBytes }) => receivedBytes > 0),
  );
  const [shown] = served;
  if (shown === undefined || few.length < fewestWithFewThere) return undefined;
  const others = clientsAt(shown) - 1 + room.idlers;
  return {
    confidence: 'likely',
    shows: `${room.clients} clients were served at once. Later a client was not served where only ${others === 1 ? 'one other was' : `${others} others were`} there, though the earlier ones had left, many of them by a reset (${counted(few.length, 'test')}, each time).`,
    explains: few.map(({ id }) => id),
  };
}

/** Whether the law of a failure is that so many conversations are right, at each start of the server, and none after them. */
const turnsAfterSome = (failure: Failure): boolean =>
  isShutOut(failure) &&
  (failure.verdict.law?.respects ?? []).some(
    ({ dimension, says }) =>
      dimension === 'repetition' &&
      /on a server that was just started, the first \d+ conversations are right and each of the \d+ after them fails/u.test(
        says,
      ),
  );

const inTurn = 'accept/serves-clients-in-turn';
const talking = ['payload', 'stream', 'half-close'];

/** Whether nothing that was said in it is special. */
const saysLetters = ({ exchanges }: Failure): boolean =>
  exchanges.every(({ sent }) => /^[A-Za-z]*$/u.test(sent.head.toString('latin1')));

/** Whether one client alone speaks in it: no others take the places. */
const isAlone = ({ verdict }: Failure): boolean => verdict.conversation.length === 1;

export const placeCauses = [
  {
    id: 'too-few-places',
    title: 'The server serves only a limited number of clients at once',
    sign: 'Up to a certain number, all clients are served; the next is turned away or left waiting.',
    mistake:
      'A fixed table (int clients[32]), a pool of threads, maxConnections or a semaphore is too small.',
    mend: 'no-fixed-table',
    // Where several behaviours' clients are there at once, the table may be full for one of them.
    spreads: isShutOut,
    matches: (evidence) => {
      if (hasRoomForOne(evidence)) {
        return {
          confidence: 'likely',
          shows: 'While one client was served a second was accepted and closed again.',
          explains: idsWhere(evidence, isTurnedAway, [second]),
        };
      }
      if (leavesOutTheNewest(evidence).length > 0) return undefined;
      const room = servedAtOnce(evidence);
      // With a word that ends conversations an odd number may be what a leak has left.
      const isWordless = evidence.contract?.ending === null;
      if (room === undefined || !(room.isUsual || isWordless)) return undefined;
      if (isClosedAmongFew(evidence, room)) return undefined;
      const { clients, idlers, isLeast, isClosed, isConstant } = room;
      const ofLeavers = fullOfThoseWhoLeft(evidence)?.explains ?? [];
      const failures = room.failures.filter((id) => !ofLeavers.includes(id));
      if (isLeast) {
        return {
          confidence: 'likely',
          shows: `At least ${clients} clients were served at once; one more was only when another had left, and no word of theirs helped before.`,
          explains: failures,
        };
      }
      return {
        confidence: isClosed && isConstant && isWordless ? 'certain' : 'likely',
        shows: `${clients} clients were served at once${idlers === 0 ? '' : `, ${idlers === 1 ? 'one' : idlers} of them idle`}; the next was ${isClosed ? 'accepted and closed again' : 'not served'}.`,
        explains: failures,
      };
    },
  },
  {
    id: 'out-of-descriptors',
    title: 'The server runs out of descriptors',
    sign: 'About a thousand clients are served at once, and no more.',
    mistake:
      'The limit of open files (ulimit -n, often 1024) or FD_SETSIZE of select() is reached.',
    mend: 'room-for-many-descriptors',
    matches: (evidence) => {
      const failure = evidence.failure('concurrency/crowd');
      if (failure === undefined) return undefined;
      const line = lineOf(
        evidence,
        /too many open files|EMFILE|ENFILE|FD_SETSIZE|range in select/iu,
      );
      if (isDeath(failure) && line !== undefined) {
        return {
          confidence: 'likely',
          shows: `Many clients were connected at once when the server went. It printed: ${line}`,
          explains: ['concurrency/crowd', ...failedOf(evidence, aboutRun)],
        };
      }
      const place = turnedAwayAt(failure);
      if (place < 950 || place > mostUsual) return undefined;
      // Who was served and cut off later had a descriptor: its time was up, or the like.
      const isCutOff = !isDeath(failure) && failure.verdict.conversation.some(isEndedLater);
      if (isCutOff || evidence.verdict('half-close/keeps-idle-clients') === 'failed')
        return undefined;
      return {
        confidence: 'likely',
        shows: `The trouble began with client number ${place}: ${place <= selectTakes ? 'near' : 'there were more than'} 1024, where the usual limits are.`,
        explains: ['concurrency/crowd', ...failedOf(evidence, aboutRun)],
      };
    },
  },
  {
    id: 'places-are-not-freed',
    title: 'Clients that have left still take a place',
    sign: 'One after another, after a number of clients the next is turned away.',
    mistake:
      'A counter or a table entry is taken at accept() and not given back on every way out, or each client leaks a thread or a descriptor.',
    mend: 'no-fixed-table',
    matches: (evidence) => {
      const id = inTurn;
      const full = fullForEver(evidence) ?? fullOfThoseWhoLeft(evidence);
      if (full !== undefined) return full;
      const failure = evidence.failure(id);
      if (failure === undefined || isDeath(failure) || !isTurnedAway(failure)) return undefined;
      if (turnsSomeAway(evidence)) return undefined;
      // A few may still be on their way out; and whoever fails alone now and then finds no full table.
      const place = clientsAt(failure);
      if (place < 8 || isContentWrong(evidence) || evidence.failure(second)) return undefined;
      return {
        confidence: 'likely',
        shows: `Client number ${place} was no longer served, though those before it had left.`,
        explains: [
          id,
          ...idsWhere(
            evidence,
            (one) => one.id !== id && one.family === 'robustness' && isTurnedAway(one),
          ),
        ],
      };
    },
  },
] as const satisfies readonly CauseRule[];
