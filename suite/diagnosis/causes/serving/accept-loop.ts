// Servers that are gone after a client or a few, though the conversations were right.
import { aboutRun, type AnyBehaviourId } from '../../../behaviours/behaviours.ts';
import type { CauseRule, Match } from '../../cause.ts';
import type { Evidence, Failure } from '../../evidence.ts';
import {
  endsByReset,
  goingAnyway,
  hasOnlySpeakers,
  hasReset,
  isShutByReset,
} from '../../going-anyway.ts';
import { failedOf, idsWhere, isDeath, isSeenAs, isSilence, lineOf } from '../../reading.ts';

const wasInterrupted = /EINTR|Interrupted system call|InterruptedError/;
const closedByItself =
  /accept.*(Bad file descriptor|EBADF|Invalid argument|Socket (is )?closed)|(Bad file descriptor|EBADF).*accept/i;
const someError =
  /\b[A-Z]\w*(Error|Exception)\b|Traceback|Uncaught|panic|fatal|terminate called|Assertion|Too many open files|^goroutine \d+ \[/m;

const exitCodeOf = ({ finding }: Failure): number | null =>
  finding.kind === 'died' ? finding.exitCode : null;

const isSeen = ({ target }: Evidence): boolean =>
  target?.kind === 'launch' || target?.kind === 'container';

const isGoneOrRefused = (failure: Failure): boolean =>
  isDeath(failure) || failure.finding.kind === 'refused';

/** All that comes of a server that is gone after a client, those first that show it best. */
function follows(evidence: Evidence, shown: readonly Failure[]): AnyBehaviourId[] {
  const ids = shown.map(({ id }) => id);
  const isOne = (failure: Failure): boolean =>
    isGoneOrRefused(failure) && failure.family !== 'robustness';
  return [...idsWhere(evidence, isOne, ids), ...failedOf(evidence, aboutRun)];
}

const times = (count: number): string => (count === 1 ? 'once' : `in ${count} behaviours`);

function interrupted(evidence: Evidence): Match | undefined {
  const line = lineOf(evidence, wasInterrupted);
  const gone = goingAnyway(evidence);
  if (line === undefined || gone.length === 0) return undefined;
  return {
    confidence: /accept/i.test(line) ? 'certain' : 'likely',
    shows: `The conversations went as they should; after one of them the server was gone (${times(gone.length)}). It printed: ${line}`,
    explains: follows(evidence, gone),
  };
}

function listenerClosed(evidence: Evidence): Match | undefined {
  const line = lineOf(evidence, closedByItself);
  const gone = goingAnyway(evidence).filter((one) => exitCodeOf(one) === null);
  const isLeft = line !== undefined && evidence.contract?.serves === 'one';
  if (wasInterrupted.test(evidence.output) || (gone.length === 0 && !isLeft)) return undefined;
  if (!isSeen(evidence) && line === undefined) return undefined;
  if (hasServedMany(evidence, gone)) return undefined;
  const printed = line === undefined ? '' : ` It printed: ${line}`;
  return {
    confidence: line !== undefined || gone.length >= 2 ? 'certain' : 'likely',
    shows: `The first conversation went as it should; then no new client was accepted, while the process ran on.${printed}`,
    explains: [
      ...follows(evidence, gone),
      // The descriptor that was meant is still open: its client gets no FIN.
      ...idsWhere(
        evidence,
        (one) => isLeft && one.id === 'half-close/closes-too' && isSilence(one),
      ),
    ],
  };
}

/** They hold one conversation after another, each on a connection of its own. */
const ofManyClients: readonly AnyBehaviourId[] = [
  'payload/any-bytes',
  'payload/any-text',
  'stream/any-cuts',
];

const answeredIn = ({ verdict }: Failure): number =>
  verdict.conversation.filter(({ receivedBytes }) => receivedBytes > 0).length;

/** Whether more than a first client or two was served before the listener was closed. */
const hasServedMany = ({ verdict }: Evidence, gone: readonly Failure[]): boolean =>
  gone.some((one) => answeredIn(one) > 2) || ofManyClients.some((id) => verdict(id) === 'passed');

/** How many clients a conversation had opened by the one of that name: A, B, …, Z, AA. */
const numberOf = (client: string): number =>
  Buffer.from(client).reduce((sum, letter) => 26 * sum + letter - 64, 0);

/** Fewer clients than this in one conversation tell no number, they were merely there. */
const tellingCount = 10;

function letsInSoMany(evidence: Evidence): Match | undefined {
  if (!isSeen(evidence)) return undefined;
  const isLive = (one: Failure): boolean =>
    one.finding.kind === 'died' && one.finding.exitCode === null && one.finding.signal === null;
  // Who was let in behind a reset shows that the reset did no harm.
  const isUnharmed = (one: Failure): boolean =>
    !endsByReset(evidence) &&
    isDeath(one) &&
    hasReset(one) &&
    !isShutByReset(one) &&
    answeredIn(one) > 0;
  const gone = [...goingAnyway(evidence), ...evidence.failures.filter(isUnharmed)].filter(isLive);
  if (gone.length === 0 || !hasServedMany(evidence, gone)) return undefined;
  const counts = gone.map((failure) => ({
    failure,
    count: Math.max(0, ...failure.verdict.conversation.map(({ client }) => numberOf(client))),
  }));
  const most = counts.reduce((one, other) => (other.count > one.count ? other : one));
  const seen =
    most.count < tellingCount
      ? ''
      : ` In ${most.failure.id} that was so after ${most.count} clients of one conversation.`;
  return {
    confidence: 'likely',
    shows: `Clients had been accepted and answered, one after another; then no new client was accepted, while the process ran on (${times(gone.length)}).${seen}`,
    explains: follows(evidence, [most.failure, ...gone]),
  };
}

/** In them clients leave that have said nothing. */
const wordless: readonly AnyBehaviourId[] = [
  'half-close/fin-without-data',
  'robustness/survives-connect-and-leave',
];

function isGoneIn({ failure }: Evidence, id: AnyBehaviourId): boolean {
  const found = failure(id);
  return found !== undefined && isDeath(found);
}

const exitedAtTheFirst = /^The server exited with status \d+, during the first conversation/u;

/** What is left of a server whose first process went: connections wait in a queue that nobody takes them from. */
const leftBehind: readonly AnyBehaviourId[] = [
  'payload/answers',
  'process/same-process',
  'process/no-close-wait-left',
  'half-close/closes-too',
];

/**
 * Nothing else is known of a server that went with its first client, each time that it was started, but that a child of it
 * may have kept its listener: then clients still connect, to nobody.
 */
function endedAtTheFirst({ failure, failures }: Evidence): Match | undefined {
  const [id] = aboutRun;
  const only = id === undefined ? undefined : failure(id);
  if (only === undefined || !exitedAtTheFirst.test(only.verdict.summary)) return undefined;
  const others = failures.filter((one) => one !== only);
  const { summary } = only.verdict;
  if (others.length === 0) return { confidence: 'possible', shows: summary, explains: [only.id] };
  const isQueued = ({ finding }: Failure): boolean => isSeenAs(finding, 'not accepted');
  if (!others.some(isQueued) || !others.every((one) => leftBehind.includes(one.id)))
    return undefined;
  return {
    confidence: 'likely',
    shows: `${summary} Another process of it still held its listener: clients connected, and nobody accepted them.`,
    explains: [only.id, ...others.map((one) => one.id)],
  };
}

function ended(evidence: Evidence): Match | undefined {
  const isTold = (failure: Failure): boolean => exitCodeOf(failure) !== null;
  // Of a server that we did not start only its port is seen: it may live on behind it.
  const gone = goingAnyway(evidence).filter((one) => isTold(one) || !isSeen(evidence));
  const [some] = gone;
  if (wasInterrupted.test(evidence.output) || someError.test(evidence.output)) return undefined;
  if (some === undefined) return endedAtTheFirst(evidence);
  const plain = gone.filter(hasOnlySpeakers);
  // Where it goes only when a client has left without a word, that is what ends it.
  if (plain.length === 0 && wordless.some((id) => isGoneIn(evidence, id))) return undefined;
  const last = some.verdict.outputTail?.trim().split('\n').at(-1)?.slice(0, 160) ?? '';
  const printed = last === '' ? '' : ` It printed last: ${last}`;
  const exitCode = exitCodeOf(some);
  const isSure = exitCode === 0 && plain.length >= 2;
  const how =
    exitCode === null
      ? 'nothing listened on its port any more'
      : `the process exited with status ${exitCode}`;
  return {
    confidence: exitCode === null ? 'possible' : isSure ? 'certain' : 'likely',
    shows: `What its clients said had been answered as it should; then ${how} (${times(gone.length)}).${printed}`,
    explains: follows(evidence, plain.length > 0 ? plain : gone),
  };
}

/** Where any client ends the server, rude ones do too. */
const spreads = isGoneOrRefused;

export const acceptLoopCauses = [
  {
    id: 'interrupted-accept-ends-the-server',
    title: 'A signal interrupts accept(), and the server ends',
    sign: 'When a client’s child has ended the server ends too, and prints EINTR.',
    mistake:
      'accept() gives -1 with EINTR when SIGCHLD (or another signal) comes while it waits. That is not an error: go on, or install the handler with SA_RESTART.',
    mend: 'restart-accept',
    spreads,
    matches: interrupted,
  },
  {
    id: 'closes-the-listener',
    title: 'With a client’s connection the listener is closed',
    sign: 'After the first client the port refuses everyone, and the process lives on.',
    mistake:
      'The wrong socket is closed: close(listener) in the parent where its copy of the client was meant, or server.close() where one conversation is over.',
    mend: 'close-the-right-socket',
    spreads,
    matches: listenerClosed,
  },
  {
    id: 'closes-the-listener-after-some-clients',
    title: 'After a number of clients no new client is accepted',
    sign: 'Clients are served one after another; from some client on the port refuses everyone, and the process lives on.',
    mistake:
      'The accept loop counts its clients and ends (for i in range(60)), a table of clients is full, or an error of accept() leaves the loop; the listener is closed while the conversations go on.',
    mend: 'go-on-accepting',
    spreads,
    matches: letsInSoMany,
  },
  {
    id: 'ends-with-its-first-clients',
    title: 'The program ends after its first client, or its first few',
    sign: 'Conversations go as they should; after one of them the process exits by itself.',
    mistake:
      'accept() is not in a loop, or the loop is left: at a count of clients, by return or exit() where only a conversation is over, at any error of accept() (EINTR, when a child’s end interrupts it).',
    mend: 'restart-accept',
    spreads,
    matches: ended,
  },
] as const satisfies readonly CauseRule[];
