import type { DocumentCard } from '../card.ts';

export const cPthreadUppercase: DocumentCard = {
  id: 'c-pthread-uppercase',
  title: 'Uppercase server, a thread for each client, none of which knows its own',
  document: '002',
  language: 'C',
  port: 9990,
  contract: { id: 'uppercase', end: 'end', serves: 'many' },
  startedBy: './server',
  portParameters: '{port}',
  verdict: 'does-not-conform',
  finds: [
    {
      behaviour: 'payload/answers',
      why: 'the thread reads from a descriptor that it was never given',
    },
    {
      behaviour: 'process/no-close-wait-left',
      why: 'what accept() returned is kept by nobody, so that nobody can close it',
    },
    {
      behaviour: 'process/fails-clearly-when-the-port-is-taken',
      why: 'the result of bind() is not checked: without a listener it makes threads as fast as it can',
    },
  ],
};
