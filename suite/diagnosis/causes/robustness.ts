// What an error of one conversation does to all the others.
import { aboutRun, type AnyBehaviourId } from '../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../cause.ts';
import type { Evidence, Failure } from '../evidence.ts';
import {
  endsByReset,
  goingAnyway,
  hasOnlySpeakers,
  hasReset,
  isBystanderEnded,
  isShutByReset,
} from '../going-anyway.ts';
import {
  counted,
  failedOf,
  idsWhere,
  isDeath,
  isEachTime,
  isEnd,
  lineOf,
  printedBy,
} from '../reading.ts';
import { endedByFullBuffer } from './messages/late-readers.ts';
import { largeTransfers } from './messages/long-messages.ts';
import { isTurnedAway } from './serving/turned-away.ts';

const hundred = 'robustness/survives-vanishing-by-the-hundred';
const rude: readonly AnyBehaviourId[] = [
  'robustness/survives-reset-at-once',
  'robustness/survives-reset-mid-message',
  'robustness/survives-reset-mid-reply',
  'robustness/survives-leaving-with-unread-replies',
  hundred,
  'robustness/survives-a-flood',
];
const leaving: readonly AnyBehaviourId[] = [
  'robustness/survives-leaving-with-unread-replies',
  'robustness/survives-reset-mid-reply',
  'robustness/survives-a-flood',
];

/** The deaths, but for those of the ending word and of other causes’ own. */
const deaths = (evidence: Evidence): Failure[] =>
  evidence.failures.filter((failure) => isDeath(failure) && !aboutRun.includes(failure.id));

const withStaysUp = (evidence: Evidence, ids: readonly AnyBehaviourId[]): AnyBehaviourId[] => [
  ...ids,
  ...failedOf(evidence, aboutRun).filter((id) => !ids.includes(id)),
];

/** Tests in which a reset ended a bystander’s conversation and the server lived on. */
const endedBesideReset = (evidence: Evidence): AnyBehaviourId[] =>
  idsWhere(
    evidence,
    (one) =>
      (rude.includes(one.id) || one.id === 'concurrency/any-interleaving') &&
      isEnd(one) &&
      isBystanderEnded(one),
    rude,
  );

/** Those behind whose resets no new client was accepted, though the process that was started ran on. */
const closedByReset = (evidence: Evidence): Failure[] =>
  evidence.failures.filter(
    (one) =>
      rude.includes(one.id) &&
      isShutByReset(one) &&
      (one.finding.kind === 'refused' || (isDeath(one) && isStillRunning(evidence)(one))),
  );

function signalOf({ finding }: Failure): string | null {
  if (finding.kind !== 'died') return null;
  // A shell that started the server tells a signal as 128 and its number.
  const told = finding.exitCode === null ? undefined : bySignal[finding.exitCode - 128];
  return finding.signal ?? told ?? null;
}

const bySignal: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
};
const faults = ['SIGSEGV', 'SIGBUS', 'SIGABRT'];

/** What C++ prints where std::terminate() was called and nothing was thrown. */
const noActiveException = 'terminate called without an active exception';

/** What the C library prints before it gives up a process whose memory is damaged. */
const damage =
  /stack smashing|double free|corrupted|munmap_chunk|free\(\): invalid|buffer overflow/;

/** What languages print of an error that nobody caught; of a long trace only the end may have been kept. */
const someError =
  /\b[A-Z]\w*(Error|Exception)\b|Traceback|Uncaught|panic|fatal|terminate called|Assertion|^goroutine \d+ \[/m;

/** The process of one client crashed: its connection ends, the server lives on, and what was printed tells why. */
function crashOfAChild(evidence: Evidence, line: string): Match | undefined {
  const explains = idsWhere(
    evidence,
    (one) => isEnd(one) && ['payload', 'stream', 'half-close'].includes(one.family),
  );
  if (explains.length === 0) return undefined;
  return {
    confidence: 'likely',
    shows: `The server ended a connection before all that it owed was sent, and one of its processes printed: ${line}`,
    explains,
  };
}

/** Whether the last that the server heard before it went could be a format. */
export function holdsFormat({ exchanges, id }: Failure): boolean {
  const last = exchanges.filter(({ sent }) => sent.length > 0).at(-1)?.sent.head;
  return id.startsWith('payload/') && (last?.includes('%') ?? false);
}

/** Errors of a connection that its client has ended, as languages print them. */
const connectionError =
  /ConnectionResetError|BrokenPipeError|ConnectionAbortedError|ECONNRESET|EPIPE|ECONNABORTED|Broken pipe|Connection reset|SocketException/i;

/** Where a client has megabytes under way, which a process that goes leaves unanswered. */
const sendsMuch: readonly AnyBehaviourId[] = [
  ...largeTransfers,
  'concurrency/slow-reader-blocks-nobody',
  'concurrency/half-closed-client-blocks-nobody',
];

export const robustnessCauses = [
  {
    id: 'killed-by-sigpipe',
    title: 'A client that leaves kills the server by SIGPIPE',
    sign: 'A client leaves with unread replies, and the server’s process is ended by SIGPIPE.',
    mistake:
      'write() to a connection whose client has gone raises SIGPIPE, and its default is to end the process.',
    mend: 'ignore-sigpipe',
    matches: (evidence) => {
      const explains = deaths(evidence)
        .filter((one) => signalOf(one) === 'SIGPIPE')
        .map(({ id }) => id);
      if (explains.length === 0) return undefined;
      return {
        confidence: 'certain',
        shows:
          'The kernel ended the server’s process by SIGPIPE when it wrote to a client that had gone.',
        explains: withStaysUp(evidence, first(explains, leaving)),
      };
    },
  },
  {
    id: 'crashes-with-a-memory-fault',
    title: 'The server crashes: memory is used wrongly',
    sign: 'Its process is ended by SIGSEGV, SIGABRT or SIGBUS.',
    mistake:
      'A byte is written or read outside a buffer (buffer[count] = 0 when count is its size), memory is used after free(), or freed twice; or the stack has run out (alloca() in a loop, a function that calls itself for each read).',
    mend: 'stay-in-the-buffer',
    // A process that goes ends all its connections; those of other behaviours may show it first.
    spreads: (failure) => isEnd(failure) && sendsMuch.includes(failure.id),
    matches: (evidence) => {
      // printf() with the message as the format crashes too; that has a name of its own.
      const crashed = deaths(evidence).filter(
        (one) => faults.includes(signalOf(one) ?? '') && !holdsFormat(one),
      );
      const [some] = crashed;
      const signal = some === undefined ? null : signalOf(some);
      const line = lineOf(evidence, damage);
      if (some === undefined && line !== undefined) return crashOfAChild(evidence, line);
      // abort() is also what an exception ends in that nobody catches, or an assertion.
      if (some === undefined || (signal === 'SIGABRT' && line === undefined)) return undefined;
      const printed = line === undefined ? '' : ` It printed: ${line}`;
      return {
        confidence: 'certain',
        shows: `${signal ?? ''} ended the server’s process during ${some.id}.${printed}`,
        explains: withStaysUp(
          evidence,
          crashed.map(({ id }) => id),
        ),
      };
    },
  },
  {
    id: 'connection-error-ends-the-server',
    title: 'A client’s reset ends the whole server',
    sign: 'A client resets its connection, or leaves before it has read, and the process ends.',
    mistake:
      "ECONNRESET or EPIPE of one conversation is caught nowhere (no 'error' listener, no try), or leads to exit().",
    mend: 'catch-per-client',
    matches: (evidence) => {
      const died = deaths(evidence).filter(
        (one) =>
          (signalOf(one) === null || isAbortedByIt(one)) &&
          !isOfAnotherError(one) &&
          (rude.includes(one.id) || one.family === 'concurrency' || hasPrintedIt(one)),
      );
      const explains = first(
        died.map(({ id }) => id),
        rude,
      );
      const line = lineOf(evidence, connectionError);
      const byReset = explains.some((id) => rude.includes(id) && id !== hundred);
      if (!byReset || (line === undefined && isOnlyFlood(explains))) return undefined;
      if (deaths(evidence).some(isStillRunning(evidence))) return undefined;
      return {
        confidence: line === undefined ? 'likely' : 'certain',
        shows:
          line === undefined
            ? `A client reset its connection or left early, and the server was gone (in ${counted(explains.filter((id) => rude.includes(id)).length, 'behaviour')}).`
            : `A client left early, and the server’s process ended. It printed: ${line}`,
        explains: withStaysUp(evidence, explains),
      };
    },
  },
  {
    id: 'leaving-without-a-word-ends-the-server',
    title: 'A client that leaves without a word ends the server',
    sign: 'Clients that connect and end their side at once bring the server down.',
    mistake:
      'The code assumes that the first read brings data: its 0, or an empty message, ends in an error or exit().',
    mend: 'check-the-first-read',
    matches: (evidence) => {
      const id = 'robustness/survives-connect-and-leave';
      const failure = evidence.failure(id);
      if (failure === undefined || !isDeath(failure) || faults.includes(signalOf(failure) ?? ''))
        return undefined;
      return {
        confidence:
          evidence.verdict('robustness/survives-reset-at-once') === 'failed' ? 'likely' : 'certain',
        shows:
          'Clients connected and ended their side without having sent anything; the server was gone after that.',
        explains: withStaysUp(evidence, [
          id,
          ...deaths(evidence)
            .filter((one) => one !== failure && isOfTheWordless(one, evidence))
            .map((one) => one.id),
        ]),
      };
    },
  },
  {
    id: 'error-closes-the-listener',
    title: 'After a client’s error no new client is accepted',
    sign: 'The process lives on, but its port refuses connections.',
    mistake:
      'An error leaves the accept loop, or closes the listener (or the whole server object) instead of the one connection.',
    mend: 'go-on-accepting',
    matches: (evidence) => {
      // Where the listener is closed without any reset, a reset is not to blame.
      if (goingAnyway(evidence).some(isStillRunning(evidence))) return undefined;
      const refused = closedByReset(evidence);
      // Where a reset has closed others, and new clients were let in all the same, the listener is not what it closes.
      if (refused.length === 0 || endedBesideReset(evidence).length > 0) return undefined;
      const isSeen = evidence.target?.kind === 'launch' || evidence.target?.kind === 'container';
      const isRepeated = refused.length > 1 && refused.every(isEachTime);
      return {
        confidence: isSeen && isRepeated ? 'certain' : 'likely',
        shows: isSeen
          ? 'A client was accepted and reset its connection; no other client was accepted after it, for nothing listened on the port any more, while the server’s process ran on.'
          : 'After a client had reset its connection present clients were still served, but no new client was accepted.',
        explains: withStaysUp(
          evidence,
          first(
            evidence.failures
              .filter((one) => isDeath(one) || one.finding.kind === 'refused')
              .filter((one) => !aboutRun.includes(one.id) && hasReset(one))
              .map(({ id }) => id),
            refused.map(({ id }) => id),
          ),
        ),
      };
    },
  },
  {
    id: 'unread-replies-end-the-server',
    title: 'A client that reads nothing brings the server down',
    sign: 'While a client sends megabytes and reads nothing, the server goes.',
    mistake:
      'Replies that are not read are kept in memory without limit, until there is none left; or a write that fails in such a client ends the process.',
    mend: 'limit-what-is-kept',
    matches: (evidence) => {
      const ids = deaths(evidence).map(({ id }) => id);
      const explains = ids.filter(
        (id) =>
          id === 'concurrency/slow-reader-blocks-nobody' ||
          id === 'robustness/survives-a-flood' ||
          id.startsWith('stream/') ||
          id === 'half-close/sends-all-it-owes-when-large',
      );
      if (explains.length === 0 || ids.some((id) => id === 'robustness/survives-reset-at-once'))
        return undefined;
      const isWhileAlive = explains.some((id) => id !== 'robustness/survives-a-flood');
      return {
        confidence: isWhileAlive ? 'likely' : 'possible',
        shows: 'A client sent megabytes and read none of the replies; the server was gone.',
        explains: withStaysUp(evidence, explains),
      };
    },
  },
  {
    id: 'failed-write-ends-the-server',
    title: 'A write to a client that has gone ends the server',
    sign: 'A client resets while its replies are being written, and the process ends.',
    mistake:
      'Only the read of a conversation is guarded: the error of a write (EPIPE, ECONNRESET), or SIGPIPE, ends the process.',
    mend: 'ignore-sigpipe',
    matches: (evidence) => {
      const ids = deaths(evidence).map(({ id }) => id);
      const explains = leaving.filter((id) => ids.includes(id));
      if (
        explains.length === 0 ||
        ids.some(
          (id) =>
            id === 'robustness/survives-reset-at-once' ||
            id === 'concurrency/slow-reader-blocks-nobody',
        )
      )
        return undefined;
      const [some] = deaths(evidence);
      if (some === undefined || signalOf(some) !== null) return undefined;
      const isResetHarmless = evidence.verdict('robustness/survives-reset-at-once') === 'passed';
      return {
        confidence: 'likely',
        shows: `${isResetHarmless ? 'A reset right after connecting did no harm, but when' : 'When'} a client left while replies were being sent, the server was gone (in ${counted(explains.length, 'behaviour')}).`,
        explains: withStaysUp(evidence, [
          ...explains,
          ...ids.filter(
            (id) =>
              id === 'robustness/survives-reset-mid-message' ||
              id === 'concurrency/any-interleaving',
          ),
        ]),
      };
    },
  },
  {
    id: 'many-errors-stop-the-server',
    title: 'Many clients that vanish at once stop the server',
    sign: 'One such client does no harm; fifty do.',
    mistake:
      'Each vanished client leaves something behind (a slot, a counter, a thread), or a number of errors ends the accept loop.',
    mend: 'go-on-accepting',
    matches: (evidence) => {
      const id = hundred;
      const others = rude.filter((one) => one !== id && one !== 'robustness/survives-a-flood');
      const failure = evidence.failure(id);
      if (failure === undefined || others.some((one) => evidence.failure(one) !== undefined))
        return undefined;
      if (evidence.verdict('concurrency/many-at-once') === 'failed') return undefined;
      // Who was not served before anybody had vanished either was not stopped by them.
      if (!hasReset(failure)) return undefined;
      // Whoever is served, be it with bytes that are not theirs, was not stopped by anybody.
      if (!isDeath(failure) && !isTurnedAway(failure)) return undefined;
      // A process that printed an error and went was not stopped by their number.
      if (isDeath(failure) && lineOf(evidence, someError) !== undefined) return undefined;
      return {
        confidence: 'likely',
        shows:
          'After fifty clients had reset their connections at once, no further one was served; a single one did no harm.',
        explains: withStaysUp(evidence, [id]),
      };
    },
  },
  {
    id: 'one-error-ends-all-conversations',
    title: 'An error of one client ends the others’ conversations',
    sign: 'One client resets its connection; another, which did nothing, is closed too.',
    mistake:
      'The error leaves the loop that serves all clients, and what follows closes every connection; or it leaves what all of them need unusable (in Rust a Mutex that a panic has poisoned).',
    mend: 'catch-per-client',
    // Nobody there is served to the end: bystanders, newcomers, and who stands in the queue.
    spreads: (failure) =>
      isEnd(failure) &&
      (rude.includes(failure.id) || (failure.family === 'concurrency' && hasReset(failure))),
    matches: (evidence) => {
      const explains = endedBesideReset(evidence);
      if (!explains.some((id) => rude.includes(id))) return undefined;
      if (evidence.verdict('concurrency/many-at-once') === 'failed') return undefined;
      // Where one that merely leaves does the same to the others, it is no error that does.
      const quiet = evidence.failure('robustness/survives-connect-and-leave');
      if (quiet !== undefined && isEnd(quiet) && isBystanderEnded(quiet, 'fin-sent'))
        return undefined;
      const refused = closedByReset(evidence).map(({ id }) => id);
      const elsewhere =
        ' Elsewhere nothing listened on the port behind a reset, while the process that was started ran on.';
      return {
        confidence: explains.length >= 3 ? 'certain' : 'likely',
        shows: `One client reset its connection; then the server, which lives on, ended the connection of a bystander that it had answered before.${refused.length === 0 ? '' : elsewhere}`,
        explains:
          refused.length === 0 ? explains : withStaysUp(evidence, [...explains, ...refused]),
      };
    },
  },
  {
    id: 'an-error-ends-the-server',
    title: 'An error that is caught nowhere ends the server',
    sign: 'The process ends with a status other than 0, and its output names an error.',
    mistake:
      'An exception or a failed call of one conversation ends the process: catch it where that client is served.',
    mend: 'catch-per-client',
    matches: (evidence) => {
      const late = endedByFullBuffer(evidence);
      const died = deaths(evidence).filter(
        (one) =>
          one.finding.kind === 'died' &&
          !late.includes(one) &&
          !isOfItsReset(one) &&
          (signalOf(one) === 'SIGABRT' || (one.finding.exitCode ?? 0) !== 0),
      );
      // The one that tells itself why it ended; else what another printed is all that is known.
      const some = died.find((one) => lineOf(printedBy(one), someError) !== undefined) ?? died[0];
      if (some === undefined) return undefined;
      const line = lineOf(printedBy(some), someError) ?? lineOf(evidence, someError);
      if (line === undefined) return undefined;
      return {
        confidence: 'likely',
        shows: `The server’s process ended during ${some.id}. It printed: ${line}${line.includes(noActiveException) ? ' In C++ that is mostly the end of a std::thread which was neither joined nor detached.' : ''}`,
        explains: withStaysUp(
          evidence,
          died.map(({ id }) => id),
        ),
      };
    },
  },
] as const satisfies readonly CauseRule[];

/** Whether the server printed the error of a connection when it ended. */
const hasPrintedIt = (failure: Failure): boolean =>
  lineOf(printedBy(failure), connectionError) !== undefined;

/** Whether the process gave up itself, and printed the error of a connection: a panic that aborts, an exception that nobody caught. */
const isAbortedByIt = (failure: Failure): boolean =>
  signalOf(failure) === 'SIGABRT' && hasPrintedIt(failure);

/** Whether a client was rude, and the server printed that error of the connection when it ended. */
const isOfItsReset = (failure: Failure): boolean =>
  rude.includes(failure.id) && failure.id !== hundred && hasPrintedIt(failure);

/** Whether the server printed an error when it ended, and none of a connection. */
const isOfAnotherError = (failure: Failure): boolean =>
  lineOf(printedBy(failure), someError) !== undefined &&
  lineOf(printedBy(failure), connectionError) === undefined;

/** Whether somebody had said nothing in it; a reset of such a one is no other matter where resets do no harm. */
function isOfTheWordless(failure: Failure, { verdict }: Evidence): boolean {
  const isHarmless = verdict('robustness/survives-reset-mid-message') === 'passed';
  if (hasOnlySpeakers(failure)) return failure.id === 'concurrency/any-interleaving';
  return !hasReset(failure) || isHarmless;
}

/** A flood alone may be too much for the memory: then the reset behind it is not to blame. */
const isOnlyFlood = (ids: readonly AnyBehaviourId[]): boolean =>
  ids.every((id) => leaving.includes(id) || !rude.includes(id));

/**
 * Whether what is gone is the listener alone: the process was seen to run on, or a client that had
 * been there before was still served when the next was refused.
 */
function isStillRunning(evidence: Evidence): (failure: Failure) => boolean {
  const { target } = evidence;
  const isSeen = target?.kind === 'launch' || target?.kind === 'container';
  const isEnded = endsByReset(evidence);
  return (failure) => {
    const { finding, exchanges, verdict } = failure;
    if (finding.kind !== 'died' || finding.exitCode !== null || finding.signal !== null)
      return false;
    if (isEnded && hasReset(failure)) return false;
    if (isSeen) return true;
    const answered = exchanges.filter(
      ({ client, received, endedFirst }) =>
        client === 'A' && received.length > 0 && endedFirst === undefined,
    );
    return answered.length >= 2 && verdict.summary.includes('ECONNREFUSED');
  };
}

function first(
  ids: readonly AnyBehaviourId[],
  wanted: readonly AnyBehaviourId[],
): AnyBehaviourId[] {
  return [...wanted.filter((id) => ids.includes(id)), ...ids.filter((id) => !wanted.includes(id))];
}
