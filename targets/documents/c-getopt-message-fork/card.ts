import type { DocumentCard } from '../card.ts';

export const cGetoptMessageFork: DocumentCard = {
  id: 'c-getopt-message-fork',
  title: 'A message of its own for each client, a child for each',
  document: '002',
  language: 'C',
  port: 7000,
  contract: { id: 'one-message', serves: 'many' },
  startedBy: './server -p 7000',
  portParameters: '-p {port}',
  verdict: 'does-not-conform',
  finds: [
    {
      behaviour: 'one-message/takes-long-messages',
      why: 'one read of up to 1024: what is unread by then turns close() into RST',
    },
    {
      behaviour: 'process/no-zombies',
      why: 'nobody waits for the children',
    },
    {
      behaviour: 'process/no-cpu-after-a-client-left',
      why: 'after a client without data the child goes on accepting at a listener that it has closed',
    },
  ],
};
