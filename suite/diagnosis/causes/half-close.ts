// Mistakes about the end of a conversation that the client brings about.
import type { AnyBehaviourId } from '../../behaviours/behaviours.ts';
import type { TranscriptRecord } from '../../events/events.ts';
import type { CauseRule, Match } from '../cause.ts';
import type { Evidence, Failure } from '../evidence.ts';
import { floodBytes, hasBegunBefore, heardAroundTheFin, repeatsItself } from '../floods.ts';
import { failedOf, idsWhere, isEnd, missingBytes } from '../reading.ts';
import { oldestAge } from './lifetime.ts';
import { isLostLate, isOfSeveralReads } from './messages/long-messages.ts';
import { isShutOut } from './serving/turned-away.ts';

const owing: readonly AnyBehaviourId[] = [
  'half-close/sends-all-it-owes',
  'half-close/fin-right-behind-the-data',
  'half-close/sends-all-it-owes-when-large',
];

const ofOneClient = ['half-close', 'stream', 'one-message'];

/** What came was right, and not all of it. */
const isCutOff = ({ finding }: Failure): boolean => missingBytes(finding) > 0;

export const halfCloseCauses = [
  {
    id: 'drops-what-it-owes-at-the-fin',
    title: 'What is owed when the client ends its side is dropped',
    sign: 'A message with the FIN right after it is not answered.',
    mistake:
      "End-of-file is acted on before the data that came with it: POLLHUP or 'end' closes the socket, or the reply is made later and finds it closed. The client has ended its own side only; it still reads.",
    mend: 'reply-before-closing',
    matches: (evidence) => {
      const explains = failedOf(evidence, owing).filter((id) => {
        const failure = evidence.failure(id);
        if (failure === undefined || !isCutOff(failure)) return false;
        // What had to wait for a late reader is lost without any FIN too.
        return !(isLostLate(evidence) && isOfSeveralReads(failure));
      });
      const isShort = explains.some((id) => id !== 'half-close/sends-all-it-owes-when-large');
      if (explains.length === 0) return seenNowAndThen(evidence);
      if (!isShort || evidence.verdict('payload/every-size') === 'failed') return undefined;
      if (evidence.verdict('payload/one-message') !== 'passed') return undefined;
      return {
        confidence: explains.length >= 2 ? 'certain' : 'likely',
        shows:
          'A message is answered while the client’s side is open; the same with its FIN right after it is not, or not in full.',
        explains: [
          ...explains,
          ...failedOf(evidence, ['stream/in-order', 'concurrency/any-interleaving']),
        ],
      };
    },
  },
  {
    id: 'ignores-end-of-file',
    title: 'The client’s end is not noticed',
    sign: 'When the client has ended its side the server never ends its own.',
    mistake:
      'recv() returning 0 is not treated as the end, close() is missing, or, after fork(), the parent still holds the descriptor, so that no FIN is sent.',
    mend: 'close-at-end-of-file',
    // Connections that are never closed take up descriptors, threads and places until none is left.
    spreads: isShutOut,
    matches: (evidence) => {
      const id = 'half-close/closes-too';
      const failure = evidence.failure(id);
      if (failure?.finding.kind !== 'silence') return undefined;
      // Who waits for a client that has left has not noticed; another may merely hold a descriptor.
      const isWaiting = isCounted(evidence, 'process/ends-threads-and-children');
      const spins = isCounted(evidence, 'process/no-cpu-after-a-client-left');
      const holds = isCounted(evidence, 'process/closes-descriptors');
      const areEnded = evidence.verdict('process/ends-threads-and-children') === 'passed';
      if (holds && areEnded && !spins) return undefined;
      const servesOthers = evidence.contract?.serves === 'one' ? '' : ', though it serves others';
      return {
        confidence: isWaiting || spins ? 'certain' : 'likely',
        shows: `The client ended its side; the server’s end never came${servesOthers}.`,
        explains: [
          id,
          ...failedOf(evidence, [
            'half-close/ends-with-fin-not-reset',
            'half-close/fin-without-data',
            'process/no-close-wait-left',
            'process/closes-descriptors',
            'process/ends-threads-and-children',
          ]),
        ],
      };
    },
  },
  {
    id: 'sends-on-after-end-of-file',
    title: 'After the client’s end the server sends on and on',
    sign: 'When the client has ended its side, old bytes come without end.',
    mistake:
      'recv() returning 0 is not treated as the end: the loop writes the old buffer again, round after round.',
    mend: 'close-at-end-of-file',
    matches: (evidence) => {
      const id = 'half-close/closes-too';
      const failure = evidence.failure(id);
      const heard = heardAroundTheFin(failure);
      if (failure?.finding.kind !== 'other' || heard.after < floodBytes) return undefined;
      // What began before the FIN goes on behind it, whatever the server makes of the FIN.
      if (hasBegunBefore(heard) || repeatsItself(evidence)) return undefined;
      return {
        confidence: heard.before <= heard.sent ? 'certain' : 'likely',
        shows: `The client sent ${heard.sent} bytes and had received ${heard.before.toLocaleString('en')} when it ended its side; after its FIN came more than ${heard.after.toLocaleString('en')}, and no end.`,
        explains: [
          id,
          ...idsWhere(
            evidence,
            (one) =>
              one.id !== id &&
              (one.family === 'half-close' || one.id === 'process/no-cpu-after-a-client-left'),
          ),
        ],
      };
    },
  },
  {
    id: 'waits-after-an-empty-conversation',
    title: 'A client that ends without a word is kept',
    sign: 'After a FIN with no data before it the server does not end its side.',
    mistake: 'The first read is not checked for 0: the code assumes that it always returns data.',
    mend: 'check-the-first-read',
    matches: (evidence) => {
      const id = 'half-close/fin-without-data';
      const failure = evidence.failure(id);
      if (failure?.finding.kind !== 'silence') return undefined;
      if (evidence.verdict('half-close/closes-too') !== 'passed') return undefined;
      return {
        confidence: 'certain',
        shows:
          'A conversation with messages is closed properly; one in which the client said nothing is not.',
        explains: [id],
      };
    },
  },
  {
    id: 'ends-with-a-reset',
    title: 'The server ends conversations by RST',
    sign: 'In place of the server’s FIN comes a reset.',
    mistake:
      'SO_LINGER of 0, destroy() or resetAndDestroy(), or close() while received bytes are still unread: the kernel then sends RST.',
    mend: 'end-with-fin',
    matches: (evidence) => {
      const [id] = failedOf(evidence, [
        'half-close/ends-with-fin-not-reset',
        'one-message/ends-with-fin-not-reset',
      ]);
      const failure = id === undefined ? undefined : evidence.failure(id);
      if (failure?.finding.kind !== 'ended' || failure.finding.by !== 'reset') return undefined;
      const isReset = ({ finding }: Failure): boolean =>
        finding.kind === 'ended' && finding.by === 'reset';
      const explains = idsWhere(
        evidence,
        (one) => ofOneClient.includes(one.family) && isReset(one),
        [failure.id],
      );
      const isLossy = explains.some((one) => {
        const found = evidence.failure(one);
        return found !== undefined && isCutOff(found);
      });
      return {
        confidence: 'certain',
        shows: `In ${failure.id} everything owed had come; where the server’s FIN was expected, it sent RST.${isLossy ? ' Elsewhere its RST came before all that was owed: the kernel drops what is still on its way.' : ''}`,
        explains,
      };
    },
  },
  {
    id: 'closes-idle-clients',
    title: 'A client that is silent for a while is cut off',
    sign: 'After a pause of the client’s the connection is gone.',
    mistake:
      'A receive timeout (SO_RCVTIMEO, settimeout(), setSoTimeout(), setTimeout) is treated as the end of the conversation.',
    mend: 'no-idle-limit',
    matches: (evidence) => {
      // One that is cut off at the same age when it talks all the time is so for no silence of its own.
      if (oldestAge(evidence) !== undefined) return undefined;
      const cut = evidence.failures.flatMap((failure) => {
        const quietMs = isEnd(failure) ? quietBeforeEnd(failure) : undefined;
        return quietMs === undefined ? [] : [{ failure, quietMs }];
      });
      const ids = ['half-close/keeps-idle-clients', 'half-close/does-not-close-first'] as const;
      const [id] = ids.filter((one) => cut.some(({ failure }) => failure.id === one));
      const found = cut.find(({ failure }) => failure.id === id);
      if (id === undefined || found === undefined) return undefined;
      const { tally } = found.failure.verdict;
      const isSure = tally.failed === tally.of && id === ids[0];
      return {
        confidence: isSure ? 'likely' : 'possible',
        shows: `The client had been answered and said nothing for ${Math.round(found.quietMs)} ms; then the server ended its connection.`,
        explains: [
          id,
          ...cut.map(({ failure }) => failure.id).filter((one) => one !== id),
          ...failedOf(evidence, [muteId]).filter((one) => one !== id),
        ],
      };
    },
  },
  {
    id: 'cuts-off-who-does-not-speak',
    title: 'A client that does not speak at once is cut off',
    sign: 'A client that connects and says nothing for a while loses its connection; one that has spoken may be silent.',
    mistake:
      'The first read after accept() has a time limit: a timer for a handshake or a login, settimeout() before the loop; when it is over the connection is closed.',
    mend: 'no-idle-limit',
    matches: (evidence) => {
      const failure = evidence.failure(muteId);
      if (failure === undefined || !isEnd(failure)) return undefined;
      const ends = failure.verdict.conversation.flatMap((one) => cutOffUnheard(one) ?? []);
      const ended = ends.at(-1);
      if (ended === undefined) return undefined;
      const { afterMs, how } = ended;
      return {
        confidence: 'likely',
        shows: `${Math.round(afterMs)} ms after its connect, a client that had said nothing received ${how}; one that connected then and spoke at once was answered.`,
        explains: [muteId],
      };
    },
  },
] as const satisfies readonly CauseRule[];

/** What is dropped now and then only may have been answered in each of the few conversations that are meant for it. */
function seenNowAndThen(evidence: Evidence): Match | undefined {
  const id = 'concurrency/any-interleaving';
  const failure = evidence.failure(id);
  if (failure === undefined || !isCutOff(failure) || !isEnd(failure)) return undefined;
  const { conversation, law } = failure.verdict;
  const [dropped, ...others] = failure.exchanges.filter(({ sent }) => sent.length > 0);
  // With one client alone, whose one message came together with its FIN, nobody else is to blame.
  if (conversation.length !== 1 || others.length > 0 || dropped === undefined) return undefined;
  const isAtTheFin =
    dropped.endedAfterFin === 'fin' && dropped.received.length < dropped.sent.length;
  if (law?.rate === undefined || !isAtTheFin) return undefined;
  const { failed, of } = law.rate;
  return {
    confidence: 'likely',
    shows: `A message with its FIN right after it was not answered, or not in full, ${failed.toLocaleString('en')} of ${of.toLocaleString('en')} times; then the server ended its own side.`,
    explains: [id],
  };
}

/** Whether a behaviour that counts found something. */
const isCounted = ({ failure }: Evidence, id: AnyBehaviourId): boolean =>
  failure(id)?.finding.kind === 'other';

const muteId = 'half-close/keeps-clients-that-say-nothing';

/** How long after its connect the server ended the connection of a client that had said nothing. */
function cutOffUnheard({
  sentBytes,
  entries,
}: TranscriptRecord): { readonly afterMs: number; readonly how: 'FIN' | 'RST' } | undefined {
  const connected = entries.find(({ kind }) => kind === 'connected');
  const ended = entries.find(
    ({ kind }) => kind === 'fin-sent' || kind === 'fin-received' || kind === 'reset-received',
  );
  const isTheirs = ended !== undefined && ended.kind !== 'fin-sent';
  if (sentBytes > 0 || connected === undefined || !isTheirs) return undefined;
  const afterMs = (ended.atMicros - connected.atMicros) / 1000;
  return { afterMs, how: ended.kind === 'fin-received' ? 'FIN' : 'RST' };
}

/** Shorter pauses than this are no idling, in milliseconds. */
const idleMs = 50;

/** How long a client that had been answered was quiet before the server ended its connection. */
function quietBeforeEnd({ verdict }: Failure): number | undefined {
  for (const { entries } of verdict.conversation) {
    const end = entries.findIndex(
      ({ kind }) => kind === 'fin-received' || kind === 'reset-received',
    );
    const before = entries
      .slice(0, Math.max(0, end))
      .filter(({ kind }) => kind === 'sent' || kind === 'received');
    const isOurs = entries.slice(0, Math.max(0, end)).some(({ kind }) => kind === 'fin-sent');
    const last = before.at(-1);
    const closing = entries[end];
    if (closing === undefined || last === undefined || isOurs) continue;
    // What was sent behind the pause was sent too late to be read.
    const since = last.kind === 'sent' ? (before.at(-2) ?? last) : last;
    const quietMs = (closing.atMicros - since.atMicros) / 1000;
    if (since.kind === 'received' && quietMs >= idleMs) return quietMs;
  }
  return undefined;
}
