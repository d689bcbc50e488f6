// What a server keeps, burns and forgets: told by its processes, not by its replies.
import type { CauseRule } from '../cause.ts';
import type { Finding } from '../../events.ts';
import { byBehaviour, type ByBehaviour } from './by-behaviour.ts';

const isTold =
  (words: RegExp) =>
  (finding: Finding): boolean =>
    finding.kind === 'other' && words.test(`${finding.expected} ${finding.observed}`);

const cards: readonly ByBehaviour[] = [
  {
    id: 'children-are-not-reaped',
    title: 'Children that have ended stay as zombies',
    sign: 'Each client leaves a zombie in the process table.',
    mistake:
      'Nobody calls waitpid() for the children, or one call answers several SIGCHLDs that came as one.',
    mend: 'reap-children',
    by: ['process/no-zombies'],
  },
  {
    id: 'descriptors-are-not-closed',
    title: 'Descriptors of clients that have gone stay open',
    sign: 'The number of open descriptors grows by one a client.',
    mistake:
      'close() is missing on some way out of a conversation; after fork() the parent keeps its copy of each client’s descriptor.',
    mend: 'close-every-descriptor',
    by: ['process/closes-descriptors'],
    also: ['process/no-close-wait-left', 'half-close/closes-too', 'accept/serves-clients-in-turn'],
  },
  {
    id: 'threads-are-not-ended',
    title: 'Threads or children stay when their client has gone',
    sign: 'The number of threads or processes grows by one a client.',
    mistake:
      'The thread waits for something that never comes, is neither joined nor detached, or the child goes back to the accept loop in place of exit().',
    mend: 'end-threads',
    by: ['process/ends-threads-and-children'],
    also: ['process/memory-returns'],
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
    mistake: 'close() stands behind the loop, and an error leaves the loop another way.',
    mend: 'close-every-descriptor',
    by: ['process/cleans-up-after-abrupt-clients'],
  },
  {
    id: 'memory-is-not-freed',
    title: 'Memory of clients that have gone is not given back',
    sign: 'Memory grows with each round of conversations, and never returns.',
    mistake:
      'What is allocated for a client is not freed, or a list, map or log keeps every message or client.',
    mend: 'free-what-a-client-cost',
    by: ['process/memory-returns'],
  },
  {
    id: 'unread-replies-fill-memory',
    title: 'Replies that are not read are kept without limit',
    sign: 'While a client sends and does not read, the server’s memory grows with it.',
    mistake:
      'The server reads on while its replies wait: nothing tells it to stop (pause(), drain(), POLLOUT).',
    mend: 'limit-what-is-kept',
    by: ['process/memory-bounded-by-a-slow-reader'],
  },
  {
    id: 'spins-while-idle',
    title: 'The server burns the processor while nothing is to be done',
    sign: 'With idle clients a processor is busy.',
    mistake:
      'A loop asks non-blocking sockets again and again, or poll() with a timeout of 0, or waits for POLLOUT when there is nothing to write.',
    mend: 'wait-without-spinning',
    by: ['process/idle-uses-no-cpu'],
    also: ['process/no-cpu-after-a-client-left'],
  },
  {
    id: 'spins-at-end-of-file',
    title: 'After a client has left the server spins',
    sign: 'When a client has ended its side, a processor is busy from then on.',
    mistake:
      'recv() gives 0, or -1, at once, again and again, and the loop goes on: end the conversation there.',
    mend: 'stop-at-end-of-file',
    by: ['process/no-cpu-after-a-client-left'],
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
      'The signal is ignored, or its handler sets a flag that a blocked accept() never looks at.',
    mend: 'end-on-sigterm',
    by: ['process/stops-on-sigterm'],
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
    title: 'When its port is taken the server multiplies without end',
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
    sign: 'A second instance exits with 0, or runs on without a port.',
    mistake:
      'The result of bind() or listen() is not looked at, or its error is followed by exit(0).',
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
  },
];

export const processCauses: readonly CauseRule[] = cards.map(byBehaviour);
