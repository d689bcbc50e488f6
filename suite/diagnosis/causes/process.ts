// What a server keeps, burns and forgets: told by its processes, not by its replies.
import type { Match } from '../cause.ts';
import type { Finding } from '../../events/events.ts';
import type { Evidence } from '../evidence.ts';
import { withoutLeavers } from '../../behaviours/process/process-cpu.ts';
import { seenToBegin } from '../../behaviours/process/spin-starters.ts';
import { byBehaviour, type ByBehaviour } from './by-behaviour.ts';
import { isLostLate } from './messages/long-messages.ts';
import { isSeenAs } from '../reading.ts';

const isTold =
  (words: RegExp) =>
  (finding: Finding): boolean =>
    finding.kind === 'other' && words.test(`${finding.expected} ${finding.observed}`);

const abrupt = 'process/cleans-up-after-abrupt-clients';

/** Whether the finding counted one of `things`, or did not count at all. */
const isOf =
  (...things: readonly string[]) =>
  (finding: Finding): boolean => {
    const counted = countedIn(finding)?.what;
    return counted === undefined || things.some((thing) => counted.startsWith(thing));
  };

/** What a behaviour counted, from its own words: `36 open descriptors, as before`. */
function countedIn(
  finding: Finding,
): { readonly count: number; readonly what: string } | undefined {
  if (finding.kind !== 'other') return undefined;
  const [, count, what] = /^(\d+) (?:open )?(\w+)/.exec(finding.observed) ?? [];
  return what === undefined ? undefined : { count: Number(count), what };
}

/**
 * True when clients get no FIN, and nobody knows whether those who serve them have ended: a thread
 * that waits on holds its descriptor, and rightly so.
 */
const mayBeHeldByThoseWhoServe = ({ failure, verdict }: Evidence): boolean =>
  failure('half-close/closes-too')?.finding.kind === 'silence' &&
  verdict('process/ends-threads-and-children') !== 'passed';

/** A process has at least its three standard descriptors, beside that of its client. */
const fewestOfAProcess = 3;

/** True when each client left so many descriptors that it must have left a process. */
function isOfProcesses(finding: Finding, { failure, hasPassedWhole }: Evidence): boolean {
  const counted = countedIn(finding);
  if (finding.kind !== 'other' || counted?.what !== 'descriptors') return false;
  const id = 'process/ends-threads-and-children';
  if (hasPassedWhole(id)) return false;
  const words = failure('process/closes-descriptors')?.verdict.summary ?? '';
  const [, more, clients] = /^(\d+) .* after (\d+) clients/.exec(words) ?? [];
  const isMany = Number(more) >= fewestOfAProcess * Number(clients);
  const kept = failure(id)?.finding;
  return isMany || (kept !== undefined && isOf('process')(kept));
}

const afterLeaving = 'process/no-cpu-after-a-client-left';

/** Whether it was seen to be busy without clients that had left, too. */
const spinsAnyway = isTold(new RegExp(withoutLeavers, 'u'));

const cards = [
  {
    id: 'children-are-not-reaped',
    title: 'Children that have ended stay as zombies',
    sign: 'Each client leaves a zombie in the process table.',
    mistake:
      'Nobody calls waitpid() for the children, or one call answers several SIGCHLDs that came as one.',
    mend: 'reap-children',
    by: ['process/no-zombies', abrupt],
    when: isOf('zombies'),
  },
  {
    id: 'descriptors-are-not-closed',
    title: 'Descriptors of clients that have gone stay open',
    sign: 'The number of open descriptors grows by one per client.',
    mistake:
      'After fork() the parent keeps its copy of each client’s descriptor, so that no FIN is sent; or close() is missing where a conversation, its thread or its child ends.',
    mend: 'close-every-descriptor',
    by: ['process/closes-descriptors'],
    when: (finding, evidence) =>
      !isOfProcesses(finding, evidence) && !mayBeHeldByThoseWhoServe(evidence),
    also: ['process/no-close-wait-left', 'half-close/closes-too', 'accept/serves-clients-in-turn'],
  },
  {
    id: 'threads-are-not-ended',
    title: 'Threads or children stay when their client has gone',
    sign: 'The number of threads or processes grows by one per client.',
    mistake:
      'The thread waits for something that never comes, is neither joined nor detached, or the child goes back to the accept loop instead of exit().',
    mend: 'end-threads',
    by: ['process/ends-threads-and-children'],
    also: ['process/closes-descriptors', 'process/memory-returns'],
  },
  {
    id: 'connections-stay-in-close-wait',
    title: 'Connections that clients have ended are never closed',
    sign: 'They stay in CLOSE_WAIT in the kernel’s tables.',
    mistake: 'recv() returning 0 is not noticed, or not followed by close().',
    mend: 'close-at-end-of-file',
    by: ['process/no-close-wait-left'],
    also: ['process/closes-descriptors', 'process/ends-threads-and-children'],
  },
  {
    id: 'abrupt-clients-leave-something-behind',
    title: 'After a reset a client’s connection is not cleaned up',
    sign: 'Clients that reset leave a descriptor, a thread or a child behind; others do not.',
    mistake: 'close() comes after the loop, and an error leaves the loop another way.',
    mend: 'close-every-descriptor',
    by: [abrupt],
    when: (finding) => !isOf('zombies')(finding),
  },
  {
    id: 'memory-is-not-freed',
    title: 'Memory of clients that have gone is not given back',
    sign: 'Memory grows with each round of conversations, and never returns.',
    mistake:
      'What is allocated for a client is not freed, a thread is neither detached nor joined, or a list, map or log keeps every message or client.',
    mend: 'free-what-a-client-cost',
    by: ['process/memory-returns'],
    also: ['process/memory-steady-on-one-connection'],
  },
  {
    id: 'every-message-is-kept',
    title: 'Memory of messages that were answered is not given back',
    sign: 'Memory grows with each message of a connection, though each has been answered.',
    mistake:
      'A list, a log or a string gets every message and loses none, or what is allocated for a message is freed only at the end of the connection, or never.',
    mend: 'free-what-a-client-cost',
    by: ['process/memory-steady-on-one-connection'],
  },
  {
    id: 'unread-replies-fill-memory',
    title: 'Replies that are not read are kept without limit',
    sign: 'While a client sends and does not read, the server’s memory grows with it.',
    mistake:
      'The server reads on while its replies wait: nothing tells it to stop (pause(), drain(), POLLOUT).',
    mend: 'limit-what-is-kept',
    by: ['process/memory-bounded-by-a-slow-reader'],
    // What is thrown away is kept nowhere, whatever else the memory grows for.
    when: (_finding, evidence) => !isLostLate(evidence),
  },
  {
    id: 'spins-while-idle',
    title: 'The server uses the processor although there is nothing to do',
    sign: 'With idle clients a processor is busy.',
    mistake:
      'A loop asks non-blocking sockets again and again, or poll() with a timeout of 0, or waits for POLLOUT when there is nothing to write. Or the time that select() may wait is set once: Linux leaves in it what is left, at last 0.',
    mend: 'wait-without-spinning',
    by: ['process/idle-uses-no-cpu', afterLeaving],
    when: (finding, { verdict }) =>
      verdict('process/idle-uses-no-cpu') === 'failed' || spinsAnyway(finding),
  },
  {
    id: 'spins-at-end-of-file',
    title: 'After a client has left the server spins',
    sign: 'When a client has ended its side or reset its connection, a processor is busy from then on.',
    mistake:
      'recv() gives 0, or recv() or send() gives -1, at once, again and again, and the loop goes on: end the conversation there.',
    mend: 'stop-at-end-of-file',
    by: [afterLeaving],
    when: (finding) => !spinsAnyway(finding),
    // One that is busy with or without clients is busy after them too.
    isToldApart: ({ verdict }) => verdict('process/idle-uses-no-cpu') === 'passed',
    isSeenTwice: (finding) => isSeenAs(finding, seenToBegin),
    also: [
      'process/no-close-wait-left',
      'half-close/closes-too',
      'process/closes-descriptors',
      'process/ends-threads-and-children',
    ],
  },
  {
    id: 'ignores-sigterm',
    title: 'The server does not end at SIGTERM',
    sign: 'It runs on; only SIGKILL ends it.',
    mistake:
      'The signal is ignored, or its handler sets a flag that a blocked accept() never checks.',
    mend: 'end-on-sigterm',
    by: ['process/stops-on-sigterm'],
    when: isTold(/only SIGKILL ends it/),
  },
  {
    id: 'address-is-not-reused',
    title: 'The server cannot be started again at once',
    sign: 'After a restart bind() fails with “address already in use” for a minute.',
    mistake:
      'SO_REUSEADDR is not set before bind(): connections of the last run that linger in TIME_WAIT hold the port.',
    mend: 'reuse-the-address',
    by: ['process/restarts-on-the-same-port'],
  },
  {
    id: 'failed-bind-breeds',
    title: 'When its port is taken, the server keeps starting processes or threads',
    sign: 'A second instance makes processes or threads, thousands a second.',
    mistake:
      'bind() or listen() has failed, accept() then fails at once, and the loop forks for each “client”: check the result of every call.',
    mend: 'check-bind',
    by: ['process/fails-clearly-when-the-port-is-taken'],
    when: isTold(/processes and .* threads at once/),
  },
  {
    id: 'failed-bind-goes-unnoticed',
    title: 'When its port is taken the server does not fail',
    sign: 'A second instance exits with 0, or runs on, without a port or at another one.',
    mistake:
      'The result of bind() or listen() is not checked, or its error is followed by exit(0).',
    mend: 'check-bind',
    by: ['process/fails-clearly-when-the-port-is-taken'],
  },
  {
    id: 'is-started-again',
    title: 'The server dies and something starts it again',
    sign: 'Another process serves in the end than at the beginning.',
    mistake: 'A supervisor hides that the process ends with a client: find what ends it.',
    mend: 'catch-per-client',
    by: ['process/same-process'],
    // Where the first process was seen to end for good, those that are left are what it had started itself.
    when: (_, { verdict }) => verdict('robustness/stays-up') !== 'failed',
  },
] as const satisfies readonly ByBehaviour[];

/** Where nobody could count the processes their descriptors tell of them. */
function childrenStay({ failure }: Evidence): Match | undefined {
  const id = 'process/closes-descriptors';
  const words = failure(id)?.verdict.summary;
  if (words === undefined) return undefined;
  return {
    confidence: 'likely',
    shows: `${words} That many are those of whole processes: each client left one.`,
    explains: [id],
  };
}

/** A connect that failed, or a reply that did not come, counted and measured nothing. */
const countedOrMeasured =
  ({ when }: ByBehaviour): NonNullable<ByBehaviour['when']> =>
  (finding, evidence) =>
    (finding.kind === 'other' || finding.kind === 'died') && (when?.(finding, evidence) ?? true);

export const processCauses = cards.map((card) => {
  const rule = byBehaviour({ ...card, when: countedOrMeasured(card) });
  if (card.id !== 'threads-are-not-ended') return rule;
  return {
    ...rule,
    matches: (evidence: Evidence) => {
      const finding = evidence.failure('process/closes-descriptors')?.finding;
      const areLeft = finding !== undefined && isOfProcesses(finding, evidence);
      return rule.matches(evidence) ?? (areLeft ? childrenStay(evidence) : undefined);
    },
  };
});
