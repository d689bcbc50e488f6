// Mistakes that show when several clients are there at once.
import type { AnyBehaviourId } from '../../behaviours/behaviours.ts';
import type { TranscriptRecord } from '../../events/events.ts';
import type { CauseRule } from '../cause.ts';
import type { Evidence, Failure } from '../evidence.ts';
import { isOfTheSlowReader } from './messages/late-readers.ts';
import { failedOf, idsWhere, isDeath, isEachTime, isEnd, isSilence } from '../reading.ts';
import { largeTransfers } from './messages/long-messages.ts';
import { leftOutIn } from './serving/left-out.ts';
import { isShutOut } from './serving/turned-away.ts';
import { isOvertaken, strangerIn } from '../strangers.ts';

const second = 'concurrency/serves-the-second-while-the-first-idles';
const slow = 'concurrency/slow-reader-blocks-nobody';
const halfClosed = 'concurrency/half-closed-client-blocks-nobody';

const together = (failure: Failure): boolean =>
  failure.family === 'concurrency' || failure.id === 'accept/serves-a-burst';

const records = ({ verdict }: Failure) => verdict.conversation;

/** How many clients were answered at all: before somebody is in the way, nobody holds up anybody. */
const answeredIn = (failure: Failure): number =>
  records(failure).filter(({ receivedBytes }) => receivedBytes > 0).length;

/** Whether the client that came first had its connection ended while it idled. */
function isFirstEnded(failure: Failure): boolean {
  const [first] = records(failure);
  return (
    first?.entries.some(({ kind }) => kind === 'fin-received' || kind === 'reset-received') ?? false
  );
}

/**
 * True when a single client was left unanswered and all who stand beside it were answered: a server
 * that is gone, or hangs, leaves them all alike.
 */
function isOneOfSeveral(failure: Failure): boolean {
  const asking = records(failure).filter(({ sentBytes }) => sentBytes > 0);
  const answered = asking.filter(({ entries }) => {
    const kinds = entries.map(({ kind }) => kind);
    return kinds.lastIndexOf('received') > kinds.lastIndexOf('sent');
  });
  return answered.length > 0 && asking.length - answered.length === 1;
}

/** True when the second client's reply came as soon as the first had left. */
function isServedInTurn(failure: Failure): boolean {
  const [first, waiting] = records(failure);
  const left = first?.entries.find(({ kind }) => kind === 'fin-sent');
  const served = waiting?.entries.find(({ kind }) => kind === 'received');
  return left !== undefined && served !== undefined && served.atMicros > left.atMicros;
}

/** True when the second was answered before the first had left: who waits is another one. */
function areServedTogether(failure: Failure): boolean {
  const [first, other] = records(failure);
  const left = first?.entries.find(({ kind }) => kind === 'fin-sent');
  const served = other?.entries.find(({ kind }) => kind === 'received');
  return served !== undefined && served.atMicros < (left?.atMicros ?? Infinity);
}

/**
 * True when two had been answered beside each other, and a third was as soon as the one that was in the way had spoken,
 * while all of them were there.
 */
function isHeldUpByMute(failure: Failure): boolean {
  const [idle, second, mute, waiting] = records(failure);
  const spokeMicros = mute?.entries.find(({ kind }) => kind === 'sent')?.atMicros;
  const servedMicros = waiting?.entries.find(({ kind }) => kind === 'received')?.atMicros;
  if (spokeMicros === undefined || servedMicros === undefined) return false;
  const isGone = (one: TranscriptRecord | undefined): boolean =>
    one?.entries.some(({ kind, atMicros }) => kind === 'fin-sent' && atMicros < servedMicros) ??
    true;
  return servedMicros > spokeMicros && ![idle, second, mute].some(isGone);
}

export const concurrencyCauses = [
  {
    id: 'serves-one-at-a-time',
    title: 'One client is served to its end before the next',
    sign: 'A second client waits until the first has left.',
    mistake:
      'accept(), then a loop over that one client, then accept() again: a thread, a process or an event loop for each is missing. If one at a time is the promise, test it with --serves one-at-a-time.',
    mend: 'serve-many',
    matches: (evidence) => {
      const failure = evidence.failure(second);
      if (failure === undefined || !isSilence(failure) || areServedTogether(failure))
        return undefined;
      const isTurn = isServedInTurn(failure);
      if (!isTurn && strangerIn(failure.verdict.conversation) !== undefined) return undefined;
      return {
        confidence: isTurn ? 'certain' : 'likely',
        shows: isTurn
          ? 'While a first client idled a second was not answered; when the first ended its side, the second’s reply came.'
          : 'While a first client idled a second was accepted but not answered.',
        explains: idsWhere(
          evidence,
          (one) => together(one) && (isSilence(one) || one.finding.kind === 'refused'),
          [second],
        ),
      };
    },
  },
  {
    id: 'waits-for-the-first-message',
    title: 'A client that has said nothing yet holds up all others',
    sign: 'While a client is connected and has not said a word, nobody else is served; one that idles later holds up nobody.',
    mistake:
      'The loop that accepts also reads the first message: recv() comes right after accept(), blocking, before the client has a thread, a process or its place in the event loop.',
    mend: 'never-block-the-loop',
    matches: (evidence) => {
      const failure = evidence.failure(second);
      if (failure === undefined || !isSilence(failure) || !isHeldUpByMute(failure))
        return undefined;
      return {
        confidence: 'likely',
        shows:
          'Two clients were served side by side; when one had connected and said nothing, the next was not answered until that one spoke.',
        explains: idsWhere(evidence, (one) => isSilence(one) || one.finding.kind === 'refused', [
          second,
        ]),
      };
    },
  },
  {
    id: 'sends-to-all-clients',
    title: 'Replies go to all clients',
    sign: 'A client receives what was meant for another, which gets it too.',
    mistake: 'The reply is written in a loop over all connections, as a chat server would.',
    mend: 'answer-the-one-who-asked',
    matches: (evidence) => {
      const strangers = strangersOf(evidence).filter(
        ({ isShared, isUnasked }) => isShared && isUnasked,
      );
      const [stranger] = strangers;
      if (stranger === undefined) return undefined;
      return {
        confidence: 'certain',
        shows: `What client ${stranger.of} had sent came back to ${stranger.of}, and to ${stranger.to} as well.`,
        explains: idsWhere(
          evidence,
          together,
          strangers.map(({ id }) => id),
        ),
      };
    },
  },
  {
    id: 'connection-in-a-shared-variable',
    title: 'The connection is kept in one variable for all clients',
    sign: 'A reply goes to the wrong client, and the one who asked gets nothing.',
    mistake:
      'The socket (or a pointer to it: &client given to a thread) is global, static or a field of the server: the newest client overwrites it.',
    mend: 'own-state-a-client',
    // Who ends a conversation closes the connection of another, which has taken its place in the variable.
    spreads: (failure) => isOvertaken(failure) || isShutOut(failure),
    matches: (evidence) => {
      const strangers = strangersOf(evidence).filter(
        ({ isShared, isUnasked }) => !isShared && isUnasked,
      );
      const [stranger] = strangers;
      const overtaken = evidence.failures.filter((one) => together(one) && isOvertaken(one));
      if (stranger === undefined && overtaken.length === 0) return undefined;
      const seen = stranger === undefined ? overtaken : strangers;
      return {
        confidence: stranger === undefined && overtaken.length < 2 ? 'possible' : 'likely',
        shows:
          stranger === undefined
            ? 'Of several clients that came together one that came earlier was never answered, while later ones were.'
            : `What client ${stranger.of} had sent went to ${stranger.to} and not back to ${stranger.of}.`,
        explains: idsWhere(
          evidence,
          together,
          seen.map(({ id }) => id),
        ),
      };
    },
  },
  {
    id: 'buffer-shared-by-clients',
    title: 'One buffer is shared by all clients',
    sign: 'Alone each client gets its own bytes; together they get each other’s.',
    mistake:
      'The buffer is global, static or a field of the server: one thread fills it while another sends from it.',
    mend: 'own-state-a-client',
    // Other behaviours' clients are there at the same time: their bytes come and go.
    // What waits in the buffer for a client that reads late is overwritten by what that client itself says later.
    spreads: (failure) =>
      failure.finding.kind === 'bytes' &&
      (!isEachTime(failure) ||
        largeTransfers.includes(failure.id) ||
        failure.family === 'robustness'),
    matches: (evidence) => {
      // Where a client alone gets wrong bytes too, only bytes of another's tell of a shared buffer. Who gets them now and
      // then only may not have been alone: other behaviours' clients were there.
      const isAlone = evidence.failures.some(
        ({ family, finding, verdict: { tally } }) =>
          !(finding.kind === 'bytes' && tally.failed < tally.of) &&
          (family === 'payload' || family === 'stream' || family === 'half-close') &&
          finding.kind !== 'silence' &&
          finding.kind !== 'refused' &&
          finding.kind !== 'died',
      );
      const isMixed = (failure: Failure): boolean =>
        together(failure) &&
        failure.finding.kind === 'bytes' &&
        records(failure).length > 1 &&
        (!isAlone || strangerIn(failure.verdict.conversation) !== undefined);
      const ids = idsWhere(evidence, isMixed, ['concurrency/no-byte-crosses-over']);
      if (ids.length === 0) return undefined;
      const strangers = strangersOf(evidence);
      const [stranger] = strangers;
      if (strangers.some(({ isUnasked }) => isUnasked)) return undefined;
      return {
        confidence: stranger !== undefined && ids.length >= 2 ? 'certain' : 'likely',
        shows:
          stranger === undefined
            ? 'With several clients at once a reply held other bytes than were due; each alone is served rightly.'
            : `Client ${stranger.to} received, instead of its own bytes, what client ${stranger.of} had sent at the same time.`,
        // Another's bytes are another's wherever they came.
        explains: idsWhere(
          evidence,
          (one) => together(one) || strangerIn(one.verdict.conversation) !== undefined,
          ids,
        ),
      };
    },
  },
  {
    id: 'one-write-blocks-all',
    title: 'A write to one client blocks all others',
    sign: 'While a client does not read its replies, nobody else is served.',
    mistake:
      'One loop (or one lock) serves all clients, and its write() waits for room in the socket of one: non-blocking sockets, or a thread each.',
    mend: 'never-block-the-loop',
    matches: (evidence) => {
      const failure = evidence.failure(slow);
      if (failure === undefined || !isSilence(failure)) return undefined;
      if (answeredIn(failure) < 1) return undefined;
      // Where a newcomer is answered meanwhile, nothing blocks.
      if (leftOutIn(failure) !== undefined || isOfTheSlowReader(failure)) return undefined;
      return {
        confidence: 'certain',
        shows:
          'One client sent megabytes and read nothing; until it read, others were not answered.',
        explains: [slow, ...failedOf(evidence, [halfClosed])],
      };
    },
  },
  {
    id: 'waits-for-a-client-that-ended',
    title: 'A client that has ended its side holds up the others',
    sign: 'While a client has half-closed and still has replies to get, nobody else is served.',
    mistake:
      'At end-of-file the loop waits until that client’s replies are out or its socket is closed.',
    mend: 'never-block-the-loop',
    matches: (evidence) => {
      const failure = evidence.failure(halfClosed);
      if (failure === undefined || !isSilence(failure) || evidence.failure(slow) !== undefined)
        return undefined;
      if (answeredIn(failure) < 2) return undefined;
      // One that is lost by chance among several shows nothing of who was waited for.
      const { failed, of } = failure.verdict.tally;
      const isLost = (one: Failure): boolean => one.id !== halfClosed && isOvertaken(one);
      if (failed < of || evidence.failures.some(isLost)) return undefined;
      return {
        confidence: 'likely',
        shows:
          'A client with replies still to get ended its side; until it was gone, others were not answered. One that had not ended its side held up nobody.',
        explains: [halfClosed],
      };
    },
  },
  {
    id: 'new-client-ends-the-old',
    title: 'A new client’s coming ends the one before',
    sign: 'When a second client connects, the first one’s connection is ended.',
    mistake:
      'The socket of the last client is kept in one variable, and closed (or collected) when the next is put there.',
    mend: 'own-state-a-client',
    matches: (evidence) => {
      const failure = evidence.failure(second);
      if (failure === undefined || !isFirstEnded(failure)) return undefined;
      // A client that idles may have been cut off for that alone.
      if (evidence.verdict('half-close/keeps-idle-clients') === 'failed') return undefined;
      const isSure = failure.verdict.tally.failed === failure.verdict.tally.of;
      return {
        confidence: isSure ? 'certain' : 'likely',
        shows:
          'A first client idled; when a second came, the server ended the first one’s connection.',
        explains: idsWhere(evidence, together, [second]),
      };
    },
  },
  {
    id: 'removes-the-wrong-client',
    title: 'When a client leaves, another is removed',
    sign: 'A client that stays is no longer served after others have come and gone.',
    mistake:
      'The entry of another client is deleted: an index that has shifted, a loop that skips. Or a descriptor is closed twice: by the second close() its number may be another client’s.',
    mend: 'remove-the-right-one',
    // Clients of other behaviours leave now and then.
    spreads: (failure) => isEnd(failure) && !isEachTime(failure),
    matches: (evidence) => {
      const failure = evidence.failure('concurrency/churn');
      if (failure === undefined || failure.finding.kind === 'bytes' || isDeath(failure))
        return undefined;
      const others = [
        'concurrency/no-byte-crosses-over',
        'concurrency/many-at-once',
        // One that stays says many messages, which may be what ends it.
        'stream/many-messages-on-one-connection',
      ] as const;
      if (others.some((id) => evidence.verdict(id) === 'failed')) return undefined;
      // A server that ends one connection is there; one that is silent may be so to everybody.
      if (failure.finding.kind === 'silence' && !isOneOfSeveral(failure)) return undefined;
      return {
        confidence: 'likely',
        shows:
          'Clients that stayed were served until others left beside them; then one of those that stayed was not.',
        explains: [
          'concurrency/churn',
          ...failedOf(evidence, ['half-close/keeps-idle-clients', 'concurrency/any-interleaving']),
          // Who leaves rudely leaves, too.
          ...idsWhere(
            evidence,
            (one) => isEnd(failure) && isEnd(one) && one.family === 'robustness',
          ),
        ],
      };
    },
  },
] as const satisfies readonly CauseRule[];

interface StrangerOf {
  readonly id: AnyBehaviourId;
  readonly of: string;
  readonly to: string;
  readonly isShared: boolean;
  readonly isUnasked: boolean;
}

function strangersOf({ failures }: Evidence): StrangerOf[] {
  return failures.filter(together).flatMap((failure) => {
    const stranger = strangerIn(failure.verdict.conversation);
    return stranger === undefined ? [] : [{ id: failure.id, ...stranger }];
  });
}
