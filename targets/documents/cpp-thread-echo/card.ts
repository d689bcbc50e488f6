import type { DocumentCard } from '../card.ts';

export const cppThreadEcho: DocumentCard = {
  id: 'cpp-thread-echo',
  title: 'Echo server, a thread for each client',
  document: '002',
  language: 'C++',
  port: 5000,
  contract: { id: 'echo', serves: 'many' },
  startedBy: './server',
  portParameters: '{port}',
  verdict: 'does-not-conform',
  finds: [
    {
      behaviour: 'robustness/survives-reset-mid-reply',
      why: 'the second write to a connection that was reset raises SIGPIPE',
    },
    {
      behaviour: 'robustness/survives-leaving-with-unread-replies',
      why: 'writing to a client that left raises SIGPIPE',
    },
    { behaviour: 'robustness/stays-up', why: 'SIGPIPE ends all threads, whichever client it was' },
    {
      behaviour: 'process/fails-clearly-when-the-port-is-taken',
      why: 'a failed bind() is followed by exit status 0',
    },
  ],
  mayFind: [
    {
      behaviour: 'robustness/survives-a-flood',
      why: 'writing to a client that left raises SIGPIPE',
    },
    {
      behaviour: 'concurrency/any-interleaving',
      why: 'a client of it may reset its connection, and writing to that raises SIGPIPE',
    },
    {
      behaviour: 'concurrency/slow-reader-blocks-nobody',
      why: 'writing to a client that left raises SIGPIPE',
    },
  ],
};
