import type { DocumentCard } from '../card.ts';

export const cppThreadEcho: DocumentCard = {
  id: 'cpp-thread-echo',
  title: 'Echo server, a thread for each client',
  document: '002',
  language: 'C++',
  port: 5000,
  contract: { id: 'echo', serves: 'many' },
  startedBy: './server',
  finds: [
    {
      behaviour: 'robustness/survives-reset-mid-reply',
      why: 'the second write to a connection that was reset raises SIGPIPE',
    },
    {
      behaviour: 'robustness/survives-leaving-with-unread-replies',
      why: 'writing to a client that left raises SIGPIPE',
    },
    {
      behaviour: 'robustness/survives-a-flood',
      why: 'writing to a client that left raises SIGPIPE',
    },
    { behaviour: 'robustness/stays-up', why: 'SIGPIPE ends all threads, whichever client it was' },
  ],
};
