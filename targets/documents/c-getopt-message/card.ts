import type { DocumentCard } from '../card.ts';

export const cGetoptMessage: DocumentCard = {
  id: 'c-getopt-message',
  title: 'A message of its own for each client, one after another',
  document: '002',
  language: 'C',
  port: 7000,
  contract: { id: 'one-message', serves: 'one-at-a-time' },
  startedBy: './server -p 7000',
  portParameters: '-p {port}',
  verdict: 'conforms',
  finds: [
    {
      behaviour: 'one-message/takes-long-messages',
      why: 'one read of up to 1024: what is unread by then turns close() into RST',
    },
  ],
};
