// Servers that answer nobody.
import { answeredEarlier, toSeveral } from '../../../behaviours/payload/answers.ts';
import { foreignBytes } from './rest-of-another.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence } from '../../evidence.ts';
import { floodBytes, hasBegunBefore, heardAroundTheFin, repeatsItself } from '../../floods.ts';
import {
  counted,
  failedOf,
  idsWhere,
  isByChance,
  isDeath,
  isEachTime,
  isEnd,
  isSeenAs,
} from '../../reading.ts';
import { isShutOut } from './turned-away.ts';

const id = 'payload/answers';
const unasked = 'accept/stays-silent-until-spoken-to';
const held = ['process/no-close-wait-left', 'process/closes-descriptors'] as const;

/** A greeting to read is no longer; whether what is longer has an end nobody waits to see. */
const mostOfAGreeting = 8192;

/** True when neither a message nor an end had any effect. */
function isDeaf({ failure }: Evidence): boolean {
  const turns = failure(id)?.exchanges ?? [];
  return (
    turns.length > 0 &&
    turns.every(
      ({ received, endedFirst, endedAfterFin }) =>
        received.length === 0 && endedFirst === undefined && endedAfterFin === undefined,
    )
  );
}

/** True when the server's own process was seen to hold connections: those are accepted. */
const areHeld = ({ failure }: Evidence): boolean =>
  held.some((one) => failure(one)?.finding.kind === 'other');

interface Lies {
  readonly unread?: string;
  readonly queued?: string;
}

/** Whether that tells that the server had accepted it, or held others of earlier clients. */
const isElsewhere = ({ unread, queued }: Lies): boolean =>
  unread !== undefined || (queued?.includes('held') ?? false);

/** What the kernel's tables told of the connection whose message was not answered, in words. */
function lies({ failure }: Evidence): Lies {
  const finding = failure(id)?.finding;
  const words = finding?.kind === 'other' ? finding.observed : '';
  const [, unread] = /(\d+ bytes still unread)/.exec(words) ?? [];
  if (unread !== undefined) return { unread };
  const [, queued] = /(not accepted.*)/.exec(words) ?? [];
  return queued === undefined ? {} : { queued };
}

/** Whether a client of this run was answered before the tests began: what is told of all clients would be false. */
function hasAnsweredEarlier({ failure }: Evidence): boolean {
  const finding = failure(id)?.finding;
  return finding !== undefined && isSeenAs(finding, answeredEarlier);
}

/** How many replies came to several clients of this run before the tests began; undefined where fewer did. */
function repliesToSeveral({ failure }: Evidence): number | undefined {
  const finding = failure(id)?.finding;
  const words = finding?.kind === 'other' ? finding.observed : '';
  const [, count] = new RegExp(String.raw`(\d+)${toSeveral}`, 'u').exec(words) ?? [];
  return count === undefined ? undefined : Number(count);
}

/** Several clients were answered before the tests began, and nobody in any of them. */
export function deafAfterSeveral(evidence: Evidence): Match | undefined {
  const count = repliesToSeveral(evidence);
  if (count === undefined || !isDeaf(evidence)) return undefined;
  return {
    confidence: 'likely',
    shows: `${count} replies had come to the run’s first clients. After that neither a message nor a client’s FIN brought anything.`,
    explains: [id, ...failedOf(evidence, [...held, 'half-close/closes-too'])],
  };
}

/** The first client was answered, and of the next not even its end was noticed. */
function isDeafAfterTheFirst(evidence: Evidence): Match | undefined {
  const where = lies(evidence);
  const { queued } = where;
  if (!isDeaf(evidence) || !hasAnsweredEarlier(evidence) || isElsewhere(where)) return undefined;
  return {
    confidence: queued === undefined ? 'possible' : 'likely',
    shows: `The run’s first client was answered, and left. To the next neither a message nor a FIN brought anything${queued === undefined ? '' : ': the connection waited in the queue of the listener, and no process had accepted it'}.`,
    explains: [id, ...failedOf(evidence, ['half-close/closes-too'])],
  };
}

/** How long the one client had been connected that was answered, in milliseconds: it had waited before it spoke. */
function answeredLate({ failure }: Evidence): number | undefined {
  for (const { entries } of failure(id)?.verdict.conversation ?? []) {
    const sent = entries.find(({ kind }) => kind === 'sent');
    const answer = entries.findIndex(({ kind }) => kind === 'received');
    const writes = entries.slice(0, answer).filter(({ kind }) => kind === 'sent').length;
    const connected = entries.find(({ kind }) => kind === 'connected');
    if (connected === undefined || sent === undefined || answer < 0 || writes !== 1) continue;
    const waitedMicros = sent.atMicros - connected.atMicros;
    if (waitedMicros >= longMicros) return waitedMicros / 1000;
  }
  return undefined;
}

/** Short letters, as the first that a client says. */
const shortFirst = ['payload/one-message', 'payload/forgets-earlier-messages'] as const;

/** A first message that is answered at times, and mostly met by the connection's end: the server was too early. */
function closesNowAndThen(evidence: Evidence): Match | undefined {
  const closed = shortFirst.flatMap((one) => {
    const found = evidence.failure(one);
    const turn = found?.exchanges[0];
    const isShut = turn?.endedFirst !== undefined && turn.received.length === 0;
    return found !== undefined && isShut && isEnd(found) && isByChance(found) ? [found] : [];
  });
  const [shown] = closed;
  const rate = shown?.verdict.law?.rate;
  if (shown === undefined || rate === undefined) return undefined;
  return {
    confidence: 'likely',
    shows: `${rate.failed} of ${rate.of} clients, one after another, saw the server end the connection before their first message was answered; the others were answered. So it hangs on time whether a client is served.`,
    explains: [
      shown.id,
      ...idsWhere(
        evidence,
        (one) => one !== shown && isEnd(one) && isShutOut(one) && one.family === 'payload',
      ),
    ],
  };
}

/** A client that speaks at once does so long before. */
const longMicros = 50_000;

export const neverAnswers = [
  {
    id: 'loses-what-comes-first',
    title: 'What a client sends at once is lost',
    sign: 'A message right behind the connect is never answered; one that comes a moment later is.',
    mistake:
      'The input is emptied, or a handler is registered, only when the client may have spoken already: a wait or a slow start comes between accept() and the first read, and what is there by then is thrown away (flush, drain, once()).',
    mend: 'send-what-was-read',
    matches: (evidence) => {
      const afterMs = answeredLate(evidence);
      const found = evidence.failure(id);
      // Who is answered now and then was not answered for another reason.
      if (afterMs === undefined || found === undefined || !isEachTime(found)) return undefined;
      return {
        confidence: 'likely',
        shows: `Letters that were sent right after the connect were not answered, also after the client’s FIN; letters that were sent ${Math.round(afterMs)} ms after the connect were.`,
        explains: [id],
      };
    },
  },
  {
    id: 'closes-without-answering',
    title: 'The connection is ended at once, unanswered',
    sign: 'The server accepts, and ends the connection before anything comes back.',
    mistake:
      'The socket is closed (or goes out of scope) right after accept(), the parent closes before the child has served, or an error at the first read ends the conversation: EAGAIN, say, where the socket does not block and nothing has come yet.',
    mend: 'read-until-nothing-more',
    matches: (evidence) => {
      const found = evidence.failure(id);
      if (found === undefined) return closesNowAndThen(evidence);
      const turn = found.exchanges[0];
      // Where the whole server goes, its connections end with it.
      if (isDeath(found)) return undefined;
      if (turn?.endedFirst === undefined || turn.received.length > 0) return undefined;
      const how = turn.endedFirst === 'fin' ? 'FIN' : 'RST';
      return {
        confidence: 'certain',
        shows: `The server ended the connection by ${how} before the client had ended its side, and without a byte of reply.`,
        explains: [id],
      };
    },
  },
  {
    id: 'never-writes',
    title: 'Messages are taken and never answered',
    sign: 'The server reads, notices the client’s end, and sends nothing at all.',
    mistake:
      'Nothing is written, or it is written elsewhere: to another descriptor, to standard output, to a stream that is neither flushed nor closed.',
    mend: 'send-what-was-read',
    matches: ({ failure }) => {
      const turns = failure(id)?.exchanges ?? [];
      const isDeaf = turns.every(
        ({ received, endedFirst }) => received.length === 0 && endedFirst === undefined,
      );
      const hasEnded = turns.some(({ endedAfterFin }) => endedAfterFin !== undefined);
      if (turns.length === 0 || !isDeaf || !hasEnded) return undefined;
      return {
        confidence: 'likely',
        shows:
          'Neither a message nor a newline nor many bytes brought a reply; the server answered the client’s FIN with its own, so it reads.',
        explains: [id],
      };
    },
  },
  {
    id: 'accepts-and-never-reads',
    title: 'Clients are accepted and never read',
    sign: 'The server holds their connections; no byte is answered and no end is noticed.',
    mistake:
      'What accept() gives is put into a list, a queue or a thread that nobody works on, or the handler reads from the wrong descriptor.',
    mend: 'serve-many',
    matches: (evidence) => {
      const { unread, queued } = lies(evidence);
      const isStuck = queued?.includes('held') ?? false;
      const isHeld = unread !== undefined || (queued === undefined && areHeld(evidence));
      if (!isDeaf(evidence) || !(isHeld || isStuck)) return undefined;
      if (repliesToSeveral(evidence) !== undefined) return undefined;
      return {
        confidence: unread === undefined || hasAnsweredEarlier(evidence) ? 'likely' : 'certain',
        shows: `${
          isStuck
            ? `Neither a message nor the client’s FIN had any effect: the connection was ${queued ?? ''}.`
            : unread === undefined
              ? 'Neither a message nor the client’s FIN had any effect, and the server’s process held the connections: it had accepted them.'
              : `Neither a message nor the client’s FIN had any effect: the server had accepted the connection, and left ${unread}.`
        }${hasAnsweredEarlier(evidence) ? ' The run’s first client had been answered.' : ''}`,
        explains: [id, ...failedOf(evidence, [...held, 'half-close/closes-too'])],
      };
    },
  },
  {
    id: 'never-accepts',
    title: 'Connections reach the kernel’s queue, and nobody serves them',
    sign: 'The kernel takes the connections; no byte is answered and no end is noticed.',
    mistake:
      'accept() is never reached, or not again behind the first clients: the set that select() has changed is used once more, the listener is no longer watched, the loop was left. Or the thread that serves reads from the wrong descriptor.',
    mend: 'accept-again',
    matches: (evidence) => {
      const where = lies(evidence);
      const { queued } = where;
      if (!isDeaf(evidence) || isElsewhere(where) || areHeld(evidence)) return undefined;
      // One that has answered somebody accepts, or did so at first.
      if (evidence.lastHeard !== undefined || hasAnsweredEarlier(evidence)) return undefined;
      if (repliesToSeveral(evidence) !== undefined) return undefined;
      return {
        confidence:
          queued !== undefined || evidence.hasPassedWhole(held[0]) ? 'likely' : 'possible',
        shows:
          queued === undefined
            ? 'Neither a message nor the client’s FIN had any effect: nobody reads from the connection.'
            : 'Neither a message nor the client’s FIN had any effect: the connection waited in the queue of the listener, no process had accepted it, and none held another one. Whether earlier clients were accepted, who have left, cannot be seen.',
        explains: [id, ...failedOf(evidence, ['half-close/closes-too'])],
      };
    },
  },
  {
    id: 'stops-accepting',
    title: 'After the first clients nobody is accepted any more',
    sign: 'A first client is served. The next waits in the queue of the listener, or, once that is full, its connect gets no answer at all.',
    mistake:
      'accept() is outside the loop, the loop was left, or the one thread that accepts waits for something else.',
    mend: 'accept-again',
    matches: (evidence) => {
      const explains = idsWhere(
        evidence,
        ({ finding }) => finding.kind === 'refused' && finding.code === 'ETIMEDOUT',
      );
      if (explains.length === 0 || evidence.failure('accept/accepts') === undefined)
        return isDeafAfterTheFirst(evidence);
      return {
        confidence: 'likely',
        shows:
          'The server served a first client; then a connect got no answer (ETIMEDOUT) while the port was still open.',
        explains,
      };
    },
  },
  {
    id: 'greets-first',
    title: 'The server speaks before it is spoken to',
    sign: 'Bytes come before the client has sent any.',
    mistake:
      'A greeting, a prompt or a line of log is written to the client’s socket right after accept().',
    mend: 'speak-when-spoken-to',
    matches: (evidence) => {
      const silent = evidence.failure(unasked);
      const said = silent?.exchanges.find(
        ({ writes, received }) => writes === 0 && received.length > 0,
      );
      if (said === undefined || said.received.length > mostOfAGreeting) return undefined;
      const greeting = said.received.head;
      const begins = idsWhere(
        evidence,
        ({ exchanges }) =>
          exchanges.some(({ received }) =>
            received.head.subarray(0, greeting.length).equals(greeting),
          ),
        [unasked],
      );
      return {
        confidence: 'certain',
        shows: `A client that had said nothing received ${JSON.stringify(greeting.subarray(0, 60).toString('latin1'))}.`,
        explains: begins,
      };
    },
  },
  {
    id: 'sends-without-end',
    title: 'The server sends many kilobytes, unasked',
    sign: 'A client that has said nothing receives kilobytes; whether they would end is not waited for.',
    mistake:
      'Much is written right after accept(), a long banner or a file; or a loop writes again and again without a read in it: the read stands before the loop, or its result is not checked.',
    mend: 'speak-when-spoken-to',
    matches: (evidence) => {
      const silent = evidence.failure(unasked);
      const said = silent?.exchanges.find(({ writes }) => writes === 0);
      if (said === undefined || said.received.length <= mostOfAGreeting) return undefined;
      // What other clients had said is no banner.
      if (foreignBytes(evidence).length > 0) return undefined;
      return {
        confidence: 'certain',
        shows: `A client that had said nothing received ${counted(said.received.length, 'byte')} before it left: ${JSON.stringify(said.received.head.subarray(0, 24).toString('latin1'))} …`,
        explains: idsWhere(
          evidence,
          ({ finding, family }) =>
            finding.kind === 'bytes' || (finding.kind === 'other' && family === 'half-close'),
          [unasked],
        ),
      };
    },
  },
  {
    id: 'answers-without-end',
    title: 'One message is answered without end',
    sign: 'After a client’s message bytes come on and on, long before it has ended its side.',
    mistake:
      'A loop writes again and again without a read in it: the read stands before the loop, or the loop that writes a reply never finds its end.',
    mend: 'send-what-was-read',
    matches: (evidence) => {
      const closesToo = evidence.failure('half-close/closes-too');
      const { sent, before, after } = heardAroundTheFin(closesToo);
      const isRepeating = repeatsItself(evidence);
      const hasBegun = hasBegunBefore(heardAroundTheFin(closesToo));
      // What is known to go on need not be much: a slow server sends little meanwhile.
      const isFlood = isRepeating ? after > sent : after >= floodBytes && hasBegun;
      if (closesToo?.finding.kind !== 'other' || !isFlood) return undefined;
      if (evidence.verdict(unasked) === 'failed') return undefined;
      return {
        confidence: evidence.verdict(unasked) === 'passed' ? 'certain' : 'likely',
        shows: `${counted(sent, 'byte')} brought ${counted(before, 'byte')} before the client had ended its side, and ${counted(after, 'byte')} more after its FIN, without an end.${isRepeating ? ' Another client, which had not ended its side, heard its message again and again.' : ''}`,
        explains: idsWhere(
          evidence,
          ({ finding, family }) =>
            finding.kind === 'bytes' || (finding.kind === 'other' && family === 'half-close'),
          [closesToo.id],
        ),
      };
    },
  },
] as const satisfies readonly CauseRule[];
